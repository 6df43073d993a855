from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

import lumbago
from lumbago.draw import front, props
from lumbago.draw.figure import (
    _BOTH,
    _DARK,
    _FILLS,
    _LIMB,
    _STROKES,
    WIDTH,
    _frames,
    _staged,
    figure,
    poses,
    standalone,
    stylesheet,
)
from lumbago.draw.front import TRUNK, capsules
from lumbago.draw.skeleton import JOINTS, LIMBS, Pose, strained, wrapped
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


@pytest.mark.parametrize("id_", [i for i, one in PICTURES.items() if one.moves])
def test_motion_runs_from_the_first_pose_to_the_last(id_: str) -> None:
    """The still picture shows the last pose, so a part that keeps still must be there already."""
    panel = PICTURES[id_].panels[0]
    if panel.front:
        return
    frames, drawn = _frames(panel), poses(panel)
    for frame, pose in ((frames[0], drawn[0]), (frames[-1], drawn[-1])):
        for joint in JOINTS:
            assert math.dist(frame.place(joint), pose.place(joint)) < 0.5, joint
            assert wrapped(frame.angles[joint] - pose.angles[joint]) == pytest.approx(0, abs=1)


def test_a_moving_hand_that_stays_put_stays_put() -> None:
    for picture in PICTURES.values():
        if picture.moves and picture.panels[0].poses:
            first = picture.panels[0].poses[0]
            places = [pose.place("hand") for pose in _frames(picture.panels[0])]
            others = picture.panels[0].poses[1:]
            if first.arm_at and not any(pose.arm or pose.arm_at for pose in others):
                assert max(p.x for p in places) - min(p.x for p in places) < 2
                assert max(p.y for p in places) - min(p.y for p in places) < 2


@pytest.mark.parametrize("id_", [i for i, one in PICTURES.items() if one.panels[0].front])
def test_from_the_front_only_arms_move_and_keep_their_length(id_: str) -> None:
    """What moves by turning alone may not grow, and what does not move must stay where it is."""
    if not PICTURES[id_].moves:
        return
    first, last = PICTURES[id_].panels[0].front
    before, after = front.arms(first), front.arms(last)
    for name, (_, _, length) in before.items():
        assert after[name][2] == pytest.approx(length, abs=0.3)
    assert replace(first, left_arm=last.left_arm, right_arm=last.right_arm) == last
    for share in (0.0, 1.0):
        pose = front.between(first, last, share)
        for name, (start, angle, _) in front.arms(pose).items():
            ends = (before, after)[int(share)][name]
            assert math.dist(start, ends[0]) < 0.5
            assert wrapped(angle - ends[1]) == pytest.approx(0, abs=0.5)


def extent(panel: Panel) -> tuple[float, float]:
    """From where to where the body reaches across the stage, in all poses."""
    reached: list[float] = []
    for seen in panel.front:
        for _, start, end, *radii in capsules(seen):
            for place, radius in zip((start, end), radii, strict=True):
                reached += [place.x - radius, place.x + radius]
    for pose in poses(panel):
        for joint in JOINTS:
            first, last = _LIMB.get(joint.removeprefix("far_"), (12.0, 0.0))
            start, end = pose.place(joint), pose.tip(joint)
            reached += [start.x - first, start.x + first, end.x - last, end.x + last]
    return _staged(panel, min(reached), 0).x, _staged(panel, max(reached), 0).x


@pytest.mark.parametrize(("id_", "panel"), tuple(panels()))
def test_a_whole_body_keeps_clear_of_the_edges(id_: str, panel: Panel) -> None:
    """A close view is cut by the edge of the stage; a whole body never touches it."""
    if panel.zoom and panel.zoom[2] > 1.3:
        return
    left, right = extent(panel)
    assert left >= 11
    assert right <= WIDTH - 11


@pytest.mark.parametrize(("id_", "panel"), tuple(panels()))
def test_things_are_of_a_kind_that_their_view_can_draw(id_: str, panel: Panel) -> None:
    if panel.front:
        assert all(prop.kind in props.BEHIND for prop in panel.props)


def test_neck_pictures_are_close_views() -> None:
    for id_ in ("chin_tuck", "isometric_neck_holds", "neck_range", "upper_trapezius_stretch"):
        assert PICTURES[id_].panels[0].zoom[2] >= 1.8


def luminance(colour: str) -> float:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("one", "other", "least"),
    [
        ("fig-ghost-edge", "sand", 2.3),
        ("fig-skin", "sand", 3.0),
        ("fig-top", "sand", 4.5),
        ("fig-legs", "sand", 3.0),
        ("fig-prop", "sand", 3.0),
        ("fig-arrow", "sand", 4.5),
        ("fig-line", "fig-top", 4.5),
        ("fig-line", "fig-skin", 3.0),
        ("fig-line", "fig-legs", 3.0),
        ("fig-arrow", "fig-line", 4.5),
        ("fig-arrow", "fig-ice", 4.5),
    ],
)
def test_the_parts_of_a_picture_can_be_told_apart(one: str, other: str, least: float) -> None:
    for colours in tokens():
        assert contrast(colours[one], colours[other]) >= least


def tokens() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The colours of the pictures by their name, light and dark."""
    light = dict(_FILLS.values()) | {name: colour for name, colour, _ in _STROKES.values()}
    for name, fill, edge, stroke, _ in _BOTH.values():
        light |= {name: fill, edge: stroke}
    return light, _DARK


def test_every_colour_is_there_in_the_dark_and_in_the_look_of_the_app() -> None:
    """The pages draw the same person with the same colours as the pictures."""
    light, dark = tokens()
    assert light.keys() == dark.keys()
    sheet = (Path(lumbago.__file__).parent / "web" / "static" / "look.css").read_text("utf-8")
    first, second = re.findall(r":root \{(.*?)\}", sheet, re.DOTALL)[:2]
    for colours, block in ((light, first), (dark, second)):
        said = dict(re.findall(r"--([a-z-]+):(#[0-9A-F]{6})", block))
        assert {name: said[name] for name in colours} == colours


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
