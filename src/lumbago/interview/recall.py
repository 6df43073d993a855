"""What a rule amounts to, remembered by the state of every answer that it rests on.

From one screen to the next, and from one person to another, most rules meet the same answers again.
Nothing is defined here: what is not remembered yet is worked out by the rules themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from operator import itemgetter
from typing import Final, Generic, TypeVar

from lumbago.answers import Answers
from lumbago.expr import Expr, Literal_, literals
from lumbago.knowledge.model import Disposition, Rule
from lumbago.triage.scalar import FORCED, Open, Reading, Rules, Status, status

MOST: Final = 64
"""So many states are remembered of one rule; then it begins anew."""

VOIDED: Final = len(Status)
"""The state of a literal whose answer does not count; it can still be given anew."""

READINGS: Final = (
    FORCED,
    *(Reading(asked, unsure) for asked in Open for unsure in (Open.TOLD, Open.ALWAYS)),
)
"""Every reading that a verdict is made of."""

States = Sequence[int]
"""The state of every literal: a `Status`, or `VOIDED`."""

T = TypeVar("T")


class Recall(Generic[T]):
    """Something of one condition, by the states of the literals at some places."""

    def __init__(self, places: Iterable[int]) -> None:
        chosen = sorted(places)
        self._key: Callable[[States], object] = itemgetter(*chosen) if chosen else _nothing
        self._known: dict[object, T] = {}

    def get(self, states: States, make: Callable[[], T]) -> T:
        """What is known of these states, made if nothing is."""
        key = self._key(states)
        try:
            return self._known[key]
        except KeyError:
            made = make()
        if len(self._known) >= MOST:
            self._known = {}  # a new one: another thread may be reading
        self._known[key] = made
        return made


def _nothing(_: States) -> object:
    return None


class Places:
    """Every literal of the conditions that were asked about, and what else each rests on."""

    def __init__(self, behind: Mapping[str, Collection[Expr]]) -> None:
        """`behind`: conditions, free of terms, that say whether and how a finding counts at all."""
        self._behind = behind
        self._place: dict[Literal_, int] = {}
        self._of: dict[str, list[tuple[int, Literal_]]] = {}
        self._blank: list[int] = []

    def of(self, expr: Expr) -> frozenset[int]:
        """The places of the literals of a condition, and of whatever stands behind them."""
        found: set[int] = set()
        left, seen = [expr], {id(expr)}
        while left:
            for literal, _ in literals(left.pop(), {}):
                found.add(self._at(literal))
                for other in self._behind.get(literal.finding, ()):
                    if id(other) not in seen:
                        seen.add(id(other))
                        left.append(other)
        return frozenset(found)

    def _at(self, literal: Literal_) -> int:
        if literal not in self._place:
            self._place[literal] = len(self._blank)
            self._of.setdefault(literal.finding, []).append((len(self._blank), literal))
            self._blank.append(Status.NOT_ASKED)
        return self._place[literal]

    def states(self, answers: Answers, voided: Collection[str] = ()) -> States:
        """The state of every literal."""
        found = list(self._blank)
        for finding in answers:
            for place, literal in self._of.get(finding, ()):
                found[place] = status(literal, answers)
        for finding in voided:
            for place, _ in self._of.get(finding, ()):
                if found[place] == Status.NOT_ASKED:
                    found[place] = VOIDED
        return found


class RecalledRules(Rules):
    """The rules for one case: whether one holds is looked up before it is worked out."""

    def __init__(
        self, rules: Rules, recalls: Sequence[tuple[Rule, Recall[int]]], states: States
    ) -> None:
        self.rules, self.terms = rules.rules, rules.terms
        self._recalls = recalls
        self._states = states
        self._found: list[tuple[int, Disposition]] | None = None

    def level(self, answers: Answers, reading: Reading) -> Disposition:
        """As `Rules.level`."""
        if self._found is None:
            self._found = list(self._held(answers))
        mask = 1 << READINGS.index(reading)
        held = (disposition for bits, disposition in self._found if bits & mask)
        return next(held, Disposition.SELF_CARE)

    def _held(self, answers: Answers) -> Iterator[tuple[int, Disposition]]:
        for rule, recall in self._recalls:
            bits = recall.get(self._states, partial(self._bits, rule, answers))
            if bits:
                yield bits, rule.disposition

    def _bits(self, rule: Rule, answers: Answers) -> int:
        """One bit for every reading under which the rule holds."""
        return sum(
            self.holds(rule.when, answers, reading) << at for at, reading in enumerate(READINGS)
        )
