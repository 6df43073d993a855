"""The same people read by two sets of rules: who moves, what carries it, and who shows it best.

Everything is counted crowd by crowd and added up, so that no crowd has to be kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from lumbago.answers import Answers
from lumbago.columns import CaseTable, Flags, SetColumn
from lumbago.evaluate_groups import KINDS, NOT_KNOWN, GroupRate
from lumbago.expr import Literal_, literals
from lumbago.knowledge.model import Disposition, Knowledge
from lumbago.knowledge.overlay import Overlay
from lumbago.rates import Paired, Rate
from lumbago.triage.columnar import DOUBT, TOLD, Chunk, Open, Ranks, Rules, ranks, satisfies, unpack
from lumbago.whatif.people import (
    Crowd,
    Grouper,
    Kind,
    Labels,
    crowds,
    serious_causes,
    urgent_causes,
)

SAME_DAY: Final = Disposition.SAME_DAY
EMERGENCY: Final = Disposition.EMERGENCY
EXAMPLES: Final = 10
_ALIKE: Final = 3
"""So many examples at most of one move by one rule."""

_A_MOVE: Final = 2
"""So many examples at first of one move of one kind of people."""

Direction = Literal["up", "down"]
Move = tuple[Disposition, Disposition]


class Measure(StrEnum):
    """What is counted of the same people before and after.

    MISSED: told less than `same_day`, of those with a cause that is usually an emergency; SERIOUS:
    the same of those with any serious cause. SENT: told `same_day` or more, and CALLED: told
    `emergency`, of those without a serious cause.
    """

    MISSED = "missed"
    SERIOUS = "missed_serious"
    SENT = "sent"
    CALLED = "called"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a rule's condition, and how many of those it moves fulfil it."""

    literal: Literal_
    negated: bool
    people: int


@dataclass(frozen=True, slots=True)
class Carrier:
    """A rule that moves people: how many each way, and the parts of its condition they fulfil."""

    rule: str
    up: int
    down: int
    fires_before: int
    fires_after: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class GroupGap:
    """How often people of a group change sides in a measure, beside all others.

    `more`: they are hits afterwards that were none before; else the reverse.
    """

    measure: Measure
    more: bool
    group: GroupRate


@dataclass(frozen=True, slots=True)
class Example:
    """One person who moves, the rules that carry it, and how many questions are answered with yes.

    `serious`: a cause it was drawn with is a serious one.
    """

    kind: Kind
    row: int
    before: Disposition
    after: Disposition
    rules: tuple[str, ...]
    causes: tuple[str, ...]
    serious: bool
    yeses: int
    answers: Answers = field(repr=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What became of the people of one kind.

    `moves` counts people by where they came out before, then after. `causes`: for each cause that is
    usually an emergency, its people told less than `same_day`. `unseen`: findings of the changed
    rules that nobody here has, so that what hangs on them cannot show.
    """

    kind: Kind
    moves: Mapping[Move, int]
    measures: Mapping[Measure, Paired]
    causes: Mapping[str, Paired]
    carriers: tuple[Carrier, ...]
    groups: tuple[GroupGap, ...]
    unseen: tuple[str, ...]
    examples: tuple[Example, ...]

    @property
    def people(self) -> int:
        """How many there are."""
        return sum(self.moves.values())

    def moved(self, direction: Direction) -> Rate:
        """The share whose disposition goes up, or down."""
        hits = sum(
            people
            for (before, after), people in self.moves.items()
            if (after > before if direction == "up" else after < before)
        )
        return Rate(hits, self.people)

    def level(self, disposition: Disposition) -> Paired:
        """The people at a disposition before and after."""
        both = self.moves.get((disposition, disposition), 0)
        before = sum(n for (was, _), n in self.moves.items() if was is disposition)
        after = sum(n for (_, now), n in self.moves.items() if now is disposition)
        rest = self.people - before - after + both
        return Paired(both, before - both, after - both, rest)


def paired(before: Flags, after: Flags) -> Paired:
    """The same rows twice: which are hits before, and which after."""
    both = int((before & after).sum())
    one, other = int(before.sum()) - both, int(after.sum()) - both
    return Paired(both, one, other, len(before) - both - one - other)


def compare(
    overlay: Overlay,
    n: int,
    seed: int,
    tell: Callable[[Crowd], None] = lambda _: None,
) -> dict[Kind, Comparison]:
    """The overlay on `n` simulated people of each kind; `tell` hears of each crowd before it is read."""
    reader = Reader(overlay)
    tallies: dict[Kind, Tally] = {}
    for crowd in crowds(overlay.shipped, n, seed):
        tell(crowd)
        tally = tallies.setdefault(crowd.kind, Tally(overlay, crowd.kind))
        tally.add(crowd, reader)
    return {kind: tally.result() for kind, tally in tallies.items()}


class Reader:
    """The rules before and after, ready to be read for tables of people."""

    def __init__(self, overlay: Overlay) -> None:
        self.overlay = overlay
        self.sides: tuple[tuple[Knowledge, Rules], ...] = tuple(
            (knowledge, Rules(knowledge)) for knowledge in (overlay.shipped, overlay.knowledge)
        )
        self.grouper = Grouper(overlay.shipped)

    def read(self, table: CaseTable) -> tuple[Reading, Reading]:
        """Both readings of a table."""
        before, after = (self._side(knowledge, rules, table) for knowledge, rules in self.sides)
        return before, after

    def _side(self, knowledge: Knowledge, rules: Rules, table: CaseTable) -> Reading:
        touched = [id_ for id_ in self.overlay.touched if id_ in knowledge.rules]
        told: list[Ranks] = []
        held: dict[str, list[Flags]] = {id_: [] for id_ in touched}
        asks: dict[str, list[Ranks]] = {id_: [] for id_ in touched}
        for part in table.chunks():
            chunk, rows = Chunk(part), len(part)
            told.append(ranks(rules.verdict_reading(chunk, Open.TOLD), rows))
            for id_ in touched:
                rule = knowledge.rules[id_]
                sure = unpack(rules.holds(rule.when, chunk, TOLD), rows)
                doubt = unpack(rules.holds(rule.when, chunk, DOUBT), rows)
                at_worst = np.where(doubt, min(rule.disposition, SAME_DAY), 0)
                held[id_].append(sure)
                asks[id_].append(np.where(sure, rule.disposition, at_worst).astype(np.uint8))
        none: Ranks = np.zeros(0, np.uint8)
        return Reading(
            np.concatenate([none, *told]),
            {id_: np.concatenate([none.view(np.bool_), *parts]) for id_, parts in held.items()},
            {id_: np.concatenate([none, *parts]) for id_, parts in asks.items()},
        )


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What one set of rules says of a table: the disposition as told of every row.

    For each changed rule `held` has the rows of which it holds as told, and `asks` the disposition
    that it asks for, doubt about it included (0: none).
    """

    told: Ranks
    held: Mapping[str, Flags]
    asks: Mapping[str, Ranks]


class Tally:
    """Adds up what becomes of the people of one kind."""

    def __init__(self, overlay: Overlay, kind: Kind) -> None:
        self.overlay = overlay
        self.kind = kind
        self.moves: Counter[Move] = Counter()
        self.measures: dict[Measure, Paired] = {}
        self.causes: dict[str, Paired] = {}
        self.carried: dict[str, Counter[str]] = {id_: Counter() for id_ in overlay.touched}
        self.parts: dict[str, Counter[tuple[Literal_, bool]]] = {
            id_: Counter() for id_ in overlay.touched
        }
        self.sides: dict[tuple[Measure, bool, str, str], Counter[bool]] = {}
        self.seen: set[str] = set()
        self.examples: dict[tuple[Move, bool, str], list[Example]] = {}
        self.rows = 0

    def add(self, crowd: Crowd, reader: Reader) -> tuple[Reading, Reading]:
        """Count one more crowd. Returns both readings of it."""
        before, after = reader.read(crowd.table)
        pairs, counts = np.unique(
            before.told.astype(np.int64) * len(Disposition) + after.told, return_counts=True
        )
        for pair, people in zip(pairs.tolist(), counts.tolist(), strict=True):
            was, now = divmod(pair, len(Disposition))
            self.moves[Disposition(was), Disposition(now)] += people
        labels = reader.grouper.labels(crowd.table)
        for measure, who, one, other in self._measured(crowd, before.told, after.told):
            found = paired(one[who], other[who])
            self.measures[measure] = self.measures.get(measure, Paired(0, 0, 0, 0)) + found
            self._group(measure, who, one, other, labels)
        self._count_causes(crowd, before.told, after.told)
        self._carry(crowd, before, after)
        self._see(crowd.table)
        self.rows += len(crowd)
        return before, after

    def _measured(
        self, crowd: Crowd, before: Ranks, after: Ranks
    ) -> Iterator[tuple[Measure, Flags, Flags, Flags]]:
        """Each measure with whom it is about, and who is a hit before and after."""
        knowledge = self.overlay.shipped
        serious = crowd.with_cause(serious_causes(knowledge, crowd.causes))
        if self.kind in (Kind.USUAL, Kind.EVEN):
            urgent = crowd.with_cause(urgent_causes(knowledge, crowd.causes))
            yield Measure.MISSED, urgent, before < SAME_DAY, after < SAME_DAY
            yield Measure.SERIOUS, serious, before < SAME_DAY, after < SAME_DAY
        if self.kind is not Kind.CASES:
            yield Measure.SENT, ~serious, before >= SAME_DAY, after >= SAME_DAY
            yield Measure.CALLED, ~serious, before == EMERGENCY, after == EMERGENCY

    def _group(
        self,
        measure: Measure,
        who: Flags,
        before: Flags,
        after: Flags,
        labels: Mapping[str, Labels],
    ) -> None:
        for more, hit in ((True, after & ~before), (False, before & ~after)):
            for kind in KINDS:
                names = labels[kind][who]
                hits = hit[who]
                for name in np.unique(names).tolist():
                    inside = names == name
                    count = self.sides.setdefault((measure, more, kind, name), Counter())
                    count[True] += int((inside & hits).sum())
                    count[False] += int((inside & ~hits).sum())

    def _count_causes(self, crowd: Crowd, before: Ranks, after: Ranks) -> None:
        urgent = urgent_causes(self.overlay.shipped, crowd.causes)
        for place, cause in enumerate(crowd.causes):
            if urgent[place]:
                rows = crowd.active[:, place]
                found = paired(before[rows] < SAME_DAY, after[rows] < SAME_DAY)
                self.causes[cause] = self.causes.get(cause, Paired(0, 0, 0, 0)) + found

    def _carry(self, crowd: Crowd, before: Reading, after: Reading) -> None:
        """Which rules carry the moves: those asking for what is lost, or for what is gained."""
        moves: tuple[tuple[Direction, Flags, Reading, Knowledge], ...] = (
            ("up", after.told > before.told, after, self.overlay.knowledge),
            ("down", after.told < before.told, before, self.overlay.shipped),
        )
        for id_ in self.overlay.touched:
            for side, reading in (("before", before), ("after", after)):
                if id_ in reading.held:
                    self.carried[id_][side] += int(reading.held[id_].sum())
        for direction, moved, reading, knowledge in moves:
            carriers: dict[str, Flags] = {}
            for id_, asks in reading.asks.items():
                rows = moved & (asks == reading.told)
                if rows.any():
                    carriers[id_] = rows
                    self.carried[id_][direction] += int(rows.sum())
                    self._count_parts(knowledge, id_, crowd.table, rows)
            self._exemplify(crowd, before.told, after.told, carriers)

    def _count_parts(self, knowledge: Knowledge, id_: str, table: CaseTable, rows: Flags) -> None:
        for literal, negated in literals(knowledge.rules[id_].when, knowledge.term_expressions):
            holds = fulfils(literal, negated, table)
            self.parts[id_][literal, negated] += int((holds & rows).sum())

    def _see(self, table: CaseTable) -> None:
        for id_ in asked_by(self.overlay) - self.seen:
            column = table.columns.get(id_)
            yes_no = self.overlay.shipped.findings[id_].answer == "yes_no"
            if column is not None and not (
                yes_no and isinstance(column, SetColumn) and not column.may_be({"yes"}).any()
            ):
                self.seen.add(id_)

    def _exemplify(
        self, crowd: Crowd, before: Ranks, after: Ranks, carriers: Mapping[str, Flags]
    ) -> None:
        """Keep, for each move and rule, the people with the fewest yeses: the easiest to read."""
        if not carriers:
            return
        yeses = _yeses(crowd.table)
        serious = crowd.with_cause(serious_causes(self.overlay.shipped, crowd.causes))
        for id_, rows in carriers.items():
            places = np.flatnonzero(rows)
            kept: Counter[tuple[Move, bool]] = Counter()
            for row in places[np.lexsort((places, yeses[places]))].tolist():
                move = Disposition(int(before[row])), Disposition(int(after[row]))
                key = move, bool(serious[row])
                if kept[key] < _ALIKE:
                    kept[key] += 1
                    causes = tuple(crowd.causes[i] for i in np.flatnonzero(crowd.active[row]))
                    rules = tuple(one for one, held in carriers.items() if held[row])
                    example = Example(
                        self.kind,
                        self.rows + row,
                        *move,
                        rules,
                        causes,
                        bool(serious[row]),
                        int(yeses[row]),
                        crowd.table.answers(row),
                    )
                    self.examples.setdefault((*key, id_), []).append(example)

    # ------------------------------------------------------------------------------------ result

    def result(self) -> Comparison:
        """What was counted."""
        return Comparison(
            kind=self.kind,
            moves=self.moves,
            measures=self.measures,
            causes=self.causes,
            carriers=tuple(sorted(self._carriers(), key=lambda c: (-c.up - c.down, c.rule))),
            groups=tuple(self._groups()),
            unseen=tuple(sorted(asked_by(self.overlay) - self.seen)),
            examples=tuple(self._examples()),
        )

    def _carriers(self) -> Iterator[Carrier]:
        for id_, count in self.carried.items():
            parts = sorted(
                (Part(one, negated, n) for (one, negated), n in self.parts[id_].items() if n),
                key=lambda part: (-part.people, str(part.literal)),
            )
            fires = count["before"], count["after"]
            yield Carrier(id_, count["up"], count["down"], *fires, tuple(parts))

    def _groups(self) -> Iterator[GroupGap]:
        """Groups in which anybody changes sides, with all others of known group beside them."""
        order = list(Measure)
        kinds = sorted(
            {key[:3] for key in self.sides},
            key=lambda key: (order.index(key[0]), not key[1], KINDS.index(key[2])),
        )
        for measure, more, kind in kinds:
            counts = {
                name: Rate(count[True], count.total())
                for (*key, name), count in self.sides.items()
                if tuple(key) == (measure, more, kind) and name != NOT_KNOWN
            }
            hits, people = (
                sum(r.hits for r in counts.values()),
                sum(r.of for r in counts.values()),
            )
            if len(counts) < 2 or not hits:
                continue
            for name in sorted(counts, key=lambda name: (name[0] != "<", name)):
                rate = counts[name]
                others = Rate(hits - rate.hits, people - rate.of)
                yield GroupGap(measure, more, GroupRate(kind, name, rate, others))

    def _examples(self) -> Iterator[Example]:
        """The best example of each move and rule in turn, then the second ones, and so on."""
        for place in range(_ALIKE):
            for found in self.examples.values():
                ranked = sorted(found, key=lambda one: (one.yeses, one.row))
                if place < len(ranked):
                    yield ranked[place]


def _yeses(table: CaseTable) -> NDArray[np.int64]:
    total = np.zeros(len(table), np.int64)
    for column in table.columns.values():
        if isinstance(column, SetColumn) and "yes" in column.values:
            total += column.must_be({"yes"})
    return total


def fulfils(literal: Literal_, negated: bool, table: CaseTable) -> Flags:
    """The rows whose answers make a literal, or its negation, certain."""
    column = table.columns.get(literal.finding)
    if column is None:
        return np.zeros(len(table), np.bool_)
    every, some = satisfies(literal, column)
    return ~some if negated else every


def asked_by(overlay: Overlay) -> set[str]:
    """The findings that the changed rules look at, before or after."""
    return {
        finding
        for knowledge in (overlay.shipped, overlay.knowledge)
        for id_ in overlay.touched
        for finding in knowledge.findings_of_rule.get(id_, ())
    }


def chosen_examples(found: Mapping[Kind, Comparison], most: int = EXAMPLES) -> tuple[Example, ...]:
    """Up to so many people to show, the dangerous moves first, and of each move a few at most."""
    ranked = sorted(
        (example for one in found.values() for example in one.examples),
        key=lambda one: (_danger(one), one.yeses),
    )
    first: list[Example] = []
    rest: list[Example] = []
    seen: Counter[tuple[Kind, Disposition, Disposition]] = Counter()
    for one in ranked:
        key = one.kind, one.before, one.after
        (first if seen[key] < _A_MOVE else rest).append(one)
        seen[key] += 1
    return tuple(sorted([*first, *rest][:most], key=_danger))


def _danger(one: Example) -> int:
    """With a serious cause below `same_day` first, then below it, then down, then up."""
    if one.after < SAME_DAY <= one.before:
        return 0 if one.serious else 1
    return 2 if one.after < one.before else 3
