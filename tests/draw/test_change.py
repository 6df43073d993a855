"""Pictures of a change are well formed, and where they should be."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lumbago.draw import change
from lumbago.draw.change import Stream

SHARE = st.floats(0, 1)
STREAMS = st.lists(
    st.builds(Stream, st.integers(0, 4), st.integers(0, 4), st.floats(0.01, 1e5)), max_size=12
)


def parts(drawing: str, kind: str) -> list[ET.Element]:
    return [one for one in ET.fromstring(drawing).iter() if one.get("class", "").startswith(kind)]


@given(STREAMS)
def test_streams_stay_inside_and_fill_their_rows(streams: list[Stream]) -> None:
    drawing = change.flow(streams, 5)
    assert "NaN" not in drawing
    assert len(parts(drawing, "up")) == sum(one.end < one.start for one in streams)
    assert len(parts(drawing, "down")) == sum(one.end >= one.start for one in streams)
    for node in parts(drawing, "node"):
        top, height = float(node.get("y", "nan")), float(node.get("height", "nan"))
        row = int((top + height / 2) // 24)
        assert row * 24 <= top <= top + height <= (row + 1) * 24 + 0.01
    for path in (*parts(drawing, "up"), *parts(drawing, "down")):
        numbers = [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", path.get("d", ""))]
        assert all(0 <= number <= 120.01 for number in numbers)


def test_a_stream_is_as_wide_as_it_is_large() -> None:
    drawing = change.flow([Stream(0, 1, 30), Stream(0, 2, 10)], 3)
    left = [node for node in parts(drawing, "node") if node.get("x") == "0"]
    right = [node for node in parts(drawing, "node") if node.get("x") != "0"]
    heights = [float(node.get("height", "nan")) for node in (*left, *right)]
    assert heights == pytest.approx([19.2, 14.4, 4.8])


def test_nobody_moving_is_an_empty_picture() -> None:
    drawing = change.flow([], 5)
    assert len(parts(drawing, "grid")) == 6
    assert not parts(drawing, "node")
    assert ET.fromstring(drawing).get("aria-hidden") == "true"


def test_a_dumbbell_joins_before_and_after() -> None:
    drawing = change.dumbbell(0.1, 0.3, most=0.5)
    assert [one.get("d") for one in parts(drawing, "between")] == ["M20 10L60 10"]
    assert parts(drawing, "between")[0].get("class") == "between up"
    assert [one.get("d") for one in parts(drawing, "now")] == ["M60 10L60 10"]
    falling = change.dumbbell(0.3, 0.1, most=0.5)
    assert parts(falling, "between")[0].get("class") == "between down"


def test_a_difference_lies_around_the_middle() -> None:
    drawing = change.difference(-0.5, (-0.75, 0.25), most=1)
    assert [one.get("d") for one in parts(drawing, "mark")] == ["M25 10L25 10"]
    assert [one.get("d") for one in parts(drawing, "band")] == ["M12.5 10L62.5 10"]
    assert [one.get("d") for one in parts(drawing, "zero")] == ["M50 0L50 20"]
    assert len(parts(drawing, "reach")) == 2
    beyond = change.difference(0.0, (-3, 0.5), most=1)
    assert [one.get("d") for one in parts(beyond, "band")] == ["M0 10L75 10"]
    assert len(parts(beyond, "reach")) == 1  # it goes on to the left


@given(SHARE, SHARE, st.floats(0, 1))
def test_marks_stay_on_their_line(one: float, other: float, most: float) -> None:
    for drawing in (
        change.dumbbell(min(one, most), min(other, most), most=most),
        change.difference(one - other, (-one, other), most=most),
    ):
        for path in (found for found in ET.fromstring(drawing) if found.get("d")):
            for x in re.findall(r"[ML](-?[\d.]+) ", path.get("d", "")):
                assert -0.01 <= float(x) <= 100.01


def test_a_swatch_has_the_class_of_its_way() -> None:
    assert parts(change.swatch("down"), "down")
