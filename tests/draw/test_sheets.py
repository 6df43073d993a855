from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lumbago.draw.sheets import PERCENT, Axis, Bar, Dot, Panel, bars, dots, reliability, shares

SVG = "{http://www.w3.org/2000/svg}"
unit = st.floats(0, 1)


def parts(text: str, tag: str, kind: str) -> list[ElementTree.Element]:
    root = ElementTree.fromstring(text)
    return [one for one in root.iter(SVG + tag) if kind in (one.get("class") or "").split()]


def test_words_are_escaped_and_the_title_is_read() -> None:
    text = dots("a < b", [("x & y", [Dot("<name>", 0.5, (0.4, 0.6), "50 %")])])
    root = ElementTree.fromstring(text)
    assert root.get("role") == "img"
    assert root[0].text == "a < b"
    assert {"x & y", "<name>", "50 %"} <= {one.text for one in root.iter(f"{SVG}text")}


@given(st.lists(st.tuples(unit, unit, unit), min_size=1, max_size=5))
def test_dots_lie_in_their_intervals(rows: list[tuple[float, float, float]]) -> None:
    ordered = [sorted(row) for row in rows]
    found = dots("", [("", [Dot("", mid, (low, high), "") for low, mid, high in ordered])])
    marks = [float(one.get("cx", -1)) for one in parts(found, "circle", "mark")]
    expected = [PERCENT.at(mid, 300, 630) for _, mid, _ in ordered]
    assert marks == pytest.approx(expected, abs=0.01)


def test_a_range_without_a_value_has_no_dot() -> None:
    text = dots("", [("", [Dot("", None, (0.2, 0.9), "20 to 90 %", quiet=True)])])
    assert not parts(text, "circle", "mark")
    assert len(parts(text, "path", "band")) == 1


def test_a_value_outside_the_axis_lies_on_its_edge() -> None:
    assert Axis(-1, 1, ()).at(5, 0, 100) == 100
    assert Axis(-1, 1, ()).at(-5, 0, 100) == 0


def test_ten_times_as_much_is_one_grid_line_more() -> None:
    text = bars("", [("", [Bar(str(size), size, "") for size in (1, 10, 100)])])
    one, ten, hundred = (float(bar.get("width", -1)) for bar in parts(text, "rect", "full"))
    assert one == 0
    assert hundred == pytest.approx(2 * ten, abs=0.02)


def test_parts_of_a_bar_follow_each_other() -> None:
    text = shares("", ["a", "b"], [("row", [0.25, 0.75])])
    (_, first), (_, second) = (parts(text, "rect", kind) for kind in ("part0", "part1"))
    end = float(first.get("x", 0)) + float(first.get("width", 0))
    assert float(second.get("x", 0)) == pytest.approx(end, abs=0.02)
    assert float(second.get("width", 0)) == pytest.approx(
        3 * float(first.get("width", 0)), abs=0.05
    )


def test_what_holds_lies_on_the_diagonal() -> None:
    points = [(said, said, (said, said)) for said in (0.0, 0.5, 1.0)]
    text = reliability("", [Panel("one", points), Panel("two", points)], "said", "was")
    marks = [(float(m.get("cx", 0)), float(m.get("cy", 0))) for m in parts(text, "circle", "mark")]
    assert len(marks) == 6
    (x0, y0), (x1, y1), (x2, y2) = marks[:3]
    assert (x1 - x0, y0 - y1) == (x2 - x1, y1 - y2)
