"""The safety claims about the plan, as questions for a solver: claims 9, 10, 15 and 16.

Claim 10 is proved by induction over a log of any length and order: the tally is shown to count every
window whole and to keep every interval, one taking at a time, and a dose is allowed by the tally.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import z3

from lumbago.knowledge.model import Disposition
from lumbago.planning.eligibility import agents_of
from lumbago.planning.medicines import DAY
from lumbago.planning.smt import NEVER_WITH, PlanWorld, SymbolicTaking, SymbolicTally
from lumbago.triage import claims as triage_claims
from lumbago.triage.claims import Claim, Obligation, Obligations, World
from lumbago.triage.scalar import FORCED, TOLD
from lumbago.triage.smt import Bool, conjunction, disjunction

SAME_DAY: Final = Disposition.SAME_DAY


def _plan(world: World) -> PlanWorld:
    assert isinstance(world, PlanWorld)
    return world


def no_contraindicated_action(world: World) -> Obligations:
    """No plan offers a step while something that blocks it, or asks for a pharmacist first, holds or
    is unknown; a caution is shown while it holds or is unknown.
    """
    gates = _plan(world).gates
    cases = (gates.p, gates.q)
    for id_, item in gates.items.items():
        agents = agents_of(item)
        against = [
            gates.rules.holds(row.when, gates.q, FORCED)
            for row in gates.rows
            if row.action != "caution" and row.agents & agents
        ]
        offered = gates.offered(id_, gates.p)
        yield Obligation(id_, gates.truth, (offered, disjunction(against)), "unsat", cases)
    for row in gates.rows:
        if row.action == "caution":
            hidden = z3.Not(gates.stands(row, gates.p))
            holds = gates.rules.holds(row.when, gates.q, FORCED)
            yield Obligation(row.id, gates.truth, (hidden, holds), "unsat", cases)
    yield from _promised(_plan(world))


def _promised(world: PlanWorld) -> Iterator[Obligation]:
    gates = world.gates
    base = tuple(gates.p.constraints)
    for agent, findings in NEVER_WITH.items():
        for id_, item in gates.items.items():
            if agent not in agents_of(item) or item.offer not in ("default", "choice"):
                continue
            for finding in findings:
                answer = gates.p.answers[finding]
                not_denied = z3.Not(z3.And(answer.asked, answer.only("no")))
                formulas = (gates.offered(id_, gates.p), not_denied)
                yield Obligation(f"{id_}, {finding}", base, formulas, "unsat", (gates.p,))


def dose_gate(world: World) -> Obligations:
    """No 24-hour window that ends with a dose we proposed exceeds the ceiling, and no proposed dose
    comes sooner than its interval, whatever was logged.
    """
    plan = _plan(world)
    at, dose, ceiling, gap = z3.Ints("dose.at dose.dose dose.ceiling dose.gap")
    minute, milligrams = z3.Ints("dose.minute dose.milligrams")
    window, nearest = z3.Ints("dose.window dose.nearest")
    tally = SymbolicTally(z3.Int("dose.total"), z3.Int("dose.free_from"))
    sane = (at >= 0, dose > 0, gap >= 0, milligrams >= 0)

    def counts(state: SymbolicTally, taken: Bool) -> Bool:
        """The tally has at least what was taken in the window, and frees no sooner than it may."""
        return z3.And(state.total >= taken, state.free_from >= nearest)

    one = SymbolicTaking(minute, milligrams, gap)
    after = plan.count(tally, one, at)
    in_window = z3.And(minute > at - DAY, minute <= at)
    more = window + z3.If(in_window, milligrams, 0)
    empty = SymbolicTally(z3.IntVal(0), z3.IntVal(0))
    free = plan.allowed(tally, at, dose, ceiling)

    yield _alone("an empty log", (z3.Not(empty.total >= 0),))
    kept = z3.And(after.total >= more, after.free_from >= nearest, after.free_from >= minute + gap)
    yield _alone("one taking more", (*sane, counts(tally, window), z3.Not(kept)))
    over = window + dose > ceiling
    yield _alone("a window that ends with a dose", (*sane, counts(tally, window), free, over))
    soon = z3.And(tally.free_from >= minute + gap, at - minute < gap)
    yield _alone("an interval", (*sane, free, soon))
    possible = z3.And(ceiling >= dose, plan.allowed(empty, at, dose, ceiling))
    yield Obligation("a dose is possible", (), (*sane, possible), "sat", ())


def _alone(name: str, formulas: tuple[Bool, ...]) -> Obligation:
    return Obligation(name, (), formulas, "unsat", ())


def age_gate(world: World) -> Obligations:
    """Under 16 or of unknown age there is no plan; under 18 no medicine is offered."""
    gates = _plan(world).gates
    age_before, age = gates.p.answers["age_years"], gates.q.answers["age_years"]
    assert age.high is not None
    made = gates.made(gates.p)
    cases = (gates.p, gates.q)
    yield Obligation("under 16", gates.truth, (made, age.high < 16), "unsat", cases)
    unknown = z3.Not(age_before.asked)
    yield Obligation("age not known", gates.truth, (made, unknown), "unsat", cases)
    for medicine in gates.knowledge.care.medicines:
        offered = gates.offered(medicine, gates.p)
        name = f"under 18: {medicine}"
        yield Obligation(name, gates.truth, (offered, age.high < 18), "unsat", cases)
    yield Obligation("a plan is possible", gates.truth, (made,), "sat", cases)


def no_stale_denial(world: World) -> Obligations:
    """No plan step is issued on a danger answer that has expired: neither when the plan is made, nor
    at the moment for which the step is dated.
    """
    gates = _plan(world).gates
    now, then = gates.now, gates.then
    base = (
        *(*gates.p.constraints, *gates.e.constraints, *gates.q.constraints),
        gates.expire(gates.p, gates.e, now),
    )
    cases = (gates.p, gates.q)
    urgent = gates.rules.level(gates.q, TOLD)[SAME_DAY]
    true_now = gates.true_but_for_stale(now)
    made = gates.made(gates.e)
    yield Obligation("when it is made", base, (made, true_now, urgent), "unsat", cases)
    valid = conjunction(
        [
            z3.Implies(gates.e.answers[id_].asked, then <= gates.given[id_] + hours * 60)
            for id_, hours in gates.hours.items()
        ]
    )
    true_then = gates.true_but_for_stale(then)
    formulas = (made, now <= then, valid, true_then, urgent)
    yield Obligation("when it is due", base, formulas, "unsat", cases)


PLAN_CLAIMS: Final = (
    Claim("9", "plan", no_contraindicated_action),
    Claim("10", "plan", dose_gate),
    Claim("15", "plan", age_gate),
    Claim("16", "plan", no_stale_denial),
)

CLAIMS: Final = (*triage_claims.CLAIMS, *PLAN_CLAIMS)
"""Every claim, in the order of their kinds."""
