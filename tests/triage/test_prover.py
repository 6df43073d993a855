"""Running the claims: what is proved of the shipped knowledge, and every way in which a proof ends."""

from __future__ import annotations

import builtins
import time
from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest
import z3

from lumbago.errors import KnowledgeError
from lumbago.knowledge.model import Disposition, Knowledge
from lumbago.triage import prover, scalar
from lumbago.triage.claims import CLAIMS, Claim, Obligation, World
from lumbago.triage.proof import code_digest
from lumbago.triage.prover import (
    Outcome,
    Proof,
    prove,
    prove_all,
    record,
    simplest,
    smt_lib,
    versions,
)

CLAIM = {claim.id: claim for claim in CLAIMS}
SOLVERS = ("z3", "cvc5")
SECONDS = 60


@pytest.fixture(scope="module")
def world(knowledge: Knowledge) -> World:
    return World(knowledge)


def test_every_claim_is_proved_of_the_shipped_knowledge_by_both_solvers(
    knowledge: Knowledge,
) -> None:
    pytest.importorskip("cvc5")
    started = time.process_time()
    proofs = list(prove_all(knowledge, CLAIMS, SOLVERS))
    spent = time.process_time() - started
    assert [f"{p.claim.id} {p.solver} {p.failed}" for p in proofs if p.failed] == []
    assert {proof.outcome for proof in proofs} == {Outcome.PROVED}
    assert [(p.claim.id, p.solver) for p in proofs] == [(c.id, s) for c in CLAIMS for s in SOLVERS]
    assert all(proof.obligations > 0 for proof in proofs)
    assert spent < SECONDS


def falsely_states(world: World) -> Iterator[Obligation]:
    """Nobody is ever sent anywhere."""
    told = world.verdict(world.p).as_told[Disposition.EMERGENCY]
    yield world.alone("it holds of some", z3.BoolVal(False))
    yield world.alone("nobody", told)


def asks_for_the_impossible(world: World) -> Iterator[Obligation]:
    """Somebody is an emergency and is not."""
    told = world.verdict(world.p).as_told[Disposition.EMERGENCY]
    yield Obligation("both", world.one_case, (told, z3.Not(told)), "sat", (world.p,))


FALSE = Claim("x", "knowledge", falsely_states)
IMPOSSIBLE = Claim("y", "knowledge", asks_for_the_impossible)


@pytest.mark.parametrize("solver", SOLVERS)
def test_a_false_claim_is_refuted_and_says_where(world: World, solver: str) -> None:
    pytest.importorskip(solver)
    proof = prove(world, FALSE, solver)
    assert proof.outcome is Outcome.REFUTED
    assert proof.failed == "nobody"
    assert proof.obligations == 2
    assert proof.seconds > 0


def test_a_counterexample_is_a_person_run_through_the_definition(
    knowledge: Knowledge, world: World
) -> None:
    found = prove(world, FALSE).counterexample
    assert found is not None
    assert found.obligation == "nobody"
    ((answers, verdict),) = found.people
    assert answers
    assert verdict == scalar.Rules(knowledge).verdict(answers)
    assert verdict.as_told is Disposition.EMERGENCY


def test_the_verdict_shown_is_that_of_the_definition_not_of_the_solver(
    knowledge: Knowledge,
) -> None:
    def deaf(answer: Any, literal: Any, negated: bool, reading: scalar.Reading) -> Any:
        return z3.BoolVal(negated)

    def somebody_is_heard(world: World) -> Iterator[Obligation]:
        """A person with a numb saddle is an emergency."""
        numb = world.p.answers["saddle_numbness"]
        told = world.verdict(world.p).as_told[Disposition.EMERGENCY]
        yield world.alone("heard", numb.asked, numb.only("yes"), z3.Not(told))

    proof = prove(World(knowledge, deaf), Claim("z", "evaluator", somebody_is_heard))
    assert proof.outcome is Outcome.REFUTED
    assert proof.counterexample is not None
    ((_, verdict),) = proof.counterexample.people
    assert verdict.as_told is Disposition.EMERGENCY


@pytest.mark.parametrize("solver", SOLVERS)
def test_what_should_exist_and_does_not_is_a_refutation_without_a_person(
    world: World, solver: str
) -> None:
    pytest.importorskip(solver)
    proof = prove(world, IMPOSSIBLE, solver)
    assert proof.outcome is Outcome.REFUTED
    assert proof.failed == "both"
    assert proof.counterexample is None


@pytest.mark.parametrize("solver", SOLVERS)
def test_a_solver_that_runs_out_of_time_proves_nothing(world: World, solver: str) -> None:
    pytest.importorskip(solver)
    proof = prove(world, CLAIM["2"], solver, timeout=0.001)
    assert proof.outcome is Outcome.UNKNOWN
    assert proof.failed == "range"
    assert proof.counterexample is None


def test_a_solver_that_is_not_installed_is_said_plainly(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without_cvc5(name: str, *rest: Any, **more: Any) -> Any:
        if name == "cvc5":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without_cvc5)
    with pytest.raises(KnowledgeError, match="cvc5 is not installed") as error:
        prove(world, CLAIM["1"], "cvc5")
    assert "pip install" in error.value.problems[0].hint
    assert set(versions()) == {"z3"}


def test_the_versions_of_both_solvers_are_known() -> None:
    pytest.importorskip("cvc5")
    assert set(versions()) == set(SOLVERS)
    assert all(version[0].isdigit() for version in versions().values())


def test_an_obligation_in_the_standard_language_names_its_logic_and_asks_once(
    world: World,
) -> None:
    (obligation,) = CLAIM["18"].state(world)
    text = smt_lib(obligation)
    assert text.startswith("(set-logic QF_LIA)\n")
    assert text.count("(check-sat)") == 1
    assert "p.fever.asked" in text


def test_obligations_that_share_a_base_are_put_to_one_solver(world: World) -> None:
    asker = prover._Z3(60)
    kept = []
    for obligation in CLAIM["5"].state(world):
        assert asker.ask(obligation)[0] == "unsat"
        kept.append(asker.solver)
    assert len({id(solver) for solver in kept}) == 1
    assert asker.solver.num_scopes() == 0


def _proofs(*outcomes: tuple[str, str, Outcome]) -> list[Proof]:
    return [Proof(CLAIM[id_], solver, outcome, 0.1, 1) for id_, solver, outcome in outcomes]


def test_the_record_takes_the_worse_of_two_solvers(knowledge: Knowledge) -> None:
    proofs = _proofs(
        ("1", "z3", Outcome.PROVED),
        ("1", "cvc5", Outcome.PROVED),
        ("2", "z3", Outcome.UNKNOWN),
        ("2", "cvc5", Outcome.PROVED),
    )
    made = record(knowledge, proofs)
    assert made["logic"] == knowledge.hashes["logic"]
    assert made["code"] == code_digest()
    assert made["claims"]["1"]["outcome"] == "proved"
    assert made["claims"]["2"]["outcome"] == "unknown"
    assert made["claims"]["2"]["solvers"] == {"z3": "unknown", "cvc5": "proved"}
    assert made["claims"]["1"]["sentence"] == CLAIM["1"].sentence


def test_a_proof_of_other_rules_is_another_proof(knowledge: Knowledge) -> None:
    rules = {id_: rule for id_, rule in knowledge.rules.items() if id_ != "E15b"}
    fewer = replace(knowledge, rules=MappingProxyType(rules))
    (proof,) = prove_all(fewer, [CLAIM["6"]], ["z3"])
    assert proof.outcome is Outcome.REFUTED


# ------------------------------------------------------------------------------------- plain people


def without(knowledge: Knowledge, *ids: str) -> World:
    rest = {id_: rule for id_, rule in knowledge.rules.items() if id_ not in ids}
    return World(replace(knowledge, rules=MappingProxyType(rest)))


def test_a_claim_is_shown_to_fail_by_as_few_answers_as_can_be(knowledge: Knowledge) -> None:
    broken = without(knowledge, "E11")
    proof = prove(broken, CLAIM["5"])
    assert proof.outcome is Outcome.REFUTED
    shown = simplest(broken, CLAIM["5"], proof.failed)
    assert shown is not None
    ((answers, verdict),) = shown.people
    assert list(answers) == ["pulsating_belly"]
    assert verdict == scalar.Rules(broken.knowledge).verdict(answers)
    assert verdict.low < Disposition.EMERGENCY


def test_two_people_differ_only_where_they_must(knowledge: Knowledge) -> None:
    broken = without(knowledge, "E14b")
    proof = prove(broken, CLAIM["11"])
    shown = simplest(broken, CLAIM["11"], proof.failed)
    assert shown is not None
    (first, before), (second, after) = shown.people
    differ = [id_ for id_ in first if first[id_] != second[id_]]
    assert len(differ) <= 2
    assert sum(answer.possible == frozenset({"yes"}) for answer in first.values()) <= 6
    assert before.as_told is Disposition.EMERGENCY
    assert after.as_told < Disposition.SAME_DAY


def test_nobody_can_be_shown_for_a_case_that_is_not_there(world: World) -> None:
    assert simplest(world, IMPOSSIBLE, "both") is None
    assert simplest(world, FALSE, "it holds of some") is None
