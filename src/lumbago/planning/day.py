"""A person's day: when they are awake, eat and work, in their own zone, across clock changes.

Wall-clock times are turned into minutes of UTC one day at a time, so that a day of 23 or 25 hours
comes out right: a time that the clocks skip is moved on, one that comes twice is the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from lumbago.errors import InputError, Problem
from lumbago.event_files import zone_of
from lumbago.knowledge.care import Care
from lumbago.planning.medicines import minute_of, moment

_TIME: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
_HINT: Final = "Write it like 07:00."

Span = tuple[int, int]
"""Half-open, in minutes of UTC."""


@dataclass(frozen=True, slots=True)
class Day:
    """The wall-clock times of a person's day, in minutes after midnight."""

    zone: tzinfo
    wake: int
    sleep: int
    meals: tuple[int, ...]
    work: tuple[int, int] | None = None

    def awake(self, first: int, until: int) -> Iterator[Span]:
        """The waking hours that touch the minutes from `first` to `until`, in order."""
        for day in self._dates(first, until):
            span = self._between(day, self.wake, self.sleep)
            if span[0] < span[1] and span[1] > first and span[0] < until:
                yield span

    def is_awake(self, minute: int) -> bool:
        """Whether a minute lies in the waking hours."""
        return any(start <= minute < end for start, end in self.awake(minute, minute + 1))

    def waking(self, minute: int) -> int:
        """The first minute at or after this one at which the person is awake."""
        for start, end in self.awake(minute, minute + 3 * 24 * 60):
            if minute < end:
                return max(minute, start)
        raise AssertionError("a day has waking hours")

    def meal_times(self, span: Span) -> tuple[int, ...]:
        """The meals that begin within a span."""
        times = (self._at(day, meal) for day in self._dates(*span) for meal in self.meals)
        return tuple(sorted(t for t in times if span[0] <= t < span[1]))

    def working(self, span: Span) -> Iterator[Span]:
        """The hours of work that touch a span."""
        if self.work is None:
            return
        for day in self._dates(*span):
            start, end = self._between(day, *self.work)
            if start < span[1] and end > span[0]:
                yield start, end

    def local(self, minute: int) -> datetime:
        """A minute of UTC as the person's clock shows it."""
        return moment(minute).astimezone(self.zone)

    def _dates(self, first: int, until: int) -> Iterator[date]:
        """From the day before to the day after; work and sleep may lie across midnight."""
        day = self.local(first).date() - timedelta(days=1)
        last = self.local(until).date() + timedelta(days=1)
        while day <= last:
            yield day
            day += timedelta(days=1)

    def _between(self, day: date, start: int, end: int) -> Span:
        after = day if end > start else day + timedelta(days=1)
        return self._at(day, start), self._at(after, end)

    def _at(self, day: date, minutes: int) -> int:
        wall = datetime.combine(day, time(minutes // 60, minutes % 60), self.zone)
        return minute_of(wall.astimezone(UTC))


def day_of(care: Care, given: Mapping[str, object], now: datetime) -> Day:
    """The day of a profile, with cited defaults for what it does not say.

    Without a zone the offset of `now` counts. Raises `InputError` with every problem at once.
    """
    problems: list[Problem] = []
    wake = _one(given, "wake", care.limits["wake"].values[0], problems)
    sleep = _one(given, "sleep", care.limits["sleep"].values[0], problems)
    meals = _several(given, "meals", care.limits["meals"].values, problems)
    work = _several(given, "work", (), problems)
    if len(work) not in (0, 2):
        problems.append(Problem("Work has a start and an end.", "profile.day.work", _HINT))
    if wake == sleep:
        said = "Getting up and going to sleep are at the same time."
        problems.append(Problem(said, "profile.day", "Correct one of them."))
    zone = _zone(given.get("zone"), now, problems)
    if problems:
        raise InputError(problems)
    return Day(zone, wake, sleep, meals, (work[0], work[1]) if work else None)


def _zone(name: object, now: datetime, problems: list[Problem]) -> tzinfo:
    if name is None:
        assert now.tzinfo is not None
        return now.tzinfo
    try:
        return ZoneInfo(zone_of(name))
    except InputError as error:
        problems.extend(Problem(p.message, "profile.day.zone", p.hint) for p in error.problems)
        return UTC


def _one(given: Mapping[str, object], key: str, default: int, problems: list[Problem]) -> int:
    value = given.get(key)
    return default if value is None else _time(value, f"profile.day.{key}", problems)


def _several(
    given: Mapping[str, object], key: str, default: tuple[int, ...], problems: list[Problem]
) -> tuple[int, ...]:
    value = given.get(key)
    if value is None:
        return default
    if not isinstance(value, list | tuple):
        problems.append(Problem("This must be a list of times.", f"profile.day.{key}", _HINT))
        return default
    return tuple(_time(one, f"profile.day.{key}", problems) for one in value)


def _time(value: object, where: str, problems: list[Problem]) -> int:
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        problems.append(Problem(f"'{value}' is not a time of day.", where, _HINT))
        return 0
    return int(found[1]) * 60 + int(found[2])
