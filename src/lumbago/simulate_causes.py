"""People of every cause, drawn from the knowledge base by seed, to see whether probabilities hold.

They are drawn from another world than the one the differential believes in: every number is moved
within what stands behind it, a new world a block of people; and clues that move together do so
here by sharing a die, not by an exponent. Age and sex come first, then the cause or two, then the
answers in the order in which they would be asked.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lumbago.answers import Case, Given
from lumbago.columns import (
    CaseTable,
    Column,
    Flags,
    NumberColumn,
    SetColumn,
    absent_code,
    asked_bit,
)
from lumbago.differential import columnar
from lumbago.differential.intervals import Intervals, Key
from lumbago.differential.scalar import (
    AGE,
    BACK,
    LOW_SITES,
    NECK,
    NECK_SITE,
    SEX,
    UPPER_SITE,
    Network,
    Question,
)
from lumbago.expr import Expr
from lumbago.knowledge.model import Finding, Knowledge
from lumbago.quantity import from_base, to_base
from lumbago.simulate import apart, order, spread
from lumbago.triage.columnar import POSSIBLE, TOLD, Chunk, Reading, Rules, unpack

BLOCK: Final = 256
"""People who share one world. Whole blocks are drawn, so that the first n are the same whatever n is."""

REGIONS: Final = (BACK, NECK)
"""Where the pain can be: each region has a list of causes of its own."""

_DURATION: Final = "pain_duration_days"
_SEVERITY: Final = "pain_severity_0_10"
_PREGNANCY: Final = "pregnancy_status"

_ELSEWHERE: Final = frozenset(site.finding for site in (*LOW_SITES, UPPER_SITE))

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Caused:
    """People with the causes of their pain: `active[row, i]` says whether `causes[i]` is one."""

    table: CaseTable
    causes: tuple[str, ...]
    active: Flags

    def __len__(self) -> int:
        return len(self.table)


@dataclass(frozen=True, slots=True)
class World:
    """How people are drawn.

    `together`: how often clues of one group share their die. `moved`: whether the numbers are moved
    within what stands behind them. `answered`: the share of the questions that make sense which are
    answered. `even`: the share of people whose cause is drawn with no regard to how common it is.
    `region`: where the pain is, one of `REGIONS`; who has it in the neck alone says so.
    """

    together: float = 0.5
    moved: bool = True
    answered: float = 0.5
    even: float = 0.0
    region: str = BACK


def people_by_cause(
    knowledge: Knowledge, n: int, rng: np.random.Generator, world: World | None = None
) -> Caused:
    """`n` adults with pain whose causes are known; the same ones for the same generator."""
    town = _Town(knowledge, world or World())
    blocks = [town.block(rng) for _ in range(-(-n // BLOCK))]
    table = _joined([table for table, _ in blocks]) if blocks else CaseTable(0, {})
    active = np.concatenate([np.zeros((0, len(town.causes)), np.bool_), *(a for _, a in blocks)])
    return Caused(table.part(0, n), town.causes, active[:n])


def patients(
    knowledge: Knowledge, n: int, seed: int, world: World | None = None
) -> Iterator[tuple[Case, tuple[str, ...]]]:
    """The same people one after the other: each as a case, with the ids of the causes."""
    town, rng = _Town(knowledge, world or World()), np.random.default_rng(seed)
    return islice(_patients(town, rng, seed), n)


def _patients(
    town: _Town, rng: np.random.Generator, seed: int
) -> Iterator[tuple[Case, tuple[str, ...]]]:
    number = 0
    while True:
        table, active = town.block(rng)
        given = {
            id_: list(_given(town.knowledge.findings[id_], column))
            for id_, column in table.columns.items()
        }
        for row, present in enumerate(active):
            said = {id_: values[row] for id_, values in given.items()}
            answers = {id_: one for id_, one in said.items() if one is not None}
            causes = tuple(town.causes[place] for place in np.flatnonzero(present))
            yield Case(id=f"c{seed}-{number}", given=answers), causes
            number += 1


def _given(finding: Finding, column: Column) -> Iterator[Given | None]:
    """The answers of a column as they would be handed in, one a row; None where not asked."""
    if isinstance(column, SetColumn):
        asked = asked_bit(column.values)
        known = {1 << i | asked: Given(value) for i, value in enumerate(column.values)}
        yield from (known.get(code) for code in column.codes.tolist())
    else:
        assert finding.unit is not None
        yield from (Given(from_base(int(value), finding.unit)) for value in column.low)


class _Town:
    """Draws blocks of people; holds what does not change between them."""

    def __init__(self, knowledge: Knowledge, world: World) -> None:
        self.knowledge = knowledge
        self.world = world
        self.network = Network(knowledge)
        self.intervals = Intervals(self.network)
        self.rules = Rules(knowledge)
        self.order = order(knowledge)
        self.apart = apart(knowledge)
        self.regions = (world.region,)
        self.causes = tuple(self.network.list_weights(self.regions, {}))
        self.people = columnar.Network(knowledge, self.network)
        kinds = [self.network.list_weights(self.regions, one) for one in self.people.persons]
        self.weights = np.array([[kind.get(cause, 0.0) for cause in self.causes] for kind in kinds])
        self.group_of = {clue: g.id for g in knowledge.syndromes.values() for clue in g.clues}

    def block(self, rng: np.random.Generator) -> tuple[CaseTable, Flags]:
        """One block: its people's answers, and their causes."""
        n = BLOCK
        columns: dict[str, Column] = {}
        everybody = np.ones(n, np.bool_)
        for id_ in (AGE, SEX):
            how = self.knowledge.spreads[id_]
            columns[id_] = spread(self.knowledge.findings[id_], how, everybody, rng)
        chunk = Chunk(CaseTable(n, columns))
        active = self._causes(self.people.person(chunk), rng)
        draw = self._dice(rng, n)
        chances = self._chances(active, self._numbers(rng))
        yes = {id_: draw(id_) < chance for id_, chance in chances.items()}
        for clue in self.knowledge.clues.values():
            if clue.id in yes:
                yes[clue.id] = yes[clue.id] & self._where(clue.only_if, chunk, POSSIBLE)
        if self.world.region == NECK:
            yes |= dict.fromkeys(_ELSEWHERE, ~everybody) | {NECK_SITE.finding: everybody}
        for id_, column in self._measured(yes, rng, n):
            columns[id_] = column
        answered = Chunk(CaseTable(n, columns))
        for id_ in self.order:
            if id_ in yes and id_ in self.knowledge.findings:
                columns[id_] = self._column(self.knowledge.findings[id_], yes[id_], answered)
        return self._some(columns, rng, n), active

    # ------------------------------------------------------------------------------------- causes

    def _causes(self, person: NDArray[np.intp], rng: np.random.Generator) -> Flags:
        """Who has what: one cause, or two as often as the pair odds make of their shares."""
        shift = np.ones(len(self.causes))
        if self.world.moved:
            sizes = [self.intervals.prior_variance(cause, self.regions) for cause in self.causes]
            shift = np.exp(rng.standard_normal(len(sizes)) * np.sqrt(sizes))
        weights = self.weights[person] * shift
        possible = weights > 0
        weights /= weights.sum(axis=1, keepdims=True)
        even = possible / possible.sum(axis=1, keepdims=True)
        weights = (1 - self.world.even) * weights + self.world.even * even
        found = np.zeros(weights.shape, np.bool_)
        rows = np.arange(len(person))
        first, second = (_chosen(weights, rng) for _ in range(2))
        odds = self.network.pair_odds * (1 - (weights**2).sum(axis=1)) / 2
        two = rng.random(len(person)) < odds / (1 + odds)
        found[rows, first] = True
        found[rows[two], second[two]] = True
        return found

    # ------------------------------------------------------------------------------------ answers

    def _numbers(self, rng: np.random.Generator) -> Callable[[Key, float], float]:
        """The numbers of a new world: each moved in its log-odds by what its sample size allows."""

        def moved(key: Key, share: float) -> float:
            if not self.world.moved:
                return share
            step = rng.standard_normal() * math.sqrt(self.intervals.variance_of(key))
            return 1 / (1 + math.exp(-math.log(share / (1 - share)) - step))

        return moved

    def _chances(self, active: Flags, moved: Callable[[Key, float], float]) -> Mapping[str, Floats]:
        """For every clue the probability of a yes of each person."""
        rows = {cause: np.flatnonzero(active[:, i]) for i, cause in enumerate(self.causes)}
        return {
            question.id: self._chance(question, rows, moved, len(active))
            for question in self.network.questions.values()
        }

    def _chance(
        self,
        question: Question,
        rows: Mapping[str, NDArray[np.intp]],
        moved: Callable[[Key, float], float],
        n: int,
    ) -> Floats:
        leak = moved(("leak", question.id, ""), question.leak)
        missed, cut = np.full(n, 1 - leak), np.ones(n)
        for cause, tie in question.ties.items():
            if cause not in rows:
                continue
            share = moved(("share", question.id, cause), tie.link.share)
            base = leak
            if tie.link.otherwise is not None:
                base = moved(("otherwise", question.id, cause), tie.otherwise)
            if share >= base:
                missed[rows[cause]] *= (1 - share) / (1 - base)
            else:
                cut[rows[cause]] *= share / base
        return (1 - missed) * cut

    def _dice(self, rng: np.random.Generator, n: int) -> Callable[[str], Floats]:
        """A die for each clue and person; clues of one group often share theirs."""
        shared: dict[str, Floats] = {}

        def die(clue: str) -> Floats:
            own = rng.random(n)
            group = self.group_of.get(clue)
            if group is None:
                return own
            if group not in shared:
                shared[group] = rng.random(n)
            return np.where(rng.random(n) < self.world.together, shared[group], own)

        return die

    def _measured(
        self, yes: Mapping[str, Flags], rng: np.random.Generator, n: int
    ) -> Iterator[tuple[str, Column]]:
        """Numbers, choices and the way it began, such that the clues made of them come out as drawn."""
        long, first = yes["four_weeks_or_more"], yes["first_day"]
        days = np.where(long, 28 + rng.exponential(90, n), np.where(first, rng.random(n), 0))
        days = np.where(~long & ~first, 1.1 + rng.random(n) * 26, days)
        minutes = np.floor(days * to_base(1, "days")).astype(np.int32)
        yield _DURATION, NumberColumn.exactly(minutes)
        score = np.where(yes["severe_now"], rng.integers(7, 11, n), rng.integers(1, 7, n))
        yield _SEVERITY, NumberColumn.exactly((score * to_base(1, "score")).astype(np.int32))
        yield "gradual_onset", SetColumn.yes_no(yes["built_up_slowly"])
        yield "sudden_onset", SetColumn.yes_no(~yes["built_up_slowly"])
        choices = self.knowledge.findings[_PREGNANCY].choices
        said = np.where(yes["pregnant_or_new_mother"], "20_weeks_or_more", "no")
        index = np.array([choices.index(value) for value in said])
        yield _PREGNANCY, SetColumn.chosen(choices, index)

    def _column(self, finding: Finding, yes: Flags, answered: Chunk) -> SetColumn:
        """The answers to a question, put only to those for whom it makes sense; else no.

        What follows from another answer is said, and what would contradict one is not.
        """
        asked = self._where(finding.only_if, answered, TOLD)
        for id_, column in answered.answers.columns.items():
            if not isinstance(column, SetColumn):
                continue
            if id_ in self.apart[finding.id]:
                yes = yes & ~column.must_be({"yes"})
            if finding.id in self.knowledge.findings[id_].implies:
                yes = yes | column.must_be({"yes"})
        return SetColumn.yes_no(yes & asked)

    def _where(self, gate: Expr | None, answered: Chunk, reading: Reading) -> Flags:
        if gate is None:
            return np.ones(len(answered), np.bool_)
        fresh = Chunk(answered.answers)  # the columns have grown since the last look
        return unpack(self.rules.holds(gate, fresh, reading), len(answered))

    def _some(self, columns: dict[str, Column], rng: np.random.Generator, n: int) -> CaseTable:
        """Only some of the answers; age, sex and how long it has lasted are always there."""
        always = {AGE, SEX, _DURATION}
        if self.world.region == NECK:
            always.add(NECK_SITE.finding)
        kept: dict[str, Column] = {}
        for id_, column in columns.items():
            if id_ in always or not isinstance(column, SetColumn):
                kept[id_] = column
                continue
            hidden = rng.random(n) >= self.world.answered
            codes = column.codes.copy()
            codes[hidden] = absent_code(column.values)
            kept[id_] = SetColumn(column.values, codes)
        return CaseTable(n, kept)


def _chosen(weights: Floats, rng: np.random.Generator) -> NDArray[np.intp]:
    """One column a row, drawn by weight."""
    total = np.cumsum(weights, axis=1)
    die = rng.random((len(weights), 1)) * total[:, -1:]
    found: NDArray[np.intp] = (total < die).sum(axis=1)
    last: NDArray[np.intp] = np.minimum(found, weights.shape[1] - 1)
    return last


def _joined(tables: list[CaseTable]) -> CaseTable:
    columns: dict[str, Column] = {}
    for id_, first in tables[0].columns.items():
        parts = [table.columns[id_] for table in tables]
        if isinstance(first, SetColumn):
            codes = [part.codes for part in parts if isinstance(part, SetColumn)]
            columns[id_] = SetColumn(first.values, np.concatenate(codes))
        else:
            low = [part.low for part in parts if isinstance(part, NumberColumn)]
            columns[id_] = NumberColumn.exactly(np.concatenate(low))
    return CaseTable(sum(len(table) for table in tables), columns)
