from __future__ import annotations

import math
import re

import pytest

import lumbago
from lumbago.draw import props
from lumbago.draw.figure import figure, poses
from lumbago.draw.skeleton import JOINTS, SPINE, Point, Pose
from lumbago.knowledge.picture import Prop

PICTURES = lumbago.load().pictures
WORDS = lumbago.load().words["en"]["pictures"]
PACKS = [id_ for id_ in PICTURES if id_.startswith(("heat_", "cold_"))]
NUMBER = r"-?[\d.]+"


def places(path: str) -> list[Point]:
    """Every place that a path names."""
    values = [float(one) for one in re.findall(NUMBER, path)]
    return [Point(x, y) for x, y in zip(values[::2], values[1::2], strict=True)]


def path_of(kind: str, drawn: str) -> str:
    found = re.search(rf'<path class="{kind}" d="([^"]*)"', drawn)
    assert found, kind
    return found[1]


def depth(pose: Pose, place: Point) -> float:
    """How far a place is from the nearest part of trunk, neck and head; inside it is negative."""
    found: list[float] = []
    for joint in SPINE:
        radii = {"pelvis": 13.4}.get(joint, 5.0)
        for step in range(12):
            middle = pose.point(joint, Point(JOINTS[joint].length * step / 11, 0))
            found.append(math.dist(middle, place) - radii)
    head = pose.point("head", Point(13, 0))
    found.append(math.dist(head, place) - 15.5)
    return min(found)


@pytest.mark.parametrize("id_", PACKS)
def test_a_pack_lies_on_the_body_with_a_cloth_between(id_: str) -> None:
    panel = PICTURES[id_].panels[0]
    (pack,) = [prop for prop in panel.props if prop.kind in ("heat", "cold")]
    assert id_ == f"{pack.kind}_{pack.on}"
    pose = poses(panel)[-1]
    drawn = props.pack(pack, pose)
    cloth = [depth(pose, place) for place in places(path_of("f-cloth", drawn))]
    on_it = [depth(pose, place) for place in places(path_of(f"f-{pack.kind}", drawn))]
    assert min(cloth) > 0
    assert min(cloth) < 3
    assert max(cloth) < 8
    assert min(on_it) > min(cloth) + 4
    order = ["f-cloth-edge", "f-cloth", f"f-{pack.kind}-edge", f"f-{pack.kind}", "f-mark"]
    assert re.findall(r'class="([^"]*)"', drawn) == order
    assert drawn in figure(PICTURES[id_], WORDS[id_])


@pytest.mark.parametrize("on", ["low_back", "upper_back", "neck"])
def test_heat_and_cold_are_told_apart_without_colour(on: str) -> None:
    """Waves against crystals and cells; round ends against square ones."""
    pose = poses(PICTURES["heat_neck"].panels[0])[-1]
    heat = path_of("f-mark", props.pack(Prop("heat", on=on), pose))  # type: ignore[arg-type]
    cold = path_of("f-mark", props.pack(Prop("cold", on=on), pose))  # type: ignore[arg-type]
    assert heat.count("Q") == 9
    assert heat.count("L") == 0
    assert cold.count("L") == 12
    assert cold.count("Q") == 0


def test_pillows_are_not_the_bed_they_lie_on() -> None:
    drawn = figure(PICTURES["side_lying"], WORDS["side_lying"])
    assert drawn.count('class="f-pillow"') == 2
    assert drawn.count('class="f-soft"') == 1
    far, pillow, near = (drawn.index(part) for part in ('b-far-shin"', "f-pillow", 'b-shin"'))
    between = drawn.rindex('class="f-pillow"')
    assert pillow < far < between < near


def test_a_phone_is_at_the_head_of_the_one_who_calls() -> None:
    panel = PICTURES["calling_for_help"].panels[0]
    (phone,) = [prop for prop in panel.props if prop.kind == "phone"]
    pose = poses(panel)[-1]
    head = pose.point("head", Point(13, 0))
    hand = pose.tip("hand")
    for place, near in ((head, 15.5), (hand, 15.5)):
        assert math.dist(phone.at[:2], place) < near
