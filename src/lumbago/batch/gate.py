"""The last gate over columns: the twin of `assess`, same names in the same order.

An `AssessmentColumns` is made by `assess_columns` alone, and none of its rows names a disposition
below `same_day` while a rule of `same_day` or above is open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Final, assert_never

import numpy as np
from numpy.typing import NDArray

from lumbago.batch.lists import Lists, listed
from lumbago.columns import CaseTable, SetColumn
from lumbago.differential.columnar import Network, Posteriors
from lumbago.differential.explain import SHOWN
from lumbago.expr import And, AtLeast, Compare, Expr, Literal_, Not, OneOf, Or, Term, Yes
from lumbago.expr import push_negation as push
from lumbago.knowledge.model import Disposition, Knowledge, Rule
from lumbago.triage.columnar import (
    DOUBT,
    FORCED,
    POSSIBLE,
    TOLD,
    Bits,
    Chunk,
    Levels,
    Open,
    Reading,
    Rules,
    Verdicts,
    both,
    but_not,
    either,
    pack,
    ranks,
    read,
    unpack,
)
from lumbago.triage.proof import is_proved
from lumbago.wire import OPEN_SHOWN

Small = NDArray[np.uint8]
Floats = NDArray[np.float32]

READINGS: Final = ("forced", "told", "doubt")
DISPOSITIONS: Final = (*(disposition.id for disposition in Disposition), "unsettled")
UNSETTLED: Final = DISPOSITIONS.index("unsettled")

_SEAL: Final = object()
_CAN_STILL: Final = Reading(Open.ALWAYS, Open.TOLD)


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """Of every row the first few names, most likely first: `place[row, i]` with its probability.

    Where `probability` is 0 there is no name.
    """

    names: tuple[str, ...]
    place: NDArray[np.intp]
    probability: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Likelihoods:
    """The differential of every row; `child` are rows too young for it, with empty rankings."""

    likely: Ranking
    families: Ranking
    child: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class AssessmentColumns:
    """The result of `assess_columns`; made there alone.

    `rules` holds three times the number of a rule plus how it was read (`READINGS`). `doubt` and
    `open` hold numbers of findings, `not_to_be_missed` of conditions, each in the order of the
    knowledge base; `open_count` is how many questions are open, of which `open` names the first.
    """

    knowledge: Knowledge = field(repr=False)
    proved: bool
    verdicts: Verdicts
    action: Small
    rules: Lists
    doubt: Lists
    open_count: NDArray[np.int32]
    open: Lists
    not_to_be_missed: Lists
    differential: Likelihoods | None
    seal: object

    def __post_init__(self) -> None:
        if self.seal is not _SEAL:
            raise TypeError("AssessmentColumns are made by assess_columns() alone.")

    def __len__(self) -> int:
        return len(self.verdicts)

    @cached_property
    def disposition(self) -> Small:
        """The place in `DISPOSITIONS` of the one value a program may act on."""
        shown = self.verdicts.as_told.copy()
        shown[self.verdicts.unsettled] = UNSETTLED
        return shown


@lru_cache(maxsize=4)
def _gate(knowledge: Knowledge) -> _Gate:
    return _Gate(knowledge)


def prepare(knowledge: Knowledge, *, differential: bool = True) -> None:
    """Make everything ready that batches share, before several threads ask for it."""
    gate = _gate(knowledge)
    if differential:
        gate.network.posterior(CaseTable(1, {}))
        gate.rivals.sum()


def assess_columns(
    knowledge: Knowledge, answers: CaseTable | Chunk, *, differential: bool = True
) -> AssessmentColumns:
    """Assess every row of a table of answers, as `assess` does after its intake.

    Memory grows with the rows: give a few ten thousand at a time.
    """
    chunk = answers if isinstance(answers, Chunk) else Chunk(answers)
    gate = _gate(knowledge)
    rules = gate.rules
    levels = rules.readings(chunk)
    verdicts = Verdicts(*(ranks(level, len(chunk)) for level in levels))
    told = levels[2]
    reach = gate.open_questions(chunk, told)
    seen = _Seen(gate, chunk)
    return AssessmentColumns(
        knowledge=knowledge,
        proved=is_proved(knowledge),
        verdicts=verdicts,
        action=seen.action(verdicts),
        rules=seen.fired(),
        doubt=seen.doubt(),
        open_count=reach.count(),
        open=reach.first(OPEN_SHOWN),
        not_to_be_missed=seen.not_to_be_missed(told),
        differential=gate.likelihoods(chunk.answers) if differential else None,
        seal=_SEAL,
    )


class _Gate:
    """What is worth preparing once for a knowledge base."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.rules = Rules(knowledge)
        self.pushed = [push(rule.when, knowledge.term_expressions) for rule in self.rules.rules]
        self.findings = tuple(knowledge.findings)
        self.finding = {id_: i for i, id_ in enumerate(self.findings)}
        self.conditions = {id_: i for i, id_ in enumerate(knowledge.conditions)}
        self.actions = tuple(knowledge.actions)

    @cached_property
    def network(self) -> Network:
        """The differential, made ready when it is first asked for."""
        return Network(self.knowledge)

    @cached_property
    def rivals(self) -> Floats:
        """For every cause a line of 0 for itself and what cannot be told apart from it, else 1."""
        place = {cause: i for i, cause in enumerate(self.network.causes)}
        alike: dict[str, tuple[str, ...]] = {}
        for group in self.knowledge.lookalikes.values():
            alike |= dict.fromkeys(group.causes, group.causes)
        keep = np.ones((len(place), len(place)), np.float32)
        for cause, i in place.items():
            keep[
                i, [place[other] for other in (cause, *alike.get(cause, ())) if other in place]
            ] = 0
        return keep

    def likelihoods(self, answers: CaseTable) -> Likelihoods:
        """The first few causes, and the families worth a word."""
        found = self.network.posterior(answers)
        return Likelihoods(self._likely(found), self._families(found), found.child)

    def _likely(self, found: Posteriors) -> Ranking:
        """The likeliest causes; of those that cannot be told apart only the first."""
        order = np.argsort(np.array(found.causes))  # ties go by id
        keep = self.rivals[np.ix_(order, order)]
        left = found.probability[:, order]
        rows = np.arange(len(found))
        place = np.empty((len(rows), SHOWN), np.intp)
        probability = np.empty((len(rows), SHOWN), np.float32)
        for i in range(SHOWN):
            best = left.argmax(axis=1)
            place[:, i], probability[:, i] = order[best], left[rows, best]
            left *= keep[best]
        return Ranking(found.causes, place, probability)

    def _families(self, found: Posteriors) -> Ranking:
        lowest = self.knowledge.parameters["bands"].values[-1]
        place = np.argsort(-found.family, axis=1, kind="stable")
        probability = np.take_along_axis(found.family, place, axis=1)
        probability[probability < lowest] = 0
        return Ranking(found.families, place, probability)

    def open_questions(self, chunk: Chunk, told: Levels) -> _OpenQuestions:
        """What was not asked and could still raise the verdict, by how far and how near."""
        found = _OpenQuestions(self, len(chunk))
        for rule, pushed in zip(self.rules.rules, self.pushed, strict=True):
            held = self.rules.holds(rule.when, chunk, POSSIBLE)
            possible = _some(but_not(held, told[rule.disposition]))
            if possible is False:
                continue
            sure = _some(both(possible, self.rules.holds(rule.when, chunk, _CAN_STILL)))
            doubtful = _some(but_not(possible, sure))
            if rule.disposition > Disposition.SAME_DAY:
                doubtful = but_not(doubtful, told[Disposition.SAME_DAY])
            planes = self.still_open(pushed, chunk, either(sure, doubtful))
            weaker = min(Disposition.SAME_DAY, rule.disposition)
            for rows, reach, reading in (
                (sure, rule.disposition, TOLD),
                (doubtful, weaker, DOUBT),
            ):
                if rows is not False:
                    found.add(reach, rows, self.needs(pushed, chunk, reading), planes)
        return found

    def needs(self, expr: Expr, chunk: Chunk, reading: Reading) -> list[Bits]:
        """[k]: the rows where at most k open literals must still turn out true."""
        match expr:
            case Yes() | Compare() | OneOf():
                return _literal_needs(chunk, expr, reading, False)
            case Not(part=(Yes() | Compare() | OneOf()) as part):
                return _literal_needs(chunk, part, reading, True)
            case And(parts=parts):
                return _sums(len(parts), [self.needs(p, chunk, reading) for p in parts])
            case Or(parts=parts):
                return _sums(1, [self.needs(p, chunk, reading) for p in parts])
            case AtLeast(n=n, parts=parts):
                return _sums(n, [self.needs(p, chunk, reading) for p in parts])
            case Not() | Term():
                raise AssertionError(expr)
            case _:
                assert_never(expr)

    def still_open(self, expr: Expr, chunk: Chunk, within: Bits) -> dict[str, Bits]:
        """For each finding the rows where it was not asked and its part could still hold."""
        match expr:
            case Yes() | Compare() | OneOf():
                rows = _some(both(within, chunk.status(expr).not_asked))
                return {} if rows is False else {expr.finding: rows}
            case Not(part=part):
                return self.still_open(part, chunk, within)
            case And(parts=parts) | Or(parts=parts) | AtLeast(parts=parts):
                found: dict[str, Bits] = {}
                for part in parts:
                    rows = _some(both(within, self.rules.holds(part, chunk, POSSIBLE)))
                    if rows is False:
                        continue
                    for finding, plane in self.still_open(part, chunk, rows).items():
                        found[finding] = either(found.get(finding, False), plane)
                return found
            case Term():
                raise AssertionError(expr)
            case _:
                assert_never(expr)


def _some(plane: Bits) -> Bits:
    """A plane of bits; False where it has no row."""
    return plane if plane is True or np.any(plane) else False


def _literal_needs(chunk: Chunk, literal: Literal_, reading: Reading, negated: bool) -> list[Bits]:
    state = chunk.status(literal)
    held = read(state, negated, reading)
    open_ = but_not(state.not_asked, held)
    return [held] if open_ is False else [held, either(held, open_)]


def _sums(n: int, parts: list[list[Bits]]) -> list[Bits]:
    """[k]: the rows where some n of the parts need at most k together."""
    most = sum(sorted((len(part) - 1 for part in parts), reverse=True)[:n])
    nothing: list[Bits] = [False] * (most + 1)
    reached: list[list[Bits]] = [[True] * (most + 1), *(nothing.copy() for _ in range(n))]
    for part in parts:
        for chosen in range(n, 0, -1):
            for total in range(most, -1, -1):
                for k, rows in enumerate(part[: total + 1]):
                    more = both(reached[chosen - 1][total - k], rows)
                    reached[chosen][total] = either(reached[chosen][total], more)
    return reached[n]


class _OpenQuestions:
    """The open questions of a chunk: by how far and how near, for each finding its rows."""

    def __init__(self, gate: _Gate, rows: int) -> None:
        self.gate, self.rows = gate, rows
        self.by: dict[tuple[int, int], dict[str, Bits]] = {}

    def add(self, reach: int, rows: Bits, needs: list[Bits], planes: dict[str, Bits]) -> None:
        """Questions of a rule, in the rows where it can reach so far."""
        nearer: Bits = False
        for nearness, within in enumerate(needs):
            here = _some(both(rows, but_not(within, nearer)))
            nearer = within
            if here is False:
                continue
            found = self.by.setdefault((-reach, nearness), {})
            for finding, plane in planes.items():
                found[finding] = either(found.get(finding, False), both(here, plane))

    def count(self) -> NDArray[np.int32]:
        """How many questions are open, a row each."""
        every: dict[str, Bits] = {}
        for found in self.by.values():
            for finding, plane in found.items():
                every[finding] = either(every.get(finding, False), plane)
        total = np.zeros(self.rows, np.int32)
        for plane in every.values():
            if plane is not False:
                total += unpack(plane, self.rows)
        return total

    def first(self, most: int) -> Lists:
        """The most urgent and nearest ones."""
        return listed(self._entries(), self.rows, most)

    def _entries(self) -> Iterator[tuple[Bits, int]]:
        named: dict[str, Bits] = {}
        for _, found in sorted(self.by.items()):
            for finding, plane in sorted(found.items()):
                before = named.get(finding, False)
                fresh = but_not(plane, before)
                if fresh is not False:
                    named[finding] = either(before, plane)
                    yield fresh, self.gate.finding[finding]


class _Seen:
    """The rules of a chunk as they were read, and what follows from that."""

    def __init__(self, gate: _Gate, chunk: Chunk) -> None:
        self.gate, self.chunk = gate, chunk
        self.knowledge, self.rules = gate.knowledge, gate.rules
        self.told = self.rules.fired(chunk, TOLD)
        self.doubted = self.rules.fired(chunk, DOUBT)

    def fired(self) -> Lists:
        """The rules that hold, most urgent first, each with its strongest reading."""
        forced = self.rules.fired(self.chunk, FORCED)
        entries: list[tuple[Bits, int]] = []
        for number, rule in enumerate(self.rules.rules):
            doubt, told, sure = self.doubted[rule.id], self.told[rule.id], forced[rule.id]
            planes = (sure, but_not(told, sure), but_not(but_not(doubt, told), sure))
            entries += [
                (plane, 3 * number + how) for how, plane in enumerate(planes) if plane is not False
            ]
        return listed(entries, len(self.chunk))

    def action(self, verdicts: Verdicts) -> Small:
        """The kind of help; doubt alone asks for the default of its level."""
        actions, place = self.knowledge.actions, {a: i for i, a in enumerate(self.gate.actions)}
        frames = [self.knowledge.dispositions[d.id].action for d in Disposition]
        chosen: Small = np.array([place[action] for action in frames], np.uint8)[verdicts.as_told]
        for disposition in Disposition:
            here = pack(verdicts.as_told == disposition)
            asked: dict[str, Bits] = {}
            for rule in self.rules.rules:
                if here is not False and rule.disposition is disposition:
                    held = both(here, self.told[rule.id])
                    asked[rule.action] = either(asked.get(rule.action, False), held)
            for action in sorted(asked, key=lambda action: (actions[action].rank, action)):
                if asked[action] is not False:
                    chosen[unpack(asked[action], len(self.chunk))] = place[action]
        return chosen

    def doubt(self) -> Lists:
        """The unsure answers that raised the verdict or could still raise it."""
        unsure = {id_: rows for id_, rows in self._unsure() if rows is not False}
        if not unsure:
            return listed((), len(self.chunk))
        told = self.rules.level(self.chunk, TOLD)
        found: dict[str, Bits] = {}
        for rule in self.rules.rules:
            about = [f for f in self.knowledge.findings_of_rule[rule.id] if f in unsure]
            if not about:
                continue
            rows = but_not(
                self.rules.holds(rule.when, self.chunk, POSSIBLE), told[rule.disposition]
            )
            for id_ in about:
                found[id_] = either(found.get(id_, False), both(rows, unsure[id_]))
        return listed(
            ((found[id_], self.gate.finding[id_]) for id_ in sorted(found)), len(self.chunk)
        )

    def _unsure(self) -> Iterator[tuple[str, Bits]]:
        for id_, column in self.chunk.answers.columns.items():
            if isinstance(column, SetColumn):
                count = len(column.values)
                possible = column.codes & column.codes.dtype.type((1 << count) - 1)
                several = (possible & (possible - column.codes.dtype.type(1))) != 0
                yield id_, pack(column.asked & several)
            else:
                yield id_, pack(column.asked & (column.low != column.high))

    def not_to_be_missed(self, told: Levels) -> Lists:
        """What the fired rules, then the nearest open rules, protect against."""
        seen: dict[str, Bits] = {}
        entries: list[tuple[Bits, int]] = []
        for rule, plane in (*self._fired_serious(), *self._near_serious(told)):
            before = seen.get(rule.protects_against, False)
            fresh = but_not(plane, before)
            if fresh is not False:
                seen[rule.protects_against] = either(before, plane)
                entries.append((fresh, self.gate.conditions[rule.protects_against]))
        return listed(entries, len(self.chunk))

    def _serious(self) -> Iterable[Rule]:
        for rule in self.rules.rules:
            condition = self.knowledge.conditions.get(rule.protects_against)
            urgent = rule.disposition >= Disposition.SAME_DAY
            if urgent and condition is not None and condition.serious:
                yield rule

    def _fired_serious(self) -> Iterator[tuple[Rule, Bits]]:
        for rule in self._serious():
            if self.doubted[rule.id] is not False:
                yield rule, self.doubted[rule.id]

    def _near_serious(self, told: Levels) -> Iterator[tuple[Rule, Bits]]:
        reported = dict(self._reported())
        for rule in self._serious():
            some: Bits = False
            for finding in self.knowledge.findings_of_rule[rule.id]:
                some = either(some, reported.get(finding, False))
            if some is not False:
                possible = self.rules.holds(rule.when, self.chunk, POSSIBLE)
                yield rule, but_not(both(some, possible), told[rule.disposition])

    def _reported(self) -> Iterator[tuple[str, Bits]]:
        for id_, column in self.chunk.answers.columns.items():
            alarming = self.knowledge.findings[id_].polarity == "alarming"
            if alarming and isinstance(column, SetColumn):
                yield id_, pack(column.must_be(("yes",)))
