from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

import pytest

import lumbago
from lumbago.draw.figure import _frames, figure, poses, standalone, stylesheet
from lumbago.draw.front import TRUNK, capsules
from lumbago.draw.skeleton import LIMBS, Pose, strained
from lumbago.knowledge.model import Knowledge
from lumbago.knowledge.picture import Panel, Picture

PICTURES = lumbago.load().pictures
WORDS = lumbago.load().words["en"]["pictures"]
SUPPLE = 12.0
"""How many degrees beyond the range of a plain body a picture may go: a hugged knee, a folded hip."""


def panels() -> Iterator[tuple[str, Panel]]:
    for id_, picture in PICTURES.items():
        yield from ((id_, panel) for panel in picture.panels)


def ends(pose: Pose) -> Iterator[float]:
    for parts in LIMBS.values():
        yield from (pose.tip(part).y for part in parts)


@pytest.mark.parametrize("id_", PICTURES)
def test_a_picture_is_well_formed_small_and_without_style(id_: str) -> None:
    drawn = figure(PICTURES[id_], WORDS[id_])
    root = ElementTree.fromstring(drawn)
    assert root.attrib["role"] == "img"
    assert [child.text for child in root if child.tag.endswith("title")] == [WORDS[id_]["title"]]
    assert "style" not in drawn
    assert len(drawn) <= 8192 * len(PICTURES[id_].panels)
    assert drawn == figure(PICTURES[id_], WORDS[id_])
    ElementTree.fromstring(standalone(PICTURES[id_], WORDS[id_]))


@pytest.mark.parametrize(("id_", "panel"), tuple(panels()))
def test_a_body_bends_as_bodies_do(id_: str, panel: Panel) -> None:
    for pose in poses(panel):
        for joint, angle in strained(pose).items():
            kind = joint.removeprefix("far_")
            allowed = {"hand": 96, "leg": 150, "forearm": 155 + SUPPLE, "arm": 188}.get(kind, 160)
            assert -20 <= angle <= allowed, (joint, angle)


@pytest.mark.parametrize(("id_", "panel"), tuple(panels()))
def test_nothing_is_below_the_ground(id_: str, panel: Panel) -> None:
    if panel.ground:
        for pose in poses(panel):
            assert max(ends(pose)) <= panel.ground + 6


@pytest.mark.parametrize("id_", [id_ for id_, one in PICTURES.items() if one.panels[0].front])
def test_from_the_front_limbs_keep_their_length(id_: str) -> None:
    """Foreshortening may make a limb shorter, never longer than it is from the side."""
    for panel in PICTURES[id_].panels:
        for pose in panel.front:
            for kind, start, end, *_ in capsules(pose):
                length = ((start.x - end.x) ** 2 + (start.y - end.y) ** 2) ** 0.5
                assert length <= (TRUNK + 10 if kind == "f-top" else 56), (kind, length)
                assert not panel.ground or max(start.y, end.y) <= panel.ground + 2


def test_a_moving_hand_that_stays_put_stays_put() -> None:
    for picture in PICTURES.values():
        if picture.moves:
            first = picture.panels[0].poses[0]
            places = [pose.place("hand") for pose in _frames(picture.panels[0])]
            others = picture.panels[0].poses[1:]
            if first.arm_at and not any(pose.arm or pose.arm_at for pose in others):
                assert max(p.x for p in places) - min(p.x for p in places) < 2
                assert max(p.y for p in places) - min(p.y for p in places) < 2


def test_motion_waits_for_the_wish() -> None:
    moving = [picture for picture in PICTURES.values() if picture.moves]
    assert moving
    for picture in moving:
        sheet = stylesheet([picture])
        calm, _, wished = sheet.partition("@media (prefers-reduced-motion:no-preference)")
        assert "animation" not in calm
        assert "animation" in wished
        assert f"m-{picture.id.replace('_', '-')}" in figure(
            picture, WORDS[picture.id], moving=True
        )
    assert "animation" not in stylesheet()


def test_every_measure_with_a_picture_finds_it(knowledge: Knowledge) -> None:
    for measure in knowledge.care.measures.values():
        for id_ in (measure.picture, *measure.pictures.values()):
            assert not id_ or isinstance(knowledge.pictures[id_], Picture)


def test_words_are_escaped() -> None:
    drawn = figure(PICTURES["hook_lying"], {"title": "<b>", "does": "&"})
    assert "<b>" not in drawn
    assert "&lt;b&gt;" in drawn
