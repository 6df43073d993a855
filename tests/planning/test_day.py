"""Waking hours, meals and work, in any zone, on days of 23 and 25 hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lumbago.errors import InputError
from lumbago.knowledge.model import Knowledge
from lumbago.planning.day import Day, day_of
from lumbago.planning.medicines import minute_of
from lumbago.testing_plan import ZONES

NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)


def at(year: int, month: int, day: int, hour: int, minute: int = 0, zone: Any = UTC) -> int:
    return minute_of(datetime(year, month, day, hour, minute, tzinfo=zone).astimezone(UTC))


def berlin(wake: int = 420, sleep: int = 1380, **more: Any) -> Day:
    return Day(ZoneInfo("Europe/Berlin"), wake, sleep, more.pop("meals", ()), **more)


def test_an_ordinary_day_is_sixteen_hours() -> None:
    first = at(2026, 11, 21, 0)
    spans = list(berlin().awake(first, first + 1440))
    assert spans == [(at(2026, 11, 21, 6), at(2026, 11, 21, 22))]


def test_the_day_that_the_clocks_go_back_keeps_its_wall_clock() -> None:
    day = Day(ZoneInfo("Europe/Berlin"), 60, 1380, ())
    ((start, end),) = day.awake(at(2026, 10, 25, 0), at(2026, 10, 25, 12))
    assert end - start == 23 * 60  # from 1 to 23 o'clock, with one hour twice
    assert (day.local(start).hour, day.local(end).hour) == (1, 23)


def test_the_day_that_the_clocks_go_forward_moves_a_skipped_time_on() -> None:
    day = Day(ZoneInfo("Europe/Berlin"), 150, 1380, ())  # 02:30 does not exist on 29 March
    ((start, end),) = day.awake(at(2026, 3, 29, 2), at(2026, 3, 29, 12))
    assert end - start == 19 * 60 + 30
    assert day.local(start).hour in (3, 1)


def test_a_night_worker_is_awake_across_midnight() -> None:
    day = berlin(wake=900, sleep=420)
    assert day.is_awake(at(2026, 11, 21, 23))
    assert day.is_awake(at(2026, 11, 21, 3))
    assert not day.is_awake(at(2026, 11, 21, 8))
    assert day.waking(at(2026, 11, 21, 8)) == at(2026, 11, 21, 14)


def test_waking_moves_to_the_next_morning() -> None:
    day = berlin()
    assert day.waking(at(2026, 11, 21, 22, 30)) == at(2026, 11, 22, 6)
    assert day.waking(at(2026, 11, 21, 12)) == at(2026, 11, 21, 12)


def test_meals_and_work_lie_where_the_clock_says() -> None:
    day = berlin(meals=(480, 780), work=(540, 1020))
    span = (at(2026, 11, 21, 6), at(2026, 11, 21, 22))
    assert day.meal_times(span) == (at(2026, 11, 21, 7), at(2026, 11, 21, 12))
    assert (at(2026, 11, 21, 8), at(2026, 11, 21, 16)) in list(day.working(span))


def test_without_a_profile_cited_defaults_and_the_offset_of_now_count(knowledge: Knowledge) -> None:
    now = NOW.astimezone(timezone(timedelta(hours=5, minutes=45)))
    day = day_of(knowledge.care, {}, now)
    assert (day.wake, day.sleep) == (420, 1380)
    assert day.local(minute_of(NOW)).utcoffset() == timedelta(hours=5, minutes=45)
    for id_ in ("wake", "sleep", "meals"):
        assert knowledge.care.limits[id_].sources


@pytest.mark.parametrize(
    ("given_day", "where"),
    [
        ({"zone": "Mars/Olympus"}, "profile.day.zone"),
        ({"zone": "Europe/Berln"}, "profile.day.zone"),
        ({"zone": 7}, "profile.day.zone"),
        ({"wake": "7 am"}, "profile.day.wake"),
        ({"wake": "25:00"}, "profile.day.wake"),
        ({"sleep": 23}, "profile.day.sleep"),
        ({"meals": "08:00"}, "profile.day.meals"),
        ({"meals": ["08:00", "noon"]}, "profile.day.meals"),
        ({"work": ["09:00"]}, "profile.day.work"),
        ({"wake": "07:00", "sleep": "07:00"}, "profile.day"),
    ],
)
def test_a_nonsense_day_is_an_error_that_says_where(
    knowledge: Knowledge, given_day: dict[str, Any], where: str
) -> None:
    with pytest.raises(InputError) as error:
        day_of(knowledge.care, given_day, NOW)
    assert [problem.where for problem in error.value.problems] == [where]
    assert all(problem.hint for problem in error.value.problems)


def test_all_problems_come_at_once(knowledge: Knowledge) -> None:
    with pytest.raises(InputError) as error:
        day_of(knowledge.care, {"zone": "x", "wake": "x", "meals": ["x"]}, NOW)
    assert len(error.value.problems) == 3


@given(
    zone=st.sampled_from(ZONES),
    wake=st.integers(0, 1439),
    length=st.integers(60, 1200),
    first=st.integers(at(2026, 1, 1, 0), at(2027, 12, 31, 0)),
)
def test_waking_hours_never_overlap_and_waking_is_awake(
    zone: str, wake: int, length: int, first: int
) -> None:
    day = Day(ZoneInfo(zone), wake, (wake + length) % 1440, ())
    spans = list(day.awake(first, first + 4 * 1440))
    for (_, end), (later, _) in pairwise(spans):
        assert end <= later
    assert 3 <= len(spans) <= 6
    woken = day.waking(first)
    assert woken >= first
    assert day.is_awake(woken)
