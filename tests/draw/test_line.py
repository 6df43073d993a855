from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lumbago.draw import line
from lumbago.errors import InputError

SVG = "{http://www.w3.org/2000/svg}"


def paths(svg: str) -> dict[str, str]:
    return {path.get("class", ""): path.get("d", "") for path in ElementTree.fromstring(svg)}


@given(st.integers(1, 60), st.data())
def test_the_timer_has_one_loop_a_minute_left(minutes: int, data: st.DataObject) -> None:
    left = data.draw(st.integers(0, minutes))
    drawn = paths(line.timer(minutes, left, "Time left"))
    loops = sum(path.count("C") for path in drawn.values()) / 4
    assert loops == left
    assert ("lg-line lg-hand" in drawn) == (left > 0)


def test_the_parts_of_the_timer_join() -> None:
    drawn = list(paths(line.timer(8, 5, "Five minutes left")).values())
    assert drawn[0].endswith("H107")
    assert drawn[1].startswith("M107 49")
    assert drawn[1].endswith("141 49")
    assert drawn[2].startswith("M141 49")
    assert len(drawn) == 3


@pytest.mark.parametrize(("minutes", "left"), [(0, 0), (5, 6), (5, -1)])
def test_an_impossible_time_is_refused(minutes: int, left: int) -> None:
    with pytest.raises(InputError, match="minutes cannot be left"):
        line.timer(minutes, left, "x")


def test_labels_are_escaped_and_nothing_carries_its_own_style() -> None:
    for svg in (line.mark('a "b" <c>'), line.timer(3, 2, 'a "b" <c>')):
        root = ElementTree.fromstring(svg)
        assert root.get("aria-label") == 'a "b" <c>'
        assert not any("style" in part.attrib or part.tag == f"{SVG}style" for part in root.iter())


def test_motion_waits_until_it_is_not_unwanted() -> None:
    before, _, after = line.MOTION.partition("@media (prefers-reduced-motion:no-preference)")
    assert "animation:" not in before
    assert "animation:lg-sink" in after
