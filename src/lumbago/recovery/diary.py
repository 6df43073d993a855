"""The pain scores of one episode in order of time, out of the log. Standard library only."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from statistics import median
from typing import Any, Final

from lumbago.answers import Answers
from lumbago.errors import LumbagoError
from lumbago.events import CheckIn, Log, Told, standing
from lumbago.fields import moment
from lumbago.quantity import Interval, to_base

DURATION: Final = "pain_duration_days"
SEVERITY: Final = "pain_severity_0_10"
_HIGHEST: Final = 100
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Score:
    """Pain at a moment, in tenths of 0-10."""

    at: datetime
    pain: int


_moment: Final = attrgetter("at")


@dataclass(frozen=True, slots=True)
class Diary:
    """The scores of an episode up to a moment, oldest first; `onset` is None where nobody said."""

    now: datetime
    onset: datetime | None
    scores: tuple[Score, ...]

    def days(self, at: datetime) -> float:
        """Days from the onset to a moment. Raises `ValueError` where the onset is not known."""
        if self.onset is None:
            raise ValueError("The onset is not known.")
        return (at - self.onset) / _DAY

    @property
    def today(self) -> float:
        """Days from the onset until now."""
        return self.days(self.now)

    def between(self, start: datetime, stop: datetime) -> tuple[int, ...]:
        """The scores after `start` and up to `stop`, oldest first."""
        first, last = (bisect_right(self.scores, at, key=_moment) for at in (start, stop))
        return tuple(score.pain for score in self.scores[first:last])

    def level(self, stop: datetime, days: float) -> float | None:
        """The middle score of the days that end at `stop`; None where there was none."""
        found = self.between(stop - days * _DAY, stop)
        return median(found) if found else None

    def start(self, days: float) -> float | None:
        """The middle score of the first days of the diary."""
        if not self.scores:
            return None
        first = self.scores[0].at
        return median(self.between(first - _DAY, first + days * _DAY))


def diary_of(log: Log, answers: Answers, at: datetime | None, now: datetime) -> Diary:
    """The diary of a log up to `now`; the onset from the duration answered as of `at`."""
    return diary_from(scores_of(log), onset_of(answers, at), now)


def diary_from(scores: Iterable[Score], onset: datetime | None, now: datetime) -> Diary:
    """The diary of some scores up to `now`. Of two of one moment the later counts."""
    found = {score.at: score for score in scores if score.at <= now}
    return Diary(now, onset, tuple(found[at] for at in sorted(found)))


def onset_of(answers: Answers, at: datetime | None) -> datetime | None:
    """When the pain began: the middle of what the answered duration leaves possible."""
    answer = answers.get(DURATION)
    if at is None or answer is None or not isinstance(answer.possible, Interval):
        return None
    return at - timedelta(minutes=(answer.possible.low + answer.possible.high) / 2)


def scores_of(log: Log) -> Iterator[Score]:
    """The scores of a log in its order: of check-ins, and of cases as they were told."""
    for event in standing(log):
        if isinstance(event.payload, CheckIn) and event.payload.pain is not None:
            yield Score(event.happened_at, event.payload.pain)
        elif isinstance(event.payload, Told):
            told = _told(event.payload.case)
            if told is not None:
                at = moment(event.payload.case.get("at"), "at") or event.happened_at
                yield Score(at, told)


def _told(case: Mapping[str, Any]) -> int | None:
    """The pain score in a case as it was told, where it is one number; it is of the case's moment."""
    answers = case.get("answers")
    value = answers.get(SEVERITY) if isinstance(answers, Mapping) else None
    if isinstance(value, Mapping):
        value = value.get("value")
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        tenths = to_base(str(value), "score")
    except LumbagoError:
        return None
    return tenths if 0 <= tenths <= _HIGHEST else None
