"""Claims 9, 10, 15 and 16 hold, and broken knowledge and broken gates refute them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
import z3
from hypothesis import given, settings
from hypothesis import strategies as st

from lumbago.expr import Literal_
from lumbago.knowledge.model import Knowledge
from lumbago.planning import medicines
from lumbago.planning.claims import CLAIMS, PLAN_CLAIMS
from lumbago.planning.eligibility import Eligibility, no_plan_for
from lumbago.planning.medicines import DAY, Counted, Limits, Tally
from lumbago.planning.smt import PlanWorld, SymbolicTaking, SymbolicTally, allowed, count, kept
from lumbago.testing import partial_answers
from lumbago.triage.prover import Outcome, Proof, prove
from lumbago.triage.scalar import Reading, Rules
from lumbago.triage.smt import SymbolicAnswer, SymbolicCase, read, satisfies

CLAIM = {claim.id: claim for claim in PLAN_CLAIMS}
BAD = [
    yaml.safe_load(path.read_text(encoding="utf-8")) | {"file": path.stem}
    for path in sorted((Path(__file__).parent.parent / "claims_bad" / "plan").glob("*.yaml"))
]
Bool = Any


@pytest.fixture(scope="module")
def world(knowledge: Knowledge) -> PlanWorld:
    return PlanWorld(knowledge)


@pytest.mark.parametrize("claim", PLAN_CLAIMS, ids=lambda claim: claim.id)
def test_the_claim_is_proved_of_the_shipped_knowledge(world: PlanWorld, claim: Any) -> None:
    proof = prove(world, claim)
    assert (proof.outcome, proof.failed) == (Outcome.PROVED, "")


@pytest.mark.parametrize("claim", PLAN_CLAIMS, ids=lambda claim: claim.id)
def test_a_second_solver_agrees(world: PlanWorld, claim: Any) -> None:
    proof = prove(world, claim, "cvc5")
    assert (proof.outcome, proof.failed) == (Outcome.PROVED, "")


def test_every_claim_has_an_id_of_its_own() -> None:
    assert len({claim.id for claim in CLAIMS}) == len(CLAIMS)
    assert {"9", "10", "15", "16"} <= {claim.id for claim in CLAIMS}


# ------------------------------------------------------------------------------- broken knowledge


def broken(knowledge: Knowledge, drop: dict[str, list[str]]) -> Knowledge:
    """The shipped knowledge without the safety rows and populations of one file."""
    gone = {kind: set(ids) for kind, ids in drop.items()}
    for id_ in gone.get("safety", ()):
        assert id_ in knowledge.care.safety
    for id_ in gone.get("populations", ()):
        assert id_ in knowledge.populations
    safety = {i: r for i, r in knowledge.care.safety.items() if i not in gone.get("safety", ())}
    groups = {
        i: p for i, p in knowledge.populations.items() if i not in gone.get("populations", ())
    }
    return replace(knowledge, populations=groups, care=replace(knowledge.care, safety=safety))


@pytest.mark.parametrize("mistake", BAD, ids=lambda mistake: mistake["file"])
def test_broken_knowledge_refutes(knowledge: Knowledge, mistake: dict[str, Any]) -> None:
    wrong = broken(knowledge, mistake["drop"])
    proof = prove(PlanWorld(wrong), CLAIM[mistake["claim"]])
    assert proof.outcome is Outcome.REFUTED
    assert proof.failed.startswith(mistake["obligation"])
    assert proof.counterexample is not None
    assert proof.counterexample.people


# ---------------------------------------------------------------------------------- broken gates


def silence_is_no(
    answer: SymbolicAnswer, literal: Literal_, negated: bool, reading: Reading
) -> Bool:
    """Not asked read as "no"."""
    every, some = satisfies(literal, answer)
    if negated:
        return z3.Or(z3.Not(every), z3.Not(answer.asked))
    return z3.And(some, answer.asked)


def unsure_is_no(
    answer: SymbolicAnswer, literal: Literal_, negated: bool, reading: Reading
) -> Bool:
    """Unsure read as "no"."""
    every, _ = satisfies(literal, answer)
    unsure = z3.And(answer.asked, z3.Not(answer.certain))
    return z3.And(read(answer, literal, negated, reading), z3.Or(z3.Not(unsure), every))


def what_is_open_never_holds(
    answer: SymbolicAnswer, literal: Literal_, negated: bool, reading: Reading
) -> Bool:
    """Only what is certain counts."""
    every, some = satisfies(literal, answer)
    return z3.Not(some) if negated else every


def calendar_day(tally: SymbolicTally, taking: SymbolicTaking, at: Bool) -> SymbolicTally:
    """Counts only since midnight."""
    inside = taking.minute >= at - at % DAY
    free = z3.If(
        tally.free_from >= taking.minute + taking.gap, tally.free_from, taking.minute + taking.gap
    )
    return SymbolicTally(tally.total + z3.If(inside, taking.milligrams, 0), free)


def last_alone(tally: SymbolicTally, taking: SymbolicTaking, at: Bool) -> SymbolicTally:
    """The interval from the taking that was logged last, not from the latest one."""
    return SymbolicTally(count(tally, taking, at).total, taking.minute + taking.gap)


def forgets_the_dose(tally: SymbolicTally, at: Bool, dose: Bool, ceiling: Bool) -> Bool:
    """The ceiling without the dose itself."""
    return z3.And(at >= tally.free_from, tally.total <= ceiling)


def a_minute_early(tally: SymbolicTally, at: Bool, dose: Bool, ceiling: Bool) -> Bool:
    return z3.And(at >= tally.free_from - 1, tally.total + dose <= ceiling)


def never_expires(given: Bool, now: Bool, hours: int) -> Bool:
    return z3.BoolVal(True)


def twice_as_long(given: Bool, now: Bool, hours: int) -> Bool:
    return kept(given, now, 2 * hours)


def _refuted(world: PlanWorld, claim: str) -> Proof:
    proof = prove(world, CLAIM[claim])
    assert proof.outcome is Outcome.REFUTED
    return proof


@pytest.mark.parametrize("reader", [silence_is_no, unsure_is_no, what_is_open_never_holds])
def test_a_broken_reading_refutes_claim_9(knowledge: Knowledge, reader: Any) -> None:
    proof = _refuted(PlanWorld(knowledge, reader), "9")
    assert proof.counterexample is not None


def test_a_broken_reading_refutes_claim_15(knowledge: Knowledge) -> None:
    _refuted(PlanWorld(knowledge, what_is_open_never_holds), "15")


@pytest.mark.parametrize("counting", [calendar_day, last_alone])
def test_broken_counting_refutes_claim_10(knowledge: Knowledge, counting: Any) -> None:
    assert _refuted(PlanWorld(knowledge, count=counting), "10").failed == "one taking more"


@pytest.mark.parametrize(
    ("gate", "obligation"),
    [(forgets_the_dose, "a window that ends with a dose"), (a_minute_early, "an interval")],
)
def test_a_broken_gate_refutes_claim_10(knowledge: Knowledge, gate: Any, obligation: str) -> None:
    assert _refuted(PlanWorld(knowledge, allowed=gate), "10").failed == obligation


@pytest.mark.parametrize("expiry", [never_expires, twice_as_long])
def test_broken_expiry_refutes_claim_16(knowledge: Knowledge, expiry: Any) -> None:
    proof = _refuted(PlanWorld(knowledge, kept=expiry), "16")
    assert proof.failed == "when it is made"


# ------------------------------------------------------------------- the twins say what they say


@given(
    total=st.integers(0, 5000),
    free=st.integers(0, 4000),
    at=st.integers(0, 4000),
    minute=st.integers(0, 5000),
    milligrams=st.integers(0, 2000),
    gap=st.integers(0, 1500),
)
def test_the_symbolic_gate_is_the_gate(
    total: int, free: int, at: int, minute: int, milligrams: int, gap: int
) -> None:
    after = medicines.count(Tally(total, free), Counted(minute, milligrams, gap), at)
    whole = [z3.IntVal(n) for n in (total, free, minute, milligrams, gap, at)]
    twin = count(
        SymbolicTally(whole[0], whole[1]), SymbolicTaking(whole[2], whole[3], whole[4]), whole[5]
    )
    assert z3.simplify(twin.total).as_long() == after.total
    assert z3.simplify(twin.free_from).as_long() == after.free_from
    limits = Limits(dose=400, interval=gap, ceiling=1200, most_minutes=0)
    said = z3.simplify(allowed(twin, whole[5], z3.IntVal(400), z3.IntVal(1200)))
    assert z3.is_true(said) == medicines.allowed(after, at, limits)


@given(data=st.data())
@settings(max_examples=15)
def test_the_symbolic_eligibility_is_the_eligibility(
    knowledge: Knowledge, world: PlanWorld, data: st.DataObject
) -> None:
    answers = data.draw(partial_answers(knowledge, max_size=60))
    gates, scalar = world.gates, Eligibility(knowledge)
    solver = z3.Solver()
    solver.add(*gates.p.constraints, *_exactly(gates.p, answers))
    assert solver.check() == z3.sat
    model = solver.model()
    for item in gates.items:
        said = z3.is_true(model.eval(gates.offered(item, gates.p), model_completion=True))
        assert said == scalar.offered(item, answers)
        assert (scalar.standings(answers)[item].status == "offered") == said
    none = z3.is_true(model.eval(gates.no_plan_for(gates.p), model_completion=True))
    assert none == bool(no_plan_for(knowledge, Rules(knowledge), answers))
    verdict = Rules(knowledge).verdict(answers)
    made = z3.is_true(model.eval(gates.made(gates.p), model_completion=True))
    assert made == (verdict.cleared and not none)


def _exactly(case: SymbolicCase, answers: Any) -> list[Bool]:
    parts: list[Bool] = []
    for id_, symbolic in case.answers.items():
        answer = answers.get(id_)
        parts.append(symbolic.asked == (answer is not None))
        if answer is None:
            continue
        if symbolic.low is not None:
            parts += [symbolic.low == answer.possible.low, symbolic.high == answer.possible.high]
        else:
            parts.append(symbolic.only(*answer.possible))
    return parts
