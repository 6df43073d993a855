import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lumbago.draw.skeleton import JOINTS, LIMBS, Point, Pose, between, flexion, reach, strained
from lumbago.errors import InputError

STANDING = Pose(
    Point(123, 144),
    {
        "pelvis": -81,
        "s1": -88,
        "s2": -94,
        "s3": -99,
        "s4": -98,
        "s5": -92,
        "neck": -76,
        "head": -90,
        "arm": 100,
        "forearm": 80,
        "hand": 85,
        "leg": 89,
        "shin": 92,
        "foot": 2,
        "far_arm": 100,
        "far_forearm": 80,
        "far_hand": 85,
        "far_leg": 89,
        "far_shin": 92,
        "far_foot": 2,
    },
)
ANGLES = st.fixed_dictionaries({name: st.floats(-360, 360) for name in JOINTS})
POSES = st.builds(Pose, st.just(Point(0, 0)), ANGLES)


def gap(one: Point, other: Point) -> float:
    return math.hypot(one.x - other.x, one.y - other.y)


def test_standing_is_a_posture_that_bodies_can_take() -> None:
    assert strained(STANDING) == {}
    assert STANDING.place("foot").y == pytest.approx(239, abs=1)
    assert STANDING.place("head").y < STANDING.place("neck").y < STANDING.place("pelvis").y


def test_standing_looks_to_the_right() -> None:
    assert STANDING.tip("foot").x > STANDING.place("foot").x
    assert STANDING.place("arm").x > STANDING.place("s5").x


def test_a_knee_that_bends_forward_is_found() -> None:
    hurt = Pose(STANDING.hip, {**STANDING.angles, "shin": 40})
    assert strained(hurt).keys() >= {"shin"}


def test_an_elbow_that_bends_backward_is_found() -> None:
    hurt = Pose(STANDING.hip, {**STANDING.angles, "far_forearm": 160})
    assert strained(hurt).keys() >= {"far_forearm"}


def test_a_leg_raised_in_front_is_flexed() -> None:
    raised = Pose(STANDING.hip, {**STANDING.angles, "leg": 0})
    assert flexion(raised, "leg") == pytest.approx(99)


def test_an_unknown_joint_names_the_nearest() -> None:
    with pytest.raises(InputError, match="forearm"):
        STANDING.place("forarm")


@given(POSES, st.sampled_from(sorted(LIMBS)), st.floats(-90, 90), st.floats(-90, 90))
def test_a_limb_reaches_what_is_in_reach(pose: Pose, limb: str, x: float, y: float) -> None:
    upper, lower, tip = LIMBS[limb]
    root = pose.place(upper)
    long, short = JOINTS[upper].length, JOINTS[lower].length
    target = Point(root.x + x, root.y + y)
    reached = reach(pose, limb, target, 0)
    distance = min(max(math.hypot(x, y), long - short), long + short)
    assert gap(reached.place(tip), target) == pytest.approx(
        abs(math.hypot(x, y) - distance), abs=0.05
    )
    assert -0.01 <= flexion(reached, lower) <= 180


@given(POSES, POSES)
def test_the_ends_of_a_movement_are_its_poses(start: Pose, end: Pose) -> None:
    for share, pose in ((0, start), (1, end)):
        midway = between(start, end, share)
        assert all(gap(midway.place(j), pose.place(j)) < 1e-6 for j in JOINTS)
