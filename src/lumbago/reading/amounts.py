"""Counts and stretches of time in own words: "a couple of weeks", "10/7", "since Tuesday"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from lumbago.quantity import MINUTES_PER_DAY, Interval
from lumbago.reading.lexicon import Language
from lumbago.reading.tokens import NUMBER, SOFT, STOP, Stream

_BACK: Final = 3


@dataclass(frozen=True, slots=True)
class Amount:
    """A count with its tokens: "seven or eight" is 7 to 8."""

    low: float
    high: float
    first: int
    after: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """A length of time with its tokens; `minutes` is None where it cannot be placed."""

    minutes: Interval | None
    first: int
    after: int
    ago: bool = False
    since: bool = False
    vague: bool = False


class Amounts:
    """Reads counts and stretches of time from a stream."""

    def __init__(self, language: Language, stream: Stream, at: datetime | None) -> None:
        self.stream = stream
        self.raw = stream.raw
        self.at = at
        self.words: dict[str, float] = {w: float(n) for w, n in language["number_words"].items()}
        self.vague: dict[str, tuple[float, float]] = {
            w: (float(low), float(high)) for w, (low, high) in language["vague_numbers"].items()
        }
        self.unit_of = {w: unit for unit, words in language["units"].items() for w in words}
        self.minutes = {
            unit: (int(low), int(high)) for unit, (low, high) in language["unit_minutes"].items()
        }
        self.bare = {w: (int(a), int(b)) for w, (a, b) in language["bare_units"].items()}
        self.slashes = {int(n): unit for n, unit in language["slash_units"].items()}
        self.days: dict[str, tuple[int, int]] = {
            word: (int(a), int(b)) for word, (a, b) in language["days_ago"].items()
        }
        self.weekdays = {w: i for i, words in enumerate(language["weekdays"]) for w in words}
        self.months = {w: i for i, words in enumerate(language["months"], 1) for w in words}
        self.feasts = dict(language["feasts"])
        self.about = language.words("about")
        self.more = frozenset(language["more_than"])
        self.since_words = frozenset(language["since_words"])
        self.ago_words = frozenset(language["ago_words"])

    # -------------------------------------------------------------------------------------- counts

    def count(self, at: int) -> Amount | None:
        """The count that begins at a token, with "to", "or", "and a half" and "ish"."""
        one = self._one(at)
        if one is None:
            return None
        low, high, after = one
        if self._is(after, "and") and self._half(after + 1):
            low, high, after = low + 0.5, high + 0.5, self._past_half(after + 1)
        elif self._is(after, "half") and high >= 1:
            low, high, after = low + 0.5, high + 0.5, after + 1
        if after + 1 < len(self.raw) and self.raw[after] in ("to", "or", "-", "–"):
            other = self._one(after + 1)
            if other is not None and other[0] >= low:
                high, after = other[1], other[2]
        if self._is(after, "ish") or self._is(after, "odd"):
            after += 1
        return Amount(low, high, at, after)

    def _one(self, at: int) -> tuple[float, float, int] | None:
        if at >= len(self.raw):
            return None
        word = self.raw[at]
        if self.stream.kind[at] == NUMBER:
            number = float(word.replace(",", "."))
            return number, number, at + 1
        if word in ("a", "an") and at + 1 < len(self.raw):
            following = self.raw[at + 1]
            if following in self.vague or following in ("half", "hundred"):
                return self._one(at + 1)
            return (1.0, 1.0, at + 1) if following in self.unit_of else None
        if word == "half":
            return 0.5, 0.5, self._past_half(at)
        if word in self.vague:
            low, high = self.vague[word]
            return low, high, at + 2 if self._is(at + 1, "of") else at + 1
        if word not in self.words:
            return None
        number = self.words[word]
        if number >= 20 and at + 1 < len(self.raw) and 0 < self.words.get(self.raw[at + 1], 0) < 10:
            return (
                number + self.words[self.raw[at + 1]],
                number + self.words[self.raw[at + 1]],
                at + 2,
            )
        return number, number, at + 1

    def _is(self, at: int, word: str) -> bool:
        return at < len(self.raw) and self.raw[at] == word

    def _half(self, at: int) -> bool:
        return self._is(at, "half") or (self._is(at, "a") and self._is(at + 1, "half"))

    def _past_half(self, at: int) -> int:
        while at < len(self.raw) and self.raw[at] in ("a", "an", "half", "of"):
            at += 1
        return at

    # ------------------------------------------------------------------------------------ stretches

    def stretches(self) -> list[Stretch]:
        """Every stretch of time and every date in the text, in order, none overlapping."""
        found: list[Stretch] = []
        at = 0
        while at < len(self.raw):
            stretch = self._slash(at) or self._counted(at) or self._dated(at) or self._bare(at)
            if stretch is None:
                at += 1
            else:
                found.append(stretch)
                at = stretch.after
        return found

    def _slash(self, at: int) -> Stretch | None:
        """The clinician's 10/7 (days), 3/52 (weeks), 2/12 (months)."""
        if at + 2 >= len(self.raw) or self.raw[at + 1] != "/" or not self._whole(at, at + 2):
            return None
        if self.stream.end[at] != self.stream.start[at + 1]:
            return None
        unit = self.slashes.get(int(self.raw[at + 2]))
        return (
            None
            if unit is None
            else self._of(float(self.raw[at]), float(self.raw[at]), unit, at, at + 3)
        )

    def _whole(self, *places: int) -> bool:
        return all(self.stream.kind[i] == NUMBER and self.raw[i].isdecimal() for i in places)

    def _counted(self, at: int) -> Stretch | None:
        amount = self.count(at)
        if amount is None or amount.after >= len(self.raw):
            return None
        after = amount.after
        while after < len(self.raw) - 1 and self.raw[after] in (
            "long",
            "whole",
            "full",
            "of",
            "more",
        ):
            after += 1
        unit = self.unit_of.get(self.raw[after])
        if unit is None:
            return None
        low, high = amount.low, amount.high
        after += 1
        if self._is(after, "and") and self._half(after + 1):
            low, high, after = low + 0.5, high + 0.5, self._past_half(after + 1)
        if self._is(after, "or") and self._is(after + 1, "so"):
            after += 2
        if any(word in self.more for word in self.raw[max(0, at - _BACK) : at]):
            high = max(high, low * 1.5)
        return self._of(low, high, unit, at, after)

    def _of(self, low: float, high: float, unit: str, first: int, after: int) -> Stretch:
        least, most = self.minutes[unit]
        minutes = Interval(round(low * least), round(high * most))
        ago = after < len(self.raw) and self.raw[after] in self.ago_words
        return Stretch(minutes, first, after + ago, ago=ago)

    def _bare(self, at: int) -> Stretch | None:
        """As in "for months", "years": at least so many; "week of pain": one."""
        word = self.raw[at]
        if word in self.bare:
            low, high = self.bare[word]
            minutes = Interval(low * MINUTES_PER_DAY, high * MINUTES_PER_DAY)
            ago = self._is(at + 1, "ago")
            return Stretch(minutes, at, at + 1 + ago, ago=ago, vague=True)
        opens = at == 0 or self.stream.kind[at - 1] == STOP or self.raw[at - 1] in ("last", "past")
        if opens and word in self.unit_of and not self._is(at + 1, "ago"):
            return self._of(1, 1, self.unit_of[word], at, at + 1)
        return None

    # ---------------------------------------------------------------------------------------- dates

    def _dated(self, at: int) -> Stretch | None:
        since = at > 0 and any(w in self.since_words for w in self.raw[max(0, at - 2) : at])
        for words in (3, 2, 1):
            phrase = " ".join(self.raw[at : at + words])
            if at + words <= len(self.raw) and phrase in self.days:
                low, high = self.days[phrase]
                return Stretch(Interval(low, high), at, at + words, since=since)
        word = self.raw[at]
        if word in self.weekdays:
            return Stretch(self._weekday(self.weekdays[word]), at, at + 1, since=since)
        if word in self.feasts and since:
            month, day = self.feasts[word].split("-")
            return Stretch(self._date(int(month), int(day)), at, at + 1, since=True)
        if word in self.months and at > 0 and self.raw[at - 1] in ("since", "in", "from", "last"):
            return Stretch(self._month(self.months[word], at + 1), at, at + 1, since=since)
        if since and self.stream.kind[at] == NUMBER and self._whole(at) and len(word) == 4:
            return Stretch(self._year(int(word)), at, at + 1, since=True)
        return None

    def _between(self, start: datetime, end: datetime) -> Interval | None:
        """The minutes from a stretch of the calendar to now; None where it has not come yet."""
        assert self.at is not None
        low = int((self.at - end).total_seconds() // 60)
        high = int((self.at - start).total_seconds() // 60)
        return Interval(max(low, 0), high) if high >= 0 else None

    def _day(self, back: int) -> datetime:
        assert self.at is not None
        midnight = self.at.replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight - timedelta(days=back)

    def _weekday(self, weekday: int) -> Interval | None:
        if self.at is None:
            return None
        back = (self.at.weekday() - weekday) % 7
        most = 7 if back == 0 else back
        return self._between(self._day(most), self._day(back - 1) if back else self.at)

    def _month(self, month: int, after: int) -> Interval | None:
        if self.at is None:
            return None
        year = self.at.year if month <= self.at.month else self.at.year - 1
        if after < len(self.raw) and self.raw[after].isdecimal() and len(self.raw[after]) == 4:
            year = int(self.raw[after])
        return self._calendar(year, month, 31)

    def _date(self, month: int, day: int) -> Interval | None:
        if self.at is None:
            return None
        year = self.at.year if (month, day) <= (self.at.month, self.at.day) else self.at.year - 1
        start = self.at.replace(year=year, month=month, day=day, hour=0, minute=0)
        return self._between(start, min(self.at, start + timedelta(days=7)))

    def _year(self, year: int) -> Interval | None:
        if self.at is None or not 1900 < year <= self.at.year:
            return None
        return self._calendar(year, 1, 366)

    def _calendar(self, year: int, month: int, days: int) -> Interval | None:
        assert self.at is not None
        if year < 1900:
            return None
        start = self.at.replace(year=year, month=month, day=1, hour=0, minute=0)
        end = min(self.at, start + timedelta(days=days))
        return self._between(start, end) if start <= self.at else None


def soft(stream: Stream, at: int) -> bool:
    """Whether a token is missing or is a mark."""
    return at < 0 or at >= len(stream) or stream.kind[at] >= SOFT
