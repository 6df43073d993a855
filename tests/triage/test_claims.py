"""The claims are sharp: broken knowledge and broken readings refute them, and none holds of nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
import yaml
import z3

from lumbago.answers import YES, Answer
from lumbago.errors import Position
from lumbago.expr import Literal_, parse
from lumbago.knowledge.model import Disposition, Knowledge, Rule
from lumbago.quantity import to_base
from lumbago.triage import claims, scalar
from lumbago.triage.claims import CLAIMS, Claim, World
from lumbago.triage.prover import Outcome, Proof, prove
from lumbago.triage.scalar import Open, Reading
from lumbago.triage.smt import Reader, SymbolicAnswer, conjunction, read, satisfies

CLAIM = {claim.id: claim for claim in CLAIMS}
BAD = [
    yaml.safe_load(path.read_text(encoding="utf-8")) | {"file": path.stem}
    for path in sorted((Path(__file__).parent.parent / "claims_bad").glob("*.yaml"))
]


@pytest.fixture(scope="module")
def world(knowledge: Knowledge) -> World:
    return World(knowledge)


# ------------------------------------------------------------------------------- broken knowledge


def broken(knowledge: Knowledge, mistake: Mapping[str, Any]) -> Knowledge:
    """The shipped knowledge with the mistake of one file of `claims_bad` in it."""
    rules = dict(knowledge.rules)
    for id_, change in mistake.get("rules", {}).items():
        if change.get("drop"):
            del rules[id_]
        else:
            rules[id_] = _changed(knowledge, id_, change)
    gone = set(mistake.get("unscreened", ()))
    screens = tuple(
        replace(
            screen,
            items=tuple(
                replace(item, findings=tuple(f for f in item.findings if f not in gone))
                for item in screen.items
            ),
        )
        for screen in knowledge.screens
    )
    return replace(knowledge, rules=MappingProxyType(rules), screens=screens)


def _changed(knowledge: Knowledge, id_: str, change: Mapping[str, Any]) -> Rule:
    def base(finding: str, number: Decimal) -> int:
        unit = knowledge.findings[finding].unit
        assert unit is not None
        return to_base(number, unit)

    when = parse(change["when"], Position(id_), frozenset(knowledge.terms), base)
    if id_ in knowledge.rules:
        return replace(knowledge.rules[id_], when=when)
    level = Disposition.of(change["disposition"])
    return Rule(id_, when, level, "gp_routine", "other_unspecified", "why", ())


@pytest.mark.parametrize("mistake", BAD, ids=lambda mistake: mistake["file"])
def test_broken_knowledge_refutes_its_claim(knowledge: Knowledge, mistake: dict[str, Any]) -> None:
    wrong = broken(knowledge, mistake)
    proof = prove(World(wrong), CLAIM[mistake["claim"]])
    assert proof.outcome is Outcome.REFUTED
    assert proof.failed.endswith(mistake["obligation"])
    if mistake["claim"] == "7":
        assert proof.counterexample is None  # a dead rule has nobody to show
        return
    _shown(wrong, proof)
    assert proof.counterexample is not None
    assert _breaks(mistake["claim"], [verdict for _, verdict in proof.counterexample.people])


def _shown(knowledge: Knowledge, proof: Proof) -> None:
    """The counterexample is made of people whose verdicts are those of the scalar definition."""
    assert proof.counterexample is not None
    assert proof.counterexample.people
    for answers, verdict in proof.counterexample.people:
        assert verdict == scalar.Rules(knowledge).verdict(answers)


def _breaks(claim: str, verdicts: list[scalar.Verdict]) -> bool:
    """Whether the people break the claim by the scalar definition as well."""
    match claim:
        case "3" | "4" | "11" | "13":
            before, after = verdicts
            return after.as_told < before.as_told
        case "5":
            return verdicts[0].low < Disposition.EMERGENCY
        case "6":
            return verdicts[0].as_told < Disposition.SAME_DAY
        case "17":
            return verdicts[0].low < Disposition.SAME_DAY
        case _:
            return verdicts[0].as_told is Disposition.EMERGENCY


def test_every_claim_about_knowledge_has_a_knowledge_that_refutes_it() -> None:
    wanted = {claim.id for claim in CLAIMS if claim.kind in ("knowledge", "both")}
    assert wanted <= {mistake["claim"] for mistake in BAD}


# -------------------------------------------------------------------------------- broken readings


def not_asked_read_as_no(
    answer: SymbolicAnswer, literal: Literal_, negated: bool, reading: Reading
) -> Any:
    return z3.If(answer.asked, read(answer, literal, negated, reading), z3.BoolVal(negated))


def doubt_ignored(
    answer: SymbolicAnswer, literal: Literal_, negated: bool, reading: Reading
) -> Any:
    every, some = satisfies(literal, answer)
    unsure = conjunction([answer.asked, some, z3.Not(every)])
    return z3.If(unsure, z3.BoolVal(negated), read(answer, literal, negated, reading))


def an_excuse_assumed(
    answer: SymbolicAnswer, literal: Literal_, negated: bool, reading: Reading
) -> Any:
    if negated and reading.not_asked is Open.TOLD:
        return z3.If(answer.asked, read(answer, literal, negated, reading), z3.BoolVal(False))
    return read(answer, literal, negated, reading)


def an_excuse_assumed_for_good(
    answer: SymbolicAnswer, literal: Literal_, negated: bool, reading: Reading
) -> Any:
    _, some = satisfies(literal, answer)
    return z3.Not(some) if negated else read(answer, literal, negated, reading)


def what_was_told_is_forced(
    answer: SymbolicAnswer, literal: Literal_, negated: bool, reading: Reading
) -> Any:
    if reading == scalar.FORCED:
        reading = scalar.TOLD
    return read(answer, literal, negated, reading)


def doubt_raises_the_top(
    answer: SymbolicAnswer, literal: Literal_, negated: bool, reading: Reading
) -> Any:
    if reading.not_asked is Open.ALWAYS:
        reading = scalar.POSSIBLE
    return read(answer, literal, negated, reading)


def not_asked_read_as_unsure(
    answer: SymbolicAnswer, literal: Literal_, negated: bool, reading: Reading
) -> Any:
    return read(answer, literal, negated, Reading(reading.unsure, reading.unsure))


REFUTED_BY: Mapping[str, tuple[Reader, ...]] = {
    "1": (what_was_told_is_forced,),
    "2": (not_asked_read_as_no, an_excuse_assumed_for_good),
    "2b": (not_asked_read_as_no, an_excuse_assumed_for_good),
    "4": (not_asked_read_as_no, an_excuse_assumed, what_was_told_is_forced),
    "6": (doubt_ignored,),
    "8": (doubt_raises_the_top,),
    "18": (not_asked_read_as_unsure,),
}


@pytest.mark.parametrize(
    ("claim", "reader"),
    [(claim, reader) for claim, readers in REFUTED_BY.items() for reader in readers],
    ids=lambda part: part if isinstance(part, str) else part.__name__,
)
def test_a_broken_reading_refutes_its_claim(
    knowledge: Knowledge, claim: str, reader: Reader
) -> None:
    proof = prove(World(knowledge, reader), CLAIM[claim])
    assert proof.outcome is Outcome.REFUTED
    _shown(knowledge, proof)


def test_every_claim_about_the_reading_has_a_reading_that_refutes_it() -> None:
    wanted = {claim.id for claim in CLAIMS if claim.kind != "knowledge"}
    assert wanted <= set(REFUTED_BY)


# ------------------------------------------------------------------------------- claims themselves


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_what_a_claim_assumes_can_be(world: World, claim: Claim) -> None:
    """The last formula denies what is claimed; without it somebody must be left."""
    obligations = 0
    for obligation in claim.state(world):
        obligations += 1
        if obligation.expect == "sat":
            continue  # these ask for somebody anyway
        solver = z3.Solver()
        solver.add(*obligation.base, *obligation.formulas[:-1])
        assert solver.check() == z3.sat, obligation.name
    assert obligations


def test_claims_are_named_once_and_say_one_plain_sentence() -> None:
    assert len(CLAIM) == len(CLAIMS)
    for claim in CLAIMS:
        assert claim.sentence.endswith(".")
        assert "\n" not in claim.sentence


def test_every_promise_is_an_obligation(knowledge: Knowledge, world: World) -> None:
    promised = {
        statement.id
        for register in knowledge.registers.values()
        for statement in register.statements
        if statement.promise
    }
    stated = {obligation.name.split()[0] for obligation in claims.founding_signs(world)}
    assert stated == promised


def test_every_rule_is_asked_whether_it_is_dead(knowledge: Knowledge, world: World) -> None:
    assert {obligation.name for obligation in claims.no_dead_rule(world)} == set(knowledge.rules)


def test_lone_emergencies_are_computed(knowledge: Knowledge) -> None:
    lone = claims.lone_emergencies(knowledge)
    assert {"saddle_numbness", "pulsating_belly", "chest_pain"} <= set(lone)
    assert "fever" not in lone
    for finding in lone:
        verdict = scalar.Rules(knowledge).verdict({finding: Answer(YES)})
        assert verdict.as_told is Disposition.EMERGENCY


def test_the_constraints_of_a_complete_case_are_those_of_the_findings(
    knowledge: Knowledge, world: World
) -> None:
    """Nobody has a clinically impossible pair of answers, and somebody is left."""
    p = world.p.answers
    solver = z3.Solver()
    solver.add(*world.p.constraints, world.p.sure, *claims.consistent(world, world.p))
    assert solver.check() == z3.sat
    impossible = {
        "gate": (p["foot_drop_within_48h"].only("yes"), p["foot_drop"].only("no")),
        "implies": (p["sudden_intense_pain"].only("yes"), p["sudden_onset"].only("no")),
        "excludes": (p["foot_drop"].only("yes"), p["weakness_only_pain"].only("yes")),
        "implied by": (
            p["pregnancy_status"].only("within_6_weeks_of_birth"),
            p["birth_within_year"].only("no"),
        ),
    }
    for name, pair in impossible.items():
        assert solver.check(*pair) == z3.unsat, name
