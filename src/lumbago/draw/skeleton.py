"""The figure as a skeleton seen from the side: joints, lengths, forward and inverse kinematics.

Units are those of the drawing (the figure is about 210 tall); x runs right, y down. Angles are in
degrees, absolute, clockwise: 0 right, 90 down, 180 left, -90 up. Standing upright the figure looks
right, so along the spine the local y axis points to the front of the body.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, NamedTuple

from lumbago.errors import InputError, Problem, did_you_mean


class Point(NamedTuple):
    """A place in the drawing, or an offset."""

    x: float
    y: float


class Joint(NamedTuple):
    """A joint: the part that carries it, where it sits inside that part, how long its own part is."""

    parent: str
    offset: Point
    length: float


SPINE: Final = ("pelvis", "s1", "s2", "s3", "s4", "s5")
LIMBS: Final[Mapping[str, tuple[str, str, str]]] = {
    "arm": ("arm", "forearm", "hand"),
    "far_arm": ("far_arm", "far_forearm", "far_hand"),
    "leg": ("leg", "shin", "foot"),
    "far_leg": ("far_leg", "far_shin", "far_foot"),
}
"""Each limb and its three parts, from the trunk outwards."""


def _joints() -> dict[str, Joint]:
    joints = {"pelvis": Joint("", Point(0, 0), 16), "s1": Joint("pelvis", Point(16, -10), 11)}
    for below, name in pairwise(SPINE[1:]):
        joints[name] = Joint(below, Point(11, 0), 12 if name == "s5" else 11)
    joints["neck"] = Joint("s5", Point(8, 5.6), 14)
    joints["head"] = Joint("neck", Point(14, 0), 28.5)
    for side in ("", "far_"):
        joints[f"{side}arm"] = Joint("s5", Point(6, 8.5), 33)
        joints[f"{side}forearm"] = Joint(f"{side}arm", Point(33, 0), 29)
        joints[f"{side}hand"] = Joint(f"{side}forearm", Point(29, 0), 6)
        joints[f"{side}leg"] = Joint("pelvis", Point(0, 0), 49)
        joints[f"{side}shin"] = Joint(f"{side}leg", Point(49, 0), 46)
        joints[f"{side}foot"] = Joint(f"{side}shin", Point(46, 0), 18)
    return joints


JOINTS: Final[Mapping[str, Joint]] = _joints()
"""Every joint, parents before children."""

REACH_MARGIN: Final = 0.01
"""How far from straight, in units, a solved limb stays, so that its bend is never ambiguous."""


@dataclass(frozen=True, slots=True)
class Pose:
    """Where the hip is, and the absolute angle of every part, in degrees."""

    hip: Point
    angles: Mapping[str, float]

    def place(self, joint: str) -> Point:
        """Where a joint is in the drawing. Raises `InputError` for a joint that does not exist."""
        if joint not in JOINTS:
            raise InputError(Problem(f"No joint '{joint}'.", hint=did_you_mean(joint, JOINTS)))
        if joint == "pelvis":
            return self.hip
        parent, offset, _ = JOINTS[joint]
        return self.point(parent, offset)

    def point(self, joint: str, offset: Point) -> Point:
        """Where a point of a part is, given in the part's own axes."""
        origin = self.place(joint)
        turned = rotated(offset, self.angles[joint])
        return Point(origin.x + turned.x, origin.y + turned.y)

    def tip(self, joint: str) -> Point:
        """The far end of a part."""
        return self.point(joint, Point(JOINTS[joint].length, 0))

    def turn(self, joint: str) -> float:
        """The angle of a part against the part that carries it: what its `rotate()` says."""
        parent = JOINTS[joint].parent
        return self.angles[joint] - (self.angles[parent] if parent else 0.0)

    def bend(self, joint: str) -> float:
        """The same, brought into -180 to 180: what the joint of a body would feel."""
        return wrapped(self.turn(joint))


def rotated(offset: Point, angle: float) -> Point:
    """An offset turned clockwise by an angle in degrees."""
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return Point(offset.x * cos - offset.y * sin, offset.x * sin + offset.y * cos)


def wrapped(angle: float) -> float:
    """The same direction between -180 (excluded) and 180."""
    return 180 - (180 - angle) % 360


def near(angle: float, to: float) -> float:
    """The same direction, in the turn that lies nearest to another angle."""
    return to + wrapped(angle - to)


def reach(pose: Pose, limb: str, target: Point, end: float) -> Pose:
    """The pose with one wrist or ankle put on `target` and its hand or foot at the angle `end`.

    Of the two triangles the one is taken that bodies can make: an elbow bends to the front, a knee to
    the back. A target out of reach gets the limb stretched (or folded) towards it.
    """
    upper, lower, tip = LIMBS[limb]
    root = pose.place(upper)
    a, b = JOINTS[upper].length, JOINTS[lower].length
    distance = math.hypot(target.x - root.x, target.y - root.y)
    distance = min(max(distance, abs(a - b) + REACH_MARGIN), a + b - REACH_MARGIN)
    towards = math.degrees(math.atan2(target.y - root.y, target.x - root.x))
    inside = _corner(a, distance, b)
    fold = 180 - _corner(a, b, distance)
    knee = "leg" in limb
    first = towards - inside if knee else towards + inside
    second = first + fold if knee else first - fold
    angles = {**pose.angles, upper: first, lower: second, tip: end}
    return replace(pose, angles=angles)


def _corner(a: float, b: float, opposite: float) -> float:
    """The angle between two sides of a triangle, in degrees, from its three lengths."""
    cos = (a * a + b * b - opposite * opposite) / (2 * a * b)
    return math.degrees(math.acos(min(1.0, max(-1.0, cos))))


def between(start: Pose, end: Pose, share: float) -> Pose:
    """The pose a share of the way from one to the other; every joint turns evenly."""
    hip = Point(*(a + (b - a) * share for a, b in zip(start.hip, end.hip, strict=True)))
    angles: dict[str, float] = {}
    for joint, (parent, _, _) in JOINTS.items():
        turn = start.turn(joint)
        turn += (near(end.turn(joint), turn) - turn) * share
        angles[joint] = turn + (angles[parent] if parent else 0.0)
    return Pose(hip, angles)


def strained(pose: Pose) -> dict[str, float]:
    """The joints that are bent further than a supple body bends, with their angle.

    A picture may not show them. The ranges are those of a drawing, with a margin, not a measurement.
    """
    found = {name: pose.bend(name) for name in SPINE[1:] if abs(pose.bend(name)) > SPINE_RANGE}
    for name, (low, high) in RANGES.items():
        for side in ("", "far_"):
            part = name if name in ("neck", "head") else f"{side}{name}"
            bend = flexion(pose, part)
            if not low <= bend <= high:
                found[part] = bend
    return found


SPINE_RANGE: Final = 20.0
RANGES: Final[Mapping[str, tuple[float, float]]] = {
    "neck": (-55, 70),
    "head": (-50, 50),
    "arm": (-65, 185),
    "forearm": (-5, 155),
    "hand": (-90, 90),
    "leg": (-35, 140),
    "shin": (-5, 160),
    "foot": (-5, 120),
}
"""How far each joint may bend: flexion is positive, and a foot at a right angle is at 90."""


def flexion(pose: Pose, part: str) -> float:
    """How far a part is bent the way its joint flexes, in degrees; 0 is straight."""
    kind = part.removeprefix("far_")
    bend = pose.bend(part)
    if kind in ("arm", "leg"):
        straight = 180 - (bend % 360)
        return straight if straight >= -90 else straight + 360
    return -bend if kind in ("forearm", "foot") else bend
