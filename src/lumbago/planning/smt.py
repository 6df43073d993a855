"""The symbolic twin of the plan's gates: all people, any log, for Z3. Run time never loads it.

Same names as the definitions: `stands`, `offered` and `no_plan_for` of `eligibility`, `count` and
`allowed` of `medicines`, and `kept`, which is how `intake` lets answers expire.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import z3

from lumbago.expr import literals
from lumbago.knowledge.model import Disposition, Knowledge
from lumbago.planning.eligibility import NO_PLAN_EFFECTS, Eligibility, Row
from lumbago.planning.medicines import DAY
from lumbago.triage.claims import World
from lumbago.triage.scalar import POSSIBLE, Open
from lumbago.triage.smt import (
    Bool,
    Reader,
    Rules,
    SymbolicAnswer,
    SymbolicCase,
    conjunction,
    disjunction,
    findings_in,
    read,
)

HOUR: Final = 60
NEVER_WITH: Final = {
    "group_nsaid": (
        *("anticoagulant_use", "bleeding_disorder", "one_kidney_or_transplant"),
        *("vomiting_blood_or_black_stool", "anti_inflammatory_daily", "nsaid_allergy"),
        *("other_nsaid_in_use",),
    ),
    "oral_nsaid": (
        *("ulcer_or_gut_bleed_ever", "heart_failure_known", "heart_attack_or_stroke_ever"),
        *("lithium_use", "methotrexate_use", "stomach_made_smaller", "nsaid_gel_in_use"),
    ),
    "paracetamol": ("under_50_kg", "other_paracetamol_in_use", "paracetamol_reaction"),
    "heat": ("skin_feeling_reduced", "rub_on_skin", "medicine_patch_on", "fresh_blow_48h"),
    "cold": ("skin_feeling_reduced", "rub_on_skin", "raynaud_known", "cold_allergy_known"),
    "bath": ("cannot_leave_bath_alone",),
    "neck_movement": ("neck_or_head_jolted", "whiplash_mechanism", "hand_clumsiness"),
}
"""Agent -> findings, known or not, with which nothing that carries it may be offered."""


@dataclass(frozen=True, slots=True)
class SymbolicTally:
    """What a log comes to, seen from one minute."""

    total: Bool
    free_from: Bool


@dataclass(frozen=True, slots=True)
class SymbolicTaking:
    """A taking as the gate counts it."""

    minute: Bool
    milligrams: Bool
    gap: Bool


def count(tally: SymbolicTally, taking: SymbolicTaking, at: Bool) -> SymbolicTally:
    """One more taking, in any order, as seen from the minute `at`; one dated later counts too."""
    inside = taking.minute > at - DAY
    free = taking.minute + taking.gap
    return SymbolicTally(
        tally.total + z3.If(inside, taking.milligrams, 0),
        z3.If(tally.free_from >= free, tally.free_from, free),
    )


def allowed(tally: SymbolicTally, at: Bool, dose: Bool, ceiling: Bool) -> Bool:
    """Whether a dose at the minute `at` keeps the interval and the ceiling."""
    return z3.And(at >= tally.free_from, tally.total + dose <= ceiling)


def kept(given: Bool, now: Bool, hours: int) -> Bool:
    """Whether an answer that lives for some hours still counts."""
    return now - given <= hours * HOUR


Count = Callable[[SymbolicTally, SymbolicTaking, Bool], SymbolicTally]
Allowed = Callable[[SymbolicTally, Bool, Bool, Bool], Bool]
Kept = Callable[[Bool, Bool, int], Bool]


class PlanWorld(World):
    """A knowledge base in symbols, with the plan's gates. The gates are replaced only by tests."""

    def __init__(
        self,
        knowledge: Knowledge,
        reader: Reader = read,
        *,
        count: Count = count,
        allowed: Allowed = allowed,
        kept: Kept = kept,
    ) -> None:
        super().__init__(knowledge, reader)
        self.count = count
        self.allowed = allowed
        self.kept = kept

    @cached_property
    def gates(self) -> Gates:
        """The gates over the people p and q, built when a claim first asks."""
        return Gates(self)


class Gates:
    """Eligibility, age and expiry over symbolic people."""

    def __init__(self, world: PlanWorld) -> None:
        knowledge = world.knowledge
        self.knowledge = knowledge
        self.rules: Rules = world.rules
        self.kept = world.kept
        scalar = Eligibility(knowledge)
        self.items, self.rows_of, self.rows = scalar.items, scalar.rows_of, scalar.rows
        self.groups = [
            p for p in knowledge.populations.values() if set(p.effects) & NO_PLAN_EFFECTS
        ]
        conditions = [row.when for row in self.rows] + [group.when for group in self.groups]
        named = {
            part.finding
            for when in conditions
            for part, _ in literals(when, knowledge.term_expressions)
        }
        promised = {finding for findings in NEVER_WITH.values() for finding in findings}
        self.used = findings_in(knowledge) | named | promised
        self.p = SymbolicCase(knowledge, "plan.p", self.used)
        self.e = SymbolicCase(knowledge, "plan.e", self.used)
        self.q = SymbolicCase(knowledge, "plan.q", self.used)
        self.now, self.then = z3.Int("plan.now"), z3.Int("plan.then")
        self.given = {id_: z3.Int(f"plan.{id_}.given") for id_ in self.p.findings}
        self.hours: Mapping[str, int] = {
            id_: hours
            for id_, finding in self.p.findings.items()
            if (hours := knowledge.lifetimes[finding.lifetime].hours) is not None
        }
        self.truth = (*self.p.constraints, *self.q.constraints, is_truth_of(self.p, self.q))

    def stands(self, row: Row, case: SymbolicCase) -> Bool:
        """Whether a row holds or could hold: not asked and unsure count."""
        return self.rules.holds(row.when, case, POSSIBLE)

    def offered(self, item: str, case: SymbolicCase) -> Bool:
        """Whether nothing blocks an item or asks for a pharmacist first, known or unknown."""
        rows = (row for row in self.rows_of[item] if row.action != "caution")
        return z3.Not(disjunction([self.stands(row, case) for row in rows]))

    def no_plan_for(self, case: SymbolicCase) -> Bool:
        """Whether the person belongs, or could belong, to a population that gets no plan."""
        return disjunction([self.rules.holds(g.when, case, POSSIBLE) for g in self.groups])

    def made(self, case: SymbolicCase) -> Bool:
        """Whether a plan is made: nothing urgent is told or open, and no population forbids it."""
        high = self.rules.verdict_reading(case, Open.ALWAYS)[Disposition.SAME_DAY]
        return z3.And(z3.Not(high), z3.Not(self.no_plan_for(case)))

    def expire(self, stored: SymbolicCase, case: SymbolicCase, now: Bool) -> Bool:
        """`case` is the stored one as of `now`: what has outlived its lifetime is not asked."""
        parts = []
        for id_, before in stored.answers.items():
            after = case.answers[id_]
            alive = z3.BoolVal(True)
            if id_ in self.hours:
                alive = self.kept(self.given[id_], now, self.hours[id_])
            parts.append(z3.If(alive, before.same_as(after), z3.Not(after.asked)))
        return conjunction(parts)

    def true_but_for_stale(self, now: Bool) -> Bool:
        """Q is what may be true at `now`: answers given in time hold, older ones may have changed."""
        parts = []
        for id_, before in self.p.answers.items():
            holds = narrows(before, self.q.answers[id_])
            if id_ in self.hours:
                stale = now - self.given[id_] > self.hours[id_] * HOUR
                holds = z3.Or(stale, holds)
            parts.append(z3.And(holds, self.q.answers[id_].asked, self.q.answers[id_].certain))
        return conjunction(parts)


def narrows(before: SymbolicAnswer, after: SymbolicAnswer) -> Bool:
    """Every value that is still possible after was possible before."""
    if before.low is not None:
        return z3.And(before.low <= after.low, after.high <= before.high)
    return conjunction([z3.Implies(after.values[n], value) for n, value in before.values.items()])


def is_truth_of(p: SymbolicCase, q: SymbolicCase) -> Bool:
    """Q says of every question one thing, and p leaves it possible."""
    return conjunction(
        [
            z3.And(narrows(before, q.answers[id_]), q.answers[id_].asked, q.answers[id_].certain)
            for id_, before in p.answers.items()
        ]
    )


__all__ = [
    "DAY",
    "NEVER_WITH",
    "Gates",
    "PlanWorld",
    "SymbolicTaking",
    "SymbolicTally",
    "allowed",
    "count",
    "kept",
]
