"""When: dated items in waking hours, around meals and work, apart as far as they must be.

Everything is in whole minutes of UTC. Nothing overlaps, nothing lies in the hours of sleep, and no
day has more items than is humane. Steps are dealt out in turns, so that the most useful keep a place.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from lumbago.knowledge.care import Care, Interaction
from lumbago.planning.day import Day, Span
from lumbago.planning.eligibility import InUse, apart
from lumbago.planning.medicines import limit

GRID: Final = 5
THERMAL: Final = frozenset({"heat", "cold", "alternating"})
PORTABLE: Final = frozenset({"walking", "breathing"})


@dataclass(frozen=True, slots=True)
class Timed:
    """A step to be dated: how long, how often a day, how far from the next, and where."""

    measure: str
    kind: str
    agents: frozenset[str]
    minutes: int
    per_day: int
    gap: int
    rank: int
    span: Span
    portable: bool


@dataclass(frozen=True, slots=True)
class Item:
    """A dated step, half-open in minutes of UTC."""

    measure: str
    start: int
    end: int


class Calendar:
    """Places steps into a person's days, beside what was done already."""

    def __init__(
        self, care: Care, day: Day, before: Iterable[InUse], interactions: Sequence[Interaction]
    ) -> None:
        self.care = care
        self.day = day
        self.before = tuple(before)
        self.interactions = interactions
        self.agents: dict[str, frozenset[str]] = {}
        self._apart: dict[tuple[frozenset[str], frozenset[str]], int] = {}

    def dated(self, steps: Sequence[Timed], first: int, until: int) -> tuple[Item, ...]:
        """Every item from `first` to before `until`, in order."""
        items: list[Item] = []
        self.agents = {step.measure: step.agents for step in steps}
        for span in self.day.awake(first, until):
            items += self._one_day(steps, items, span, (max(span[0], first), min(span[1], until)))
        return tuple(sorted(items, key=lambda item: (item.start, item.measure)))

    def _one_day(
        self, steps: Sequence[Timed], earlier: Sequence[Item], awake: Span, free: Span
    ) -> list[Item]:
        calm = limit(self.care, "before_sleep_minutes")
        free = (free[0], min(free[1], awake[1] - calm))
        if free[1] <= free[0]:
            return []
        today = [one for one in self.before if awake[0] <= one.minute < awake[1]]
        room = limit(self.care, "items_per_day") - len(today)
        meal = limit(self.care, "meal_minutes")
        meals = [(m, m + meal) for m in self.day.meal_times((awake[0] - meal, awake[1]))]
        work = list(self.day.working(awake))
        placed: list[Item] = []
        here = [step for step in steps if step.span[0] < free[1] and step.span[1] > free[0]]
        order = sorted(here, key=lambda step: (step.rank, step.measure))
        ranks = {id_: n for n, id_ in enumerate(dict.fromkeys(step.measure for step in order))}
        turns = max((step.per_day for step in here), default=0)
        for turn in range(turns):
            for step in order:
                if len(placed) >= room:
                    return placed
                wanted = self._wanted(step, today, awake, free)
                if turn >= wanted:
                    continue
                busy = meals if step.portable else meals + work
                late = limit(self.care, "stagger_minutes") * ranks[step.measure]
                turns_of = (turn, wanted, late)
                start = self._place(step, turns_of, [*earlier, *placed], busy, free)
                if start is not None:
                    placed.append(Item(step.measure, start, start + step.minutes))
        return placed

    def _wanted(self, step: Timed, today: Sequence[InUse], awake: Span, free: Span) -> int:
        """How many are left for the rest of a day; nothing that was missed is made up."""
        left = max(0, min(free[1], step.span[1]) - max(free[0], step.span[0]))
        share = -(-step.per_day * left // max(1, awake[1] - awake[0]))
        done = sum(one.id == step.measure for one in today)
        return max(0, min(step.per_day - done, share))

    def _place(
        self,
        step: Timed,
        turn: tuple[int, int, int],
        placed: Sequence[Item],
        busy: Sequence[Span],
        free: Span,
    ) -> int | None:
        first, last = max(free[0], step.span[0]), min(free[1], step.span[1]) - step.minutes
        first = -(-first // GRID) * GRID
        if last < first:
            return None
        number, of, late = turn
        target = first + ((last - first) * number // of + late) // GRID * GRID
        taken = sorted(self._taken(step, placed, busy))
        return first_free(taken, max(first, target), last) or first_free(taken, first, last)

    def _taken(self, step: Timed, placed: Sequence[Item], busy: Sequence[Span]) -> Iterable[Span]:
        """The starts that are not possible, as open spans."""
        for start, end in busy:
            yield start - step.minutes, end
        for item in placed:
            gap = self.gap(step, item.measure)
            yield item.start - step.minutes - gap, item.end + gap
        for one in self.before:
            gap = self.between(step, one)
            yield one.minute - step.minutes - gap, one.minute + gap

    def gap(self, step: Timed, other: str) -> int:
        """The minutes that must lie between a step and an item of the plan."""
        own = step.gap if other == step.measure else 0
        return max(own, self._pair(step.agents, self.agents[other]))

    def between(self, step: Timed, one: InUse) -> int:
        """The minutes that must lie between a step and what was done or taken before."""
        own = step.gap if one.id == step.measure else 0
        return max(own, self._pair(step.agents, one.agents))

    def _pair(self, one: frozenset[str], other: frozenset[str]) -> int:
        if (one, other) not in self._apart:
            found = apart(self.interactions, one, other)
            self._apart[one, other] = max((pair.apart_minutes for pair in found), default=0)
        return self._apart[one, other]


def first_free(taken: Sequence[Span], start: int, last: int) -> int | None:
    """The first start from `start` to `last` that lies in none of the open spans, in order."""
    for low, high in taken:
        if low < start < high:
            start = -(-high // GRID) * GRID
    return start if start <= last else None
