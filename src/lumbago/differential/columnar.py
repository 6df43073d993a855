"""The differential over columns: the NumPy twin of `scalar`, same names in the same order.

Rows are sorted by their list of causes and worked on a few hundred at a time, so memory stays flat.
All that the answers of a chunk say is one matrix of zeros and ones; what each says under each
hypothesis is another; their product, and one exponential a hypothesis, are nearly the whole of it.
Float32 throughout, the highest score of each row taken off before the exponential.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations, product
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lumbago.answers import NO, YES, Answer, Answers
from lumbago.columns import CaseTable, Flags, NumberColumn, SetColumn
from lumbago.differential import scalar
from lumbago.differential.scalar import AGE, BACK, NECK, SEX, UPPER, Active
from lumbago.expr import Expr, Not, OneOf, Yes
from lumbago.knowledge.model import Knowledge
from lumbago.quantity import Interval
from lumbago.triage.columnar import FORCED, POSSIBLE, Bits, Chunk, Rules, either, unpack

__all__ = ["Network", "Posteriors", "hypotheses"]

Floats = NDArray[np.float32]
Index = NDArray[np.intp]

CHUNK: Final = 8192
"""Rows whose answers are read at a time."""

ROWS: Final = 512
"""Rows multiplied at a time: their scores stay in the cache of the processor."""

NEVER: Final = -1e4
"""The score of a hypothesis that cannot be: far below all others, and still a number."""

ROUNDING: Final = 1e-9
"""Less than this is what rounding leaves of nothing."""

LISTS: Final = ((BACK,), (UPPER,), (NECK,), (BACK, NECK))
"""The lists of causes, by where the pain is, in the order of their numbers."""

_SEXES: Final = (None, "male", "female")


@dataclass(frozen=True, slots=True, eq=False)
class Posteriors:
    """What is left of every cause in every row.

    `probability[row, i]` is that `causes[i]` is active, 0 where it is no candidate; `family` the same
    for "any of a family". Rows in `child` are too young: all zeros.
    """

    causes: tuple[str, ...]
    families: tuple[str, ...]
    probability: Floats
    family: Floats
    child: Flags

    def __len__(self) -> int:
        return len(self.child)


class Network:
    """Causes, clues and links of a knowledge base, ready to be used for tables of people."""

    def __init__(self, knowledge: Knowledge, definition: scalar.Network | None = None) -> None:
        self.knowledge = knowledge
        self.definition = definition or scalar.Network(knowledge)
        self.rules = Rules(knowledge)
        self.questions = tuple(self.definition.questions.values())
        self.causes = tuple(knowledge.causes)
        members = sorted({knowledge.conditions[cause].family for cause in self.causes})
        self.families = tuple(members)
        self.persons = _persons(self.definition)
        self._sheets: dict[tuple[str, ...], Sheet] = {}

    def sheet(self, regions: tuple[str, ...]) -> Sheet:
        """The matrices of a list of causes, made when first needed."""
        if regions not in self._sheets:
            self._sheets[regions] = Sheet(self, regions)
        return self._sheets[regions]

    # ------------------------------------------------------------------------- what was answered

    def evidence(self, answers: Chunk) -> Floats:
        """One line a clue for yes, then one a clue for no: 1 for rows whose answers settle it so."""
        rows = len(answers)
        found = np.zeros((2, len(self.questions), rows), np.float32)
        for place, question in enumerate(self.questions):
            if not any(finding in answers.answers.columns for finding in question.findings):
                continue
            yes, no = (self._certain(expr, answers) for expr in (question.yes, question.no))
            if question.gate is not None and no.any():
                held = self.rules.holds(question.gate, answers, POSSIBLE)
                no = no & (unpack(held, rows) | yes)
            found[0, place] = yes & ~no
            found[1, place] = no & ~yes
        return found.reshape(-1, rows)

    def _certain(self, expr: Expr, answers: Chunk) -> Flags:
        """The rows for which a condition holds whatever is open; a plain yes or no is read directly."""
        finding = expr.part if isinstance(expr, Not) else expr
        if isinstance(finding, Yes):
            column = answers.answers.columns.get(finding.finding)
            if isinstance(column, SetColumn):
                return column.must_be(YES if finding is expr else NO)
        return unpack(self.rules.holds(expr, answers, FORCED), len(answers))

    def child(self, answers: Chunk) -> Flags:
        """Rows that are, or by the age given may be, too young for these priors."""
        low, _, known = self._age(answers)
        young: Flags = known & (low < self.definition.adult_from)
        return young

    def regions(self, answers: Chunk) -> NDArray[np.uint8]:
        """The number of the list of causes of every row."""
        rows = len(answers)
        neck, upper = (
            unpack(self.rules.holds(site, answers, FORCED), rows)
            for site in (scalar.NECK_SITE, scalar.UPPER_SITE)
        )
        sites: Bits = False
        for site in scalar.LOW_SITES:
            sites = either(sites, self.rules.holds(site, answers, FORCED))
        low = unpack(sites, rows)
        found = np.where(upper & ~low, LISTS.index((UPPER,)), LISTS.index((BACK,)))
        both = np.where(low | upper, LISTS.index((BACK, NECK)), LISTS.index((NECK,)))
        return np.where(neck, both, found).astype(np.uint8)

    # ------------------------------------------------------------------------------------ weights

    def person(self, answers: Chunk) -> Index:
        """The number of the kind of person (bands of age, sex) of every row."""
        rows = len(answers)
        low, high, known = self._age(answers)
        starts = np.array(self.definition.age_bands)
        count = len(starts)
        first = np.clip(np.searchsorted(starts, low, "right") - 1, 0, count - 1)
        last = np.clip(np.searchsorted(starts, high, "right") - 1, 0, count - 1)
        age = np.where(known, 1 + first * count + last, 0)
        sex = np.zeros(rows, np.intp)
        for code, name in enumerate(_SEXES):
            if name is not None:
                literal = OneOf(SEX, frozenset({name}))
                sex[unpack(self.rules.holds(literal, answers, FORCED), rows)] = code
        found: Index = age * len(_SEXES) + sex
        return found

    def _age(self, answers: Chunk) -> tuple[NDArray[np.int32], NDArray[np.int32], Flags]:
        column = answers.answers.columns.get(AGE)
        if not isinstance(column, NumberColumn):
            nothing = np.zeros(len(answers), np.int32)
            return nothing, nothing, nothing.astype(np.bool_)
        finding = self.knowledge.findings[AGE]
        return column.low, column.high, (column.low > finding.low) | (column.high < finding.high)

    # ---------------------------------------------------------------------------------- posterior

    def posterior(self, answers: CaseTable) -> Posteriors:
        """The probabilities of all causes and families after the answers, row by row."""
        rows = len(answers)
        found = Posteriors(
            self.causes,
            self.families,
            np.zeros((rows, len(self.causes)), np.float32),
            np.zeros((rows, len(self.families)), np.float32),
            np.zeros(rows, np.bool_),
        )
        start = 0
        for part in answers.chunks(CHUNK):
            self._chunk(Chunk(part), found, start)
            start += len(part)
        return found

    def _chunk(self, chunk: Chunk, found: Posteriors, start: int) -> None:
        stop = start + len(chunk)
        found.child[start:stop] = young = self.child(chunk)
        lists = np.where(young, len(LISTS), self.regions(chunk))
        told, person = self.evidence(chunk), self.person(chunk)
        for number, regions in enumerate(LISTS):
            mine = np.flatnonzero(lists == number)
            if not len(mine):
                continue
            sheet = self.sheet(regions)
            mine_told = told if len(mine) == len(chunk) else told[:, mine]
            active = np.zeros((len(mine), len(self.causes)), np.float32)
            family = np.empty((len(mine), len(self.families)), np.float32)
            for block in range(0, len(mine), ROWS):
                some = slice(block, block + ROWS)
                one, any_ = sheet.update(mine_told[:, some], person[mine[some]])
                active[some, sheet.columns] = one
                family[some] = any_
            found.probability[start:stop][mine] = active
            found.family[start:stop][mine] = family


class Sheet:
    """One list of causes as matrices.

    `alone` has a line an answer, then one a kind of person: what each puts on the score of each
    cause. A hypothesis scores the sum over its causes, and what `shared` adds where two are linked
    to one clue: both are the lines of `scores`, after which stands the weight of being two.
    """

    def __init__(self, network: Network, regions: tuple[str, ...]) -> None:
        definition = network.definition
        priors = [definition.list_weights(regions, person) for person in network.persons]
        self.causes = tuple(cause for cause in network.causes if any(cause in p for p in priors))
        self.columns = np.array([network.causes.index(cause) for cause in self.causes])
        self.sets = hypotheses(self.causes)
        answers = [(question, yes) for yes in (True, False) for question in network.questions]
        gains = [
            [q.gain(yes, cause) if cause in q.ties else 0.0 for cause in self.causes]
            for q, yes in answers
        ]
        weights = [[_log(weights.get(cause, 0.0)) for cause in self.causes] for weights in priors]
        self.alone: Floats = np.array([*gains, *weights], np.float32)
        self.answers = len(answers)
        self.gains: Floats = np.array(self.alone[: self.answers].T, order="C")
        place = {active: i for i, active in enumerate(self.sets)}
        shared = [_shared(question, yes, place) for question, yes in answers]
        self.linked = np.array([i for i, line in enumerate(shared) if line.any()], np.intp)
        member = np.array([[c in active for active in self.sets] for c in self.causes], np.float32)
        two = [math.log(definition.pair_odds) * (len(active) - 1) for active in self.sets]
        lines = [shared[i] for i in self.linked]
        self.scores: Floats = np.array([*member, *lines, two], np.float32)
        ones = np.ones((1, len(self.sets)), np.float32)
        self.member: Floats = np.array(np.vstack([member, ones]).T, np.float32, order="C")
        self.family, self.within, self.pairs = _families(network, self.causes, place)

    def update(self, told: Floats, person: Index) -> tuple[Floats, Floats]:
        """What is left of every cause, and of any of each family, a row a person."""
        causes, rows = len(self.causes), len(person)
        left = np.empty((causes + len(self.linked) + 1, rows), np.float32)
        np.matmul(self.gains, told, out=left[:causes])
        left[:causes] += self.alone[self.answers + person].T
        left[causes:-1] = told[self.linked]
        left[-1] = 1
        score = left.T @ self.scores
        score -= score.max(axis=1, keepdims=True)
        np.exp(score, out=score)
        total = score @ self.member
        active = total[:, :-1] / total[:, -1:]
        both = score[:, self.pairs] @ self.within
        any_ = active @ self.family - both / total[:, -1:]
        return active.astype(np.float32, copy=False), any_.astype(np.float32, copy=False)


def hypotheses(causes: tuple[str, ...]) -> tuple[Active, ...]:
    """Every cause alone, then every two."""
    return (*((cause,) for cause in causes), *combinations(causes, 2))


def _log(weight: float) -> float:
    """The logarithm of a weight, or the score of what cannot be."""
    return math.log(weight) if weight > 0 else NEVER


def _shared(question: scalar.Question, yes: bool, place: Mapping[Active, int]) -> Floats:
    """What an answer says of two causes beside the sum of what it says of each, a hypothesis a place."""
    found = np.zeros(len(place), np.float32)
    for one, other, value in question.shared(yes):
        if (one, other) in place and abs(value) > ROUNDING:
            found[place[(one, other)]] = value
    return found


def _families(
    network: Network, causes: tuple[str, ...], place: Mapping[Active, int]
) -> tuple[Floats, Floats, Index]:
    """Causes by family; pairs within one family by family; and the places of these pairs."""
    conditions = network.knowledge.conditions
    column = {name: i for i, name in enumerate(network.families)}
    family = np.zeros((len(causes), len(column)), np.float32)
    for i, cause in enumerate(causes):
        family[i, column[conditions[cause].family]] = 1
    pairs = [
        (one, other)
        for one, other in combinations(causes, 2)
        if conditions[one].family == conditions[other].family
    ]
    within = np.zeros((len(pairs), len(column)), np.float32)
    for i, (one, _) in enumerate(pairs):
        within[i, column[conditions[one].family]] = 1
    return family, within, np.array([place[pair] for pair in pairs], np.intp)


def _persons(definition: scalar.Network) -> tuple[Answers, ...]:
    """One set of answers for every kind of person, in the order of `Network.person`."""
    starts = definition.age_bands
    ends = [*(int(start) - 1 for start in starts[1:]), definition.knowledge.findings[AGE].high]
    ages: list[Interval | None] = [None]
    for first, last in product(range(len(starts)), repeat=2):
        low, high = int(starts[first]), ends[last]
        ages.append(Interval(low, high) if low <= high else None)
    return tuple(_person(age, sex) for age in ages for sex in _SEXES)


def _person(age: Interval | None, sex: str | None) -> dict[str, Answer]:
    found: dict[str, Answer] = {}
    if age is not None:
        found[AGE] = Answer(age)
    if sex is not None:
        found[SEX] = Answer(frozenset({sex}))
    return found
