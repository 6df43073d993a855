"""Times: awake, apart, humane, the same whatever order steps come in."""

from __future__ import annotations

from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lumbago.knowledge.model import Knowledge
from lumbago.planning.day import Day
from lumbago.planning.eligibility import InUse
from lumbago.planning.schedule import GRID, Calendar, Item, Timed, first_free

MONDAY = 29_672_640  # 2026-06-01 00:00 UTC
HEAT = frozenset({"heat"})
COLD = frozenset({"cold"})


def day(**more: Any) -> Day:
    return Day(ZoneInfo("UTC"), 420, 1380, more.pop("meals", ()), **more)


def timed(measure: str, **more: Any) -> Timed:
    values: dict[str, Any] = {
        "kind": "walking",
        "agents": frozenset(),
        "minutes": 10,
        "per_day": 3,
        "gap": 60,
        "rank": 1,
        "span": (MONDAY, MONDAY + 14 * 1440),
        "portable": False,
    }
    return Timed(measure=measure, **{**values, **more})


def dated(
    knowledge: Knowledge, steps: list[Timed], when: Day, before: tuple[InUse, ...] = ()
) -> tuple[Item, ...]:
    interactions = tuple(knowledge.care.interactions.values())
    calendar = Calendar(knowledge.care, when, before, interactions)
    return calendar.dated(steps, MONDAY, MONDAY + 1440)


def test_items_are_awake_apart_and_off_meals(knowledge: Knowledge) -> None:
    meals = (480, 780, 1140)
    found = dated(knowledge, [timed("walk"), timed("rest", rank=2)], day(meals=meals))
    assert len(found) == 6
    for item in found:
        start, end = item.start - MONDAY, item.end - MONDAY
        assert start >= 420
        assert end <= 1380 - knowledge.care.limits["before_sleep_minutes"].values[0]
        assert all(end <= meal or start >= meal + 30 for meal in meals)
    for one, other in pairwise(found):
        assert one.end <= other.start


def test_work_keeps_all_but_what_can_be_done_anywhere_away(knowledge: Knowledge) -> None:
    working = day(work=(480, 1260))
    found = dated(knowledge, [timed("stretch"), timed("walk", portable=True)], working)
    inside = [item for item in found if 480 <= item.start - MONDAY < 1260]
    assert {item.measure for item in inside} == {"walk"}
    assert any(item.measure == "stretch" for item in found)


def test_heat_and_cold_keep_their_distance(knowledge: Knowledge) -> None:
    steps = [
        timed("heat", agents=HEAT, minutes=20, per_day=4),
        timed("cold", agents=COLD, minutes=20, per_day=4, gap=120),
    ]
    found = dated(knowledge, steps, day())
    for one, other in pairwise(found):
        assert other.start - one.end >= 30
    cold = [item for item in found if item.measure == "cold"]
    assert all(other.start - one.end >= 120 for one, other in pairwise(cold))


def test_what_was_done_before_counts_for_gaps_and_for_the_day(knowledge: Knowledge) -> None:
    morning = MONDAY + 450
    before = (InUse("heat", HEAT, morning),)
    step = timed("heat", agents=HEAT, minutes=20, per_day=2, gap=60)
    found = dated(knowledge, [step], day(), before)
    assert len(found) == 1
    assert all(abs(item.start - morning) >= 60 for item in found)
    many = tuple(InUse(f"x{n}", frozenset(), morning + n) for n in range(12))
    assert dated(knowledge, [step], day(), many) == ()


def test_a_day_has_no_more_items_than_is_humane(knowledge: Knowledge) -> None:
    steps = [timed(f"s{n}", per_day=6, minutes=5, gap=0, rank=n) for n in range(6)]
    found = dated(knowledge, steps, day())
    assert len(found) == knowledge.care.limits["items_per_day"].values[0]
    assert {item.measure for item in found} == {step.measure for step in steps}


def test_the_order_of_the_steps_changes_nothing(knowledge: Knowledge) -> None:
    steps = [timed("b"), timed("a"), timed("c", rank=0)]
    assert dated(knowledge, steps, day()) == dated(knowledge, steps[::-1], day())


def test_nothing_lies_outside_the_span_of_its_step(knowledge: Knowledge) -> None:
    step = timed("late", span=(MONDAY + 900, MONDAY + 1000))
    found = dated(knowledge, [step], day())
    assert found
    assert all(item.start >= MONDAY + 900 and item.end <= MONDAY + 1000 for item in found)


@given(
    taken=st.lists(st.tuples(st.integers(0, 300), st.integers(1, 80)), max_size=8),
    start=st.integers(0, 60).map(lambda n: n * GRID),
    last=st.integers(0, 400),
)
def test_first_free_is_the_first_that_is_free(
    taken: list[tuple[int, int]], start: int, last: int
) -> None:
    spans = sorted((low, low + length) for low, length in taken)
    found = first_free(spans, start, last)

    def is_free(minute: int) -> bool:
        return not any(low < minute < high for low, high in spans)

    possible = [m for m in range(start, last + 1, GRID) if is_free(m)]
    assert found == (possible[0] if possible else None)


@pytest.mark.parametrize("now", [MONDAY + 1350, MONDAY + 1390, MONDAY + 100])
def test_late_and_at_night_nothing_is_dated_until_morning(knowledge: Knowledge, now: int) -> None:
    calendar = Calendar(knowledge.care, day(), (), ())
    found = calendar.dated([timed("walk")], now, now + 300)
    assert all(item.start % 1440 >= 420 for item in found)
