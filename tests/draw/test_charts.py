"""Pictures are well formed, and where they should be."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lumbago.draw import charts
from lumbago.draw.charts import Fill, Point

SHARE = st.floats(0, 1)


def parts(drawing: str, kind: str) -> list[ET.Element]:
    return [one for one in ET.fromstring(drawing).iter() if one.get("class", "").startswith(kind)]


def test_a_strip_shows_the_share_in_its_interval() -> None:
    drawing = charts.strip(0.4, (0.25, 0.6), beside=0.5)
    assert [one.get("d") for one in parts(drawing, "band")] == ["M25 10L60 10"]
    assert [one.get("d") for one in parts(drawing, "mark")] == ["M40 10L40 10"]
    assert [one.get("d") for one in parts(drawing, "beside")] == ["M50 2L50 18"]
    assert ET.fromstring(drawing).get("aria-hidden") == "true"
    quiet = charts.strip(0.4, (0.25, 0.6), quiet=True)
    assert parts(quiet, "mark")[0].get("class") == "mark quiet"


def test_a_strip_of_nothing_has_its_line_alone() -> None:
    drawing = charts.strip(None, (0, 1))
    assert not parts(drawing, "band")
    assert len(parts(drawing, "grid")) == len(charts.QUARTERS)


@pytest.mark.parametrize(("whole", "side"), [(1, 94), (0.25, 47), (0.01, 9.4)])
def test_squares_have_areas(whole: float, side: float) -> None:
    (square,) = parts(charts.square(whole, 0), "empty")
    assert float(square.get("width", "")) == pytest.approx(side, abs=0.01)
    assert not parts(charts.square(whole, 0), "full")


def test_a_square_is_filled_from_below() -> None:
    drawing = charts.square(1, 0.5)
    (whole,), (full,) = parts(drawing, "empty"), parts(drawing, "full")
    ends = [float(one.get("y", "")) + float(one.get("height", "")) for one in (whole, full)]
    assert ends[0] == pytest.approx(ends[1])
    assert float(full.get("height", "")) == pytest.approx(47)
    assert len(parts(charts.square(0, 0), "nothing")) == 1


def test_units_are_as_many_and_wrap() -> None:
    fills: list[Fill] = ["full", "half", "empty"]
    drawing = charts.units(fills, a_row=2)
    assert ET.fromstring(drawing).get("viewBox") == "0 0 26 26"
    boxes = [one for one in ET.fromstring(drawing) if one.tag.endswith("rect")]
    assert [one.get("class") for one in boxes] == ["full", "empty", "empty"]
    assert len(parts(drawing, "full")) == 2  # the full one, and the half of the half one


def test_a_bar_is_as_long_as_its_parts() -> None:
    drawing = charts.bar([("full", 3), ("half", 0), ("empty", 1)])
    assert [(one.get("x"), one.get("width")) for one in ET.fromstring(drawing)] == [
        ("0", "75"),
        ("75", "25"),
    ]
    assert not list(ET.fromstring(charts.bar([("full", 0)])))


def test_a_diagram_goes_up() -> None:
    points = [Point(0.9, 0.8, (0.7, 0.9), 1), Point(0.1, 0.2, (0.1, 0.3), 0.25)]
    drawing = charts.diagram(points, "what & why")
    assert ET.fromstring(drawing).get("aria-label") == "what & why"
    (joined,) = parts(drawing, "joined")
    assert joined.get("d") == "M10 80L90 20"
    (band,) = parts(drawing, "band")
    assert band.get("d") == "M10 70L90 10L90 30L10 90Z"
    dots = parts(drawing, "mark")
    assert [(one.get("cx"), one.get("cy"), one.get("r")) for one in dots] == [
        ("10", "80", "2.7"),
        ("90", "20", "4"),
    ]


def test_one_point_has_no_area() -> None:
    drawing = charts.diagram([Point(0.5, 0.5, (0.2, 0.7), 1)], "one")
    assert not parts(drawing, "band")
    assert not parts(drawing, "joined")
    assert [one.get("d") for one in parts(drawing, "reach")] == ["M50 80L50 30"]


def test_columns_stand_on_their_line() -> None:
    drawing = charts.columns([(0, 0.5, 1), (0.5, 1, 0.5)])
    first, second = parts(drawing, "full")
    assert (first.get("y"), first.get("height")) == ("0", "20")
    assert (second.get("y"), second.get("height")) == ("10", "10")


@given(st.lists(st.tuples(SHARE, SHARE, SHARE, SHARE), max_size=12))
def test_any_diagram_is_well_formed_and_inside(numbers: list[tuple[float, ...]]) -> None:
    points = [
        Point(said, was, (min(low, was), max(low, was)), weight)
        for said, was, low, weight in numbers
    ]
    for dot in parts(charts.diagram(points, '<"&>'), "mark"):
        assert 0 <= float(dot.get("cx", "")) <= 100
        assert 0 <= float(dot.get("cy", "")) <= 100


@given(st.floats(-1e6, 1e6))
def test_coordinates_are_short_and_exact_enough(value: float) -> None:
    text = charts.number(value)
    assert float(text) == pytest.approx(value, abs=0.0051)
    assert "e" not in text
    assert text != "-0"
