from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest

import lumbago
from lumbago.draw import body_map, front
from lumbago.draw.body_map import BEHIND, FRONT, HEIGHT, STANDING, WIDTH, Capsule, Field, Spot

SPOTS = [(side, id_, spot) for side in (BEHIND, FRONT) for id_, spot in side.items()]


def edge(patch: Capsule) -> Iterator[tuple[float, float]]:
    """Places on the edge of a patch."""
    x1, y1, x2, y2, first, last = patch
    for x, y, radius in ((x1, y1, first), (x2, y2, last)):
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1), (0.7, 0.7), (-0.7, -0.7)):
            yield x + dx * radius, y + dy * radius


def on_body(x: float, y: float) -> bool:
    """Whether a place is on the body: in one of its capsules, or on the head."""
    for _, start, end, first, last in front.capsules(STANDING):
        across, down = end.x - start.x, end.y - start.y
        long = across * across + down * down
        share = ((x - start.x) * across + (y - start.y) * down) / long
        share = min(1.0, max(0.0, share))
        radius = first + (last - first) * share
        if (x - start.x - across * share) ** 2 + (y - start.y - down * share) ** 2 <= radius**2:
            return True
    head = front.head_of(STANDING)
    return (x - head.x) ** 2 + (y - head.y) ** 2 <= 15.5**2


def holds(field: Field, x: float, y: float) -> bool:
    left, top, width, height = field
    return left <= x <= left + width and top <= y <= top + height


def test_the_places_are_those_of_the_first_page() -> None:
    words = lumbago.load().words["en"]["screens"]["places"]
    assert BEHIND.keys() | FRONT.keys() == words.keys()
    assert words.keys() <= lumbago.load().findings.keys()


def test_no_place_is_asked_by_the_danger_screens() -> None:
    """A mark there could be taken back by a quick "no"; what is dangerous is asked in words."""
    screens = lumbago.load().screens
    asked = {finding for one in screens for item in one.items for finding in item.findings}
    assert not asked & (BEHIND.keys() | FRONT.keys())


@pytest.mark.parametrize(("side", "id_", "spot"), SPOTS)
def test_a_patch_lies_on_the_body_within_its_field(
    side: dict[str, Spot], id_: str, spot: Spot
) -> None:
    for patch in spot.patches:
        for x, y in edge(patch):
            assert on_body(x, y), (id_, x, y)
            assert any(holds(field, x, y) for field in spot.fields), (id_, x, y)


@pytest.mark.parametrize("side", [BEHIND, FRONT])
def test_a_finger_meets_one_place_only(side: dict[str, Spot]) -> None:
    """Fields may share an edge, and the middle of a patch belongs to no other place."""
    for id_, spot in side.items():
        for x1, y1, x2, y2, *_ in spot.patches:
            others = [f for name, one in side.items() if name != id_ for f in one.fields]
            assert not any(holds(field, (x1 + x2) / 2, (y1 + y2) / 2) for field in others)


@pytest.mark.parametrize(("side", "id_", "spot"), SPOTS)
def test_a_field_is_large_enough_for_a_thumb(side: dict[str, Spot], id_: str, spot: Spot) -> None:
    """168 px is the width of a side on a phone: a field is at least 40 of them each way."""
    for _, _, width, height in spot.fields:
        assert min(width, height) * 168 / WIDTH >= 40


def test_left_and_right_mirror_each_other() -> None:
    for _, _, spot in SPOTS:
        patches = {tuple(round(one, 3) for one in patch) for patch in spot.patches}
        mirrored = {
            (round(WIDTH - x1, 3), y1, round(WIDTH - x2, 3), y2, first, last)
            for x1, y1, x2, y2, first, last in patches
        }
        turned = {(x2, y1, x1, y2, a, b) for x1, y1, x2, y2, a, b in mirrored}
        assert patches in (mirrored, turned)


def test_the_back_is_seen_by_its_spine_and_the_front_by_its_face() -> None:
    back, face = body_map.body_map()
    assert (back.name, face.name) == ("back", "front")
    assert "f-line" in back.body
    assert "f-eye" not in back.body
    assert "f-eye" in face.body
    assert "f-line" not in face.body


def test_every_drawing_is_well_formed_without_style_and_fits() -> None:
    for side in body_map.body_map():
        for drawn in (side.body, *side.spots.values()):
            ElementTree.fromstring(f"<g>{drawn}</g>")
            assert "style" not in drawn
            assert "id=" not in drawn
        for spot in side.spots.values():
            assert len(re.findall('class="coil"', spot)) in (1, 2)
    for _, start, end, first, last in front.capsules(STANDING):
        for place, radius in ((start, first), (end, last)):
            assert radius <= place.x <= WIDTH - radius
            assert place.y + radius <= HEIGHT
