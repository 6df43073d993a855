from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lumbago.answers import Answer
from lumbago.events import CheckIn, Event, Log, Note, Payload, Told
from lumbago.quantity import Interval
from lumbago.recovery.diary import Diary, diary_of, onset_of

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)
DAY = 24 * 60


def _event(id_: str, payload: Payload, days_ago: float = 0, supersedes: str = "") -> Event:
    at = NOW - timedelta(days=days_ago)
    return Event(id_, at, at, "Etc/UTC", payload, supersedes=supersedes)


def _pains(log: Log) -> list[int]:
    return [score.pain for score in diary_of(log, {}, NOW, NOW).scores]


def test_scores_come_from_check_ins_in_order_of_time() -> None:
    log = (
        _event("b", CheckIn(pain=40), 1),
        _event("a", CheckIn(pain=70), 3),
        _event("n", Note("it hurts")),
        _event("c", CheckIn(activities={"socks": 20})),
    )
    assert _pains(log) == [70, 40]


def test_a_corrected_score_and_one_of_the_future_do_not_count() -> None:
    log = (
        _event("a", CheckIn(pain=70), 3),
        _event("b", CheckIn(pain=30), 3, supersedes="a"),
        _event("c", CheckIn(pain=90), -1),
    )
    assert _pains(log) == [30]


def test_of_two_scores_of_one_moment_the_later_recorded_counts() -> None:
    assert _pains((_event("a", CheckIn(pain=70)), _event("b", CheckIn(pain=30)))) == [30]


@pytest.mark.parametrize(
    ("told", "pains"),
    [(8, [80]), ("7.5", [75]), ({"value": 6, "from": "tap"}, [60])]
    + [(bad, []) for bad in ("unsure", True, 11, -1, None, {"from": 3, "to": 5}, "many")],
)
def test_the_score_in_a_case_counts_where_it_is_one_number(told: Any, pains: list[int]) -> None:
    case = {"lumbago": 1, "answers": {"pain_severity_0_10": told}}
    assert _pains((_event("t", Told(case)),)) == pains
    assert _pains((_event("t", Told({"lumbago": 1})),)) == []


def test_the_score_in_a_case_is_of_the_moment_of_the_case() -> None:
    at = NOW - timedelta(days=2)
    case = {"lumbago": 1, "at": at.isoformat(), "answers": {"pain_severity_0_10": 8}}
    (found,) = diary_of((_event("t", Told(case), 1),), {}, NOW, NOW).scores
    assert found.at == at


def test_the_onset_is_the_middle_of_the_duration() -> None:
    answers = {"pain_duration_days": Answer(Interval(2 * DAY, 4 * DAY))}
    assert onset_of(answers, NOW) == NOW - timedelta(days=3)
    assert onset_of(answers, None) is None
    assert onset_of({}, NOW) is None


def test_days_need_an_onset(diary: Callable[..., Diary]) -> None:
    with pytest.raises(ValueError, match="onset"):
        _ = replace(diary([5]), onset=None).today


def test_levels_are_middles(diary: Callable[..., Diary]) -> None:
    one = diary([9, 7, 8, 3, 2, 4])
    assert one.start(3) == 75
    assert one.level(one.now, 3) == 30
    assert diary([]).start(3) is None
    assert diary([5], now=9).level(diary([5], now=9).now, 3) is None
