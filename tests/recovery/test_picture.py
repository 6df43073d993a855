from __future__ import annotations

import re
from collections.abc import Callable
from random import Random
from xml.etree import ElementTree as Xml

import pytest

from lumbago.knowledge.model import Knowledge
from lumbago.recovery.course import expected_course
from lumbago.recovery.diary import Diary
from lumbago.recovery.ensemble import Ensemble
from lumbago.recovery.forecast import Course
from lumbago.recovery.picture import (
    BOTTOM,
    LEFT,
    RIGHT,
    TOP,
    course_svg,
    course_svg_alone,
    weeks_shown,
)

Draw = Callable[..., Course]


@pytest.fixture(scope="session")
def drawn(knowledge: Knowledge, acute: Ensemble, diary: Callable[..., Diary]) -> Draw:
    def build(pains: list[int | None], entry: float = 0) -> Course:
        return expected_course(knowledge.recovery, acute, diary(pains, entry), Random(1))

    return build


def _of(svg: str, class_: str) -> list[Xml.Element]:
    return [one for one in Xml.fromstring(svg).iter() if one.get("class") == class_]


def test_the_picture_has_a_band_a_middle_dots_and_a_ring(drawn: Draw) -> None:
    svg = course_svg(drawn([8, 7, 6, 5]), "Your pain", "From 8 to 5")
    assert [len(_of(svg, name)) for name in ("band", "mid", "own", "coil", "dot", "now")] == [
        *(1, 1, 1, 1, 3, 1)
    ]
    ring = _of(svg, "now")[0]
    assert float(ring.get("cy", "")) == pytest.approx((TOP + BOTTOM) / 2)


def test_it_is_named_described_and_styled_by_classes_alone(drawn: Draw) -> None:
    svg = course_svg(drawn([8, 7]), "Pain <1>", 'A "band" & dots', prefix="x")
    root = Xml.fromstring(svg)
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "x-t x-d"
    assert [child.text for child in root[:2]] == ["Pain <1>", 'A "band" & dots']
    assert "style" not in svg
    assert "fill=" not in svg
    assert "stroke=" not in svg


@pytest.mark.parametrize("pains", [[10] * 5, [0] * 5, [5], [10, None, None, 0], [8] * 80])
def test_everything_lies_in_the_frame(drawn: Draw, pains: list[int | None]) -> None:
    svg = course_svg(drawn(pains), "t", "d")
    for class_ in ("band", "mid", "own"):
        for path in _of(svg, class_):
            numbers = re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", path.get("d", ""))
            assert all(LEFT <= float(x) <= RIGHT for x, _ in numbers)
            assert all(TOP <= float(y) <= BOTTOM for _, y in numbers)
    assert "nan" not in svg


def test_the_line_comes_out_of_the_coil_where_the_diary_begins(drawn: Draw) -> None:
    for pains, turned in (([5, 4], False), ([10, 4], True)):
        svg = course_svg(drawn(pains), "t", "d")
        place = _of(svg, "coil")[0].get("transform", "")
        start = _of(svg, "own")[0].get("d", "")[1:].split("L")[0]
        assert place.startswith(f"translate({start})")
        assert ("scale(1 -1)" in place) is turned


def test_without_a_score_there_is_the_band_alone(drawn: Draw) -> None:
    svg = course_svg(drawn([], 5), "t", "d")
    assert _of(svg, "band")
    assert not _of(svg, "own") + _of(svg, "now") + _of(svg, "coil")


def test_a_picture_of_its_own_brings_colours_and_axes(drawn: Draw) -> None:
    course = drawn([8] * 60)
    svg = course_svg_alone(course, "t", "d", "weeks")
    names = {child.tag.rpartition("}")[2] for child in Xml.fromstring(svg).iter()}
    assert {"style", "text", "title", "desc"} <= names
    assert len(weeks_shown(course)) <= 7
    assert weeks_shown(drawn([8])) == (0, 2, 4, 6)
