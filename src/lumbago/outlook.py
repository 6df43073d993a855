"""The expected course in words: never "faster", never a promise, never instead of the danger signs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lumbago.recovery.forecast import Chance, Course, Range, Refusal
from lumbago.wording import Wording

_AHEAD: Final = 7
_TENTHS: Final = 10
_FEW_TRUSTED: Final = 0.5
_TABLE_ROWS: Final = 12


@dataclass(frozen=True, slots=True)
class Outlook:
    """A course in words: the title above the picture, lines, how sure, and the same as a table."""

    title: str
    lines: tuple[str, ...]
    how_sure: tuple[str, ...]
    table: tuple[tuple[str, str], ...]
    svg_title: str
    svg_description: str


class Narrator:
    """Tells a course in one language."""

    def __init__(self, wording: Wording) -> None:
        self.wording = wording
        self.words = wording.words

    def message(self, id_: str, **values: object) -> str:
        """A sentence about the course, its places filled in."""
        return str(self.words["course"][id_]).format(**values)

    def refused(self, refusal: Refusal) -> tuple[str, ...]:
        """Why no course is drawn, and what would have to be answered."""
        lines = [str(self.words["course_limits"][refusal.reason])]
        if refusal.unanswered:
            asked = [self.wording.short(finding) for finding in refusal.unanswered[:_ASKED]]
            lines.append(self.message("answer_first", findings=", ".join(asked)))
        return tuple(lines)

    def outlook(self, course: Course) -> Outlook:
        """A course in words."""
        return Outlook(
            title=self._title(course),
            lines=tuple(self._lines(course)),
            how_sure=tuple(self._how_sure(course)),
            table=tuple(self._table(course)),
            svg_title=self.message("svg_title"),
            svg_description=self._described(course),
        )

    def _title(self, course: Course) -> str:
        if course.ahead is None:
            return self.message("too_early")
        # at most nine: nobody is told to be slower than all others
        slower = min(int(course.ahead * _TENTHS), _TENTHS - 1)
        return self.message(course.standing, n=slower)

    def _lines(self, course: Course) -> Iterator[str]:
        if course.standing == "slower":
            yield self.message("check_again")
        if course.dots:
            day, pain = course.dots[-1]
            yield self.message("now", pain=score(pain), day=day_of(day))
            yield self.message("began", pain=score(course.dots[0][1]))
            yield self.message("ups_and_downs")
        if course.standing == "too_early":
            yield self.message("few_scores")
        yield from self._ahead(course)
        yield self.message("not_tomorrow")

    def _ahead(self, course: Course) -> Iterator[str]:
        if course.ahead is None:
            return
        week = next((r for r in course.forecast if r.day - course.today >= _AHEAD), None)
        if week is not None:
            low, high = whole(week.low), whole(week.high)
            said = "week_ahead" if low != high else "week_ahead_one"
            yield self.message(said, low=low, high=high)
        told_from = self.wording.knowledge.recovery.number("told_from_week")
        soon = next((c for c in course.recovery if c.week >= told_from), None)
        if soon is not None:
            yield self._chance(soon)

    def _chance(self, chance: Chance) -> str:
        tenths = round(chance.share * _TENTHS)
        if tenths == 0:
            return self.message("chance_few", week=chance.week)
        if tenths == _TENTHS:
            return self.message("chance_most", week=chance.week)
        return self.message("chance", week=chance.week, n=tenths)

    def _how_sure(self, course: Course) -> Iterator[str]:
        names = {
            curve.family: self._citation(curve.sources[0].source)
            for curve in self.wording.knowledge.recovery.curves.values()
            if curve.stage == course.stage
        }
        yield self.message("start_alike")
        yield self.message("sure_average", sources="; ".join(names.values()))
        yield self.message("sure_edges")
        if {"costa", "wallwork"} <= names.keys():
            yield self.message("disagrees", **names)
        if course.stage == "acute":
            yield self.message("unequal")
        yield self.message("who")
        if course.factors:
            told = [str(self.words["course_factors"][factor]) for factor in course.factors]
            yield self.message("factors", factors=", ".join(told))
        if course.trust < _FEW_TRUSTED:
            yield self.message("trust")

    def _citation(self, source: str) -> str:
        """First author and year, for example "Wallwork SB 2024"."""
        citation = self.wording.knowledge.sources[source].citation
        year = next((w for w in citation.replace(";", " ").split() if w[:4].isdigit()), "")
        return f"{citation.split(' et al')[0]} {year[:4]}".strip()

    def _table(self, course: Course) -> Iterator[tuple[str, str]]:
        step = max(1, -(-len(course.dots) // _TABLE_ROWS))
        last = len(course.dots) - 1
        for index, (day, pain) in enumerate(course.dots):
            if index % step == 0 or index == last:
                yield self.message("day", day=day_of(day)), score(pain)

    def _described(self, course: Course) -> str:
        dots = self.message("svg_no_dots")
        if course.dots:
            first, last = course.dots[0], course.dots[-1]
            inside = sum(_inside(course.band, day, pain) for day, pain in course.dots)
            dots = self.message(
                "svg_dots",
                first=score(first[1]),
                begin=day_of(first[0]),
                last=score(last[1]),
                day=day_of(last[0]),
                inside=inside,
                all=len(course.dots),
            )
        weeks = round(course.band[-1].day / 7)
        return self.message("svg_desc", weeks=weeks, dots=dots)


_ASKED: Final = 5


def score(tenths: float) -> str:
    """A score of 0-10 from tenths, whole where it is whole."""
    return f"{tenths / _TENTHS:g}"


def whole(tenths: float) -> str:
    """The nearest whole score of 0-10."""
    return f"{tenths / _TENTHS:.0f}"


def day_of(day: float) -> int:
    """Days since the onset as they are counted aloud: the first is day 1."""
    return int(day) + 1


def _inside(band: tuple[Range, ...], day: float, pain: float) -> bool:
    """Whether a score lies in the band, as the two are drawn: half a point of slack for whole scores."""
    nearest = min(band, key=lambda point: abs(point.day - day))
    return nearest.low - _TENTHS / 2 <= pain <= nearest.high + _TENTHS / 2
