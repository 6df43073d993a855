"""People with ordinary back pain, drawn from the knowledge base by seed, and what the rules cost them.

Every yes/no finding is drawn at its `ordinary.share` among the people whom its question would be put
to, and apart from that independently, within what findings say of each other (`only_if`, `implies`,
`implied_by`, `excludes`, `longer_ago`). Real symptoms cluster, so the share of people with an alarm
comes out too high rather than too low. Numbers and choices are drawn from `spreads`.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lumbago.answers import Case, Given
from lumbago.columns import CaseTable, Column, Flags, NumberColumn, SetColumn, asked_bit
from lumbago.errors import KnowledgeError, Problem
from lumbago.expr import Expr, literals
from lumbago.knowledge.model import Disposition, Finding, Knowledge, Spread
from lumbago.quantity import from_base, to_base
from lumbago.triage.columnar import (
    RANKS,
    TOLD,
    Bits,
    Chunk,
    Rules,
    at_least,
    both,
    but_not,
    count,
    either,
    unpack,
)

BLOCK: Final = 8192
"""People are drawn in blocks of this size, so that the first n are the same whatever n is."""


def ordinary(
    knowledge: Knowledge,
    n: int,
    rng: np.random.Generator,
    shares: Mapping[str, float] | None = None,
) -> CaseTable:
    """Complete answers of `n` people with ordinary pain.

    `shares` replaces the share of some findings. A number or choice without a spread stays not
    asked. Raises `KnowledgeError` if findings depend on each other in a circle.
    """
    town = _Town(knowledge, shares or {})
    blocks = [town.block(rng) for _ in range(-(-n // BLOCK))]
    columns = {id_: _joined([block[id_] for block in blocks]) for id_ in (blocks or [{}])[0]}
    return CaseTable(len(blocks) * BLOCK, columns).part(0, n)


def people(knowledge: Knowledge, n: int, seed: int) -> Iterator[Case]:
    """`n` people with ordinary pain as cases, one after the other; the same ones for the same seed."""
    rng = np.random.default_rng(seed)
    for start in range(0, n, BLOCK):
        table = ordinary(knowledge, min(BLOCK, n - start), rng)
        given = [
            (id_, _given(knowledge.findings[id_], column)) for id_, column in table.columns.items()
        ]
        for row in range(len(table)):
            answers = {id_: values[row] for id_, values in given}
            yield Case(id=f"s{seed}-{start + row}", given=answers)


def _given(finding: Finding, column: Column) -> list[Given]:
    """The answers of a column as they would be handed in, one a row."""
    if isinstance(column, SetColumn):
        asked = asked_bit(column.values)
        known = {1 << i | asked: Given(value) for i, value in enumerate(column.values)}
        return [known[code] for code in column.codes.tolist()]
    assert finding.unit is not None
    return [Given(from_base(int(value), finding.unit)) for value in column.low]


def _joined(columns: Sequence[Column]) -> Column:
    first = columns[0]
    if isinstance(first, SetColumn):
        codes = [column.codes for column in columns if isinstance(column, SetColumn)]
        return SetColumn(first.values, np.concatenate(codes))
    low = [column.low for column in columns if isinstance(column, NumberColumn)]
    return NumberColumn.exactly(np.concatenate(low))


class _Town:
    """Draws blocks of people; holds the order in which findings can be drawn."""

    def __init__(self, knowledge: Knowledge, shares: Mapping[str, float]) -> None:
        self.knowledge = knowledge
        self.rules = Rules(knowledge)
        self.order = order(knowledge)
        self.apart = apart(knowledge)
        self.implying: dict[str, list[str]] = {id_: [] for id_ in knowledge.findings}
        for finding in knowledge.findings.values():
            for implied in finding.implies:
                self.implying[implied].append(finding.id)
        self.shares = {
            finding.id: finding.ordinary.share
            for finding in knowledge.findings.values()
            if finding.ordinary is not None
        } | dict(shares)

    def block(self, rng: np.random.Generator) -> dict[str, Column]:
        """One block of people. Each finding has dice of its own: a new one moves no other."""
        root = int(rng.integers(2**32))
        columns: dict[str, Column] = {}
        chunk = Chunk(CaseTable(BLOCK, columns))  # grows with the columns, in their order
        yes: dict[str, Flags] = {}
        for id_ in self.order:
            finding = self.knowledge.findings[id_]
            dice = np.random.default_rng([root, zlib.crc32(id_.encode())])
            asked = self.where(finding.only_if, chunk, if_none=True)
            if finding.answer == "yes_no":
                yes[id_] = self.yes(finding, asked, chunk, yes, dice)
                columns[id_] = SetColumn.yes_no(yes[id_])
            elif id_ in self.knowledge.spreads:
                columns[id_] = spread(finding, self.knowledge.spreads[id_], asked, dice)
        return columns

    def where(self, expr: Expr | None, chunk: Chunk, *, if_none: bool) -> Flags:
        """The people for whom a condition holds."""
        return unpack(if_none if expr is None else self.rules.holds(expr, chunk, TOLD), BLOCK)

    def yes(
        self,
        finding: Finding,
        asked: Flags,
        chunk: Chunk,
        yes: Mapping[str, Flags],
        dice: np.random.Generator,
    ) -> Flags:
        """Who says yes: the share of those asked, moved to where the other findings allow it."""
        must = self.where(finding.implied_by, chunk, if_none=False)
        for id_ in self.implying[finding.id]:
            must = must | yes.get(id_, np.False_)
        may = asked & ~must
        for id_ in finding.implies:
            may = may & yes.get(id_, np.True_)
        for id_ in self.apart[finding.id]:
            may = may & ~yes.get(id_, np.False_)
        wanted = self.shares.get(finding.id, 0.0) * int(asked.sum())
        missing = wanted - int((must & asked).sum())
        drawn: Flags = dice.random(BLOCK) < missing / max(1, int(may.sum()))
        return must | (may & drawn)


def spread(finding: Finding, how: Spread, asked: Flags, dice: np.random.Generator) -> Column:
    """A number or choice drawn for every row; a choice that was not asked of a row is "no"."""
    if how.kind == "categorical":
        index = _category(how, len(asked), dice)
        if finding.answer == "choice":
            place = np.array([finding.choices.index(value) for value in how.shares])
            skipped = finding.choices.index("no") if finding.only_if else 0
            return SetColumn.chosen(finding.choices, np.where(asked, place[index], skipped))
        numbers = np.array([float(value) for value in how.shares])[index]
    else:
        numbers = _within(how, len(asked), dice)
    assert finding.unit is not None
    scaled = numbers * to_base(1, finding.unit)
    whole = np.floor(scaled if finding.unit == "years" else scaled + 0.5)
    return NumberColumn.exactly(whole.astype(np.int32))


def _category(how: Spread, n: int, dice: np.random.Generator) -> NDArray[np.intp]:
    total = np.cumsum(list(how.shares.values()))
    index: NDArray[np.intp] = np.searchsorted(total, dice.random(n) * total[-1], side="right")
    return index


def _within(how: Spread, n: int, dice: np.random.Generator) -> NDArray[np.float64]:
    """Numbers of a normal or lognormal spread, drawn again while they lie outside its bounds."""
    drawn = np.full(n, np.nan)
    outside = np.ones(n, np.bool_)
    while outside.any():
        fresh = dice.standard_normal(int(outside.sum()))
        if how.kind == "normal":
            drawn[outside] = how.mean + how.sd * fresh
        else:
            drawn[outside] = how.median * np.exp(how.log_sd * fresh)
        outside = (drawn < how.lowest) | (drawn > how.highest)
    return drawn


def order(knowledge: Knowledge) -> tuple[str, ...]:
    """The findings such that each comes after those that its question depends on.

    A finding also comes after what it implies, unless that is asked only because of it. What is
    asked for the plan alone is left out: nothing is known of its share, and no rule reads it.
    Raises `KnowledgeError` if questions depend on each other in a circle.
    """
    findings = knowledge.findings
    after = {id_: _needs(knowledge, findings[id_]) for id_ in sorted(findings)}
    for id_ in sorted(findings):
        for implied in findings[id_].implies:
            if not _reaches(after, implied, id_):
                after[id_].add(implied)
    try:
        in_turn = TopologicalSorter({k: sorted(v) for k, v in after.items()}).static_order()
        return tuple(id_ for id_ in in_turn if not findings[id_].for_care)
    except CycleError as error:
        circle = " -> ".join(reversed(error.args[1]))
        said = f"These findings are asked only because of each other: {circle}."
        raise KnowledgeError(Problem(said, "findings", "Break the circle.")) from None


def _needs(knowledge: Knowledge, finding: Finding) -> set[str]:
    conditions = [expr for expr in (finding.only_if, finding.implied_by) if expr is not None]
    terms = knowledge.term_expressions
    return {literal.finding for expr in conditions for literal, _ in literals(expr, terms)}


def _reaches(after: Mapping[str, Iterable[str]], start: str, goal: str) -> bool:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        id_ = waiting.pop()
        if id_ == goal:
            return True
        if id_ not in seen:
            seen.add(id_)
            waiting.extend(after[id_])
    return False


def apart(knowledge: Knowledge) -> dict[str, set[str]]:
    """For every finding those that are not yes together with it."""
    found: dict[str, set[str]] = {id_: set() for id_ in knowledge.findings}
    for finding in knowledge.findings.values():
        for other in (*finding.excludes, *filter(None, [finding.longer_ago])):
            found[finding.id].add(other)
            found[other].add(finding.id)
    return found


def dispositions(knowledge: Knowledge, table: CaseTable) -> dict[Disposition, float]:
    """The share of people at each disposition as told, most urgent first."""
    rules = Rules(knowledge)
    total = dict.fromkeys(Disposition, 0)
    for part in table.chunks():
        levels = rules.level(Chunk(part), TOLD)
        above = 0
        for disposition in RANKS:
            reached = count(levels[disposition], len(part))
            total[disposition] += reached - above
            above = reached
        total[Disposition.SELF_CARE] += len(part) - above
    return {disposition: total[disposition] / max(1, len(table)) for disposition in reversed(total)}


@dataclass(frozen=True, slots=True)
class Scenario:
    """Where people come out if some shares were others; `changed` is empty for those as given."""

    changed: Mapping[str, float]
    dispositions: Mapping[Disposition, float]


def sensitivity(knowledge: Knowledge, n: int, seed: int) -> tuple[Scenario, ...]:
    """What the other shares that findings carry would do to `n` people.

    First the shares as given, then each alternative alone, then all first alternatives together,
    all second ones, and so on; the same dice throughout.
    """
    carrying = [finding for finding in knowledge.findings.values() if finding.sensitivity]
    changes: list[dict[str, float]] = [{}]
    changes += [{f.id: other.share} for f in carrying for other in f.sensitivity]
    most = max((len(finding.sensitivity) for finding in carrying), default=0)
    changes += [
        {f.id: f.sensitivity[i].share for f in carrying if i < len(f.sensitivity)}
        for i in range(most)
    ]
    return tuple(
        Scenario(change, dispositions(knowledge, ordinary(knowledge, n, dice, change)))
        for change in changes
        for dice in [np.random.default_rng(seed)]
    )


@dataclass(frozen=True, slots=True)
class RuleCost:
    """What a rule does to a group of people, as shares of all of them.

    `fires`: it holds. `alone`: their level hangs on it alone. `otherwise`: where these would come
    out without it.
    """

    rule: str
    disposition: Disposition
    fires: float
    alone: float
    otherwise: Mapping[Disposition, float]


def rule_costs(knowledge: Knowledge, table: CaseTable) -> tuple[RuleCost, ...]:
    """Every rule with what it costs, the rule on which most people hang first."""
    rules = Rules(knowledge)
    fires = dict.fromkeys(knowledge.rules, 0)
    otherwise = {id_: dict.fromkeys(Disposition, 0) for id_ in knowledge.rules}
    for part in table.chunks():
        fired = rules.fired(Chunk(part), TOLD)
        for id_, held in fired.items():
            fires[id_] += count(held, len(part))
        for id_, instead in _hanging(rules, fired):
            for disposition, rows in instead.items():
                otherwise[id_][disposition] += count(rows, len(part))
    people_ = max(1, len(table))
    costs = (
        RuleCost(
            rule=rule.id,
            disposition=rule.disposition,
            fires=fires[rule.id] / people_,
            alone=sum(otherwise[rule.id].values()) / people_,
            otherwise={d: rows / people_ for d, rows in otherwise[rule.id].items() if rows},
        )
        for rule in knowledge.rules_by_urgency
    )
    return tuple(sorted(costs, key=lambda cost: (-cost.alone, cost.rule)))


def _hanging(
    rules: Rules, fired: Mapping[str, Bits]
) -> Iterator[tuple[str, dict[Disposition, Bits]]]:
    """For every rule, the rows whose level hangs on it alone, by the level they would fall to."""
    held = {
        disposition: [fired[rule.id] for rule in rules.rules if rule.disposition is disposition]
        for disposition in RANKS
    }
    some = {disposition: at_least(1, planes) for disposition, planes in held.items()}
    above: Bits = False
    for disposition in RANKS:
        only_one = but_not(but_not(some[disposition], at_least(2, held[disposition])), above)
        above = either(above, some[disposition])
        for rule in rules.rules:
            if rule.disposition is disposition:
                left = both(only_one, fired[rule.id])
                instead: dict[Disposition, Bits] = {}
                for lower in RANKS[RANKS.index(disposition) + 1 :]:
                    instead[lower] = both(left, some[lower])
                    left = but_not(left, some[lower])
                yield rule.id, instead | {Disposition.SELF_CARE: left}
