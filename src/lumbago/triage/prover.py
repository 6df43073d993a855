"""Running the claims: two solvers, four outcomes, and counterexamples as readable people."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import z3

from lumbago.answers import Answers
from lumbago.errors import KnowledgeError, Problem
from lumbago.knowledge.model import Knowledge
from lumbago.triage import scalar
from lumbago.triage.claims import Claim, Obligation, World
from lumbago.triage.proof import code_digest
from lumbago.triage.smt import Bool, SymbolicCase, decode

FORMAT: Final = 1


class Outcome(StrEnum):
    """How a proof ends; only PROVED passes."""

    PROVED = "proved"
    REFUTED = "refuted"
    UNKNOWN = "unknown"
    NOT_TRANSLATABLE = "not translatable"


@dataclass(frozen=True, slots=True)
class Counterexample:
    """The people that break a claim, each re-run through the scalar definition."""

    obligation: str
    people: tuple[tuple[Answers, scalar.Verdict], ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """How one claim came out under one solver, in seconds, with what stands against it."""

    claim: Claim
    solver: str
    outcome: Outcome
    seconds: float
    obligations: int
    failed: str = ""
    counterexample: Counterexample | None = None


def versions() -> dict[str, str]:
    """The solvers that are installed, with their versions."""
    found = {"z3": z3.get_version_string()}
    try:
        import cvc5
    except ImportError:
        return found
    return found | {"cvc5": cvc5.__version__}


def prove(world: World, claim: Claim, solver: str = "z3", timeout: float = 60.0) -> Proof:
    """Prove one claim with one solver; `timeout` seconds for each obligation."""
    started = time.perf_counter()
    asker: _Z3 | _Cvc5 = _Z3(timeout) if solver == "z3" else _Cvc5(timeout)
    number = 0
    outcome, failed, counterexample = Outcome.PROVED, "", None
    for obligation in claim.state(world):
        number += 1
        answer, model = asker.ask(obligation)
        if answer == obligation.expect:
            continue
        failed = obligation.name
        outcome = Outcome.UNKNOWN if answer == "unknown" else Outcome.REFUTED
        if model is not None:
            counterexample = _decoded(world, obligation, model)
        break
    seconds = time.perf_counter() - started
    return Proof(claim, solver, outcome, seconds, number, failed, counterexample)


class _Z3:
    """Z3, keeping the base of an obligation stated while the next one shares it."""

    def __init__(self, timeout: float) -> None:
        self.timeout = int(timeout * 1000)
        self.base: object = None
        self.solver = z3.Solver()

    def ask(self, obligation: Obligation) -> tuple[str, z3.ModelRef | None]:
        """What the solver says of an obligation, and a model where there is one."""
        if obligation.base is not self.base:
            self.solver, self.base = z3.Solver(), obligation.base
            self.solver.set("timeout", self.timeout)
            self.solver.add(*obligation.base)
        self.solver.push()
        self.solver.add(*obligation.formulas)
        answer = str(self.solver.check())
        model = self.solver.model() if answer == "sat" else None
        self.solver.pop()
        return answer, model


class _Cvc5:
    """cvc5, reading the same obligation in the standard language."""

    def __init__(self, timeout: float) -> None:
        try:
            import cvc5
        except ImportError:
            raise KnowledgeError(
                Problem("The solver cvc5 is not installed.", hint="pip install 'lumbago[prove]'")
            ) from None
        self.cvc5: Any = cvc5
        self.timeout = str(int(timeout * 1000))

    def ask(self, obligation: Obligation) -> tuple[str, None]:
        """What the solver says of an obligation; models are left to Z3."""
        solver = self.cvc5.Solver()
        solver.setOption("tlimit-per", self.timeout)
        parser = self.cvc5.InputParser(solver)
        language = self.cvc5.InputLanguage.SMT_LIB_2_6
        parser.setStringInput(language, smt_lib(obligation), obligation.name)
        symbols, answer = parser.getSymbolManager(), "unknown"
        while not (command := parser.nextCommand()).isNull():
            said = str(command.invoke(solver, symbols)).strip()
            answer = said if said in ("sat", "unsat") else answer
        return answer, None


def smt_lib(obligation: Obligation) -> str:
    """An obligation in the standard language, for any other solver."""
    solver = z3.Solver()
    solver.add(*obligation.base, *obligation.formulas)
    return f"(set-logic QF_LIA)\n{solver.to_smt2()}"


def _decoded(world: World, obligation: Obligation, model: z3.ModelRef) -> Counterexample:
    rules = scalar.Rules(world.knowledge)
    people = []
    for case in obligation.cases:
        answers = decode(model, case)
        people.append((answers, rules.verdict(answers)))
    return Counterexample(obligation.name, tuple(people))


def simplest(
    world: World, claim: Claim, failed: str, timeout: float = 60.0
) -> Counterexample | None:
    """The people that break an obligation of a claim, as plain as they can be.

    As far as it can be had, in this order: a second person is like the first, questions are not
    asked, answers are no. None if nobody can be shown, or not in `timeout` seconds a question.
    """
    obligation = next(one for one in claim.state(world) if one.name == failed)
    if obligation.expect == "sat":
        return None
    solver = z3.Solver()
    solver.set("timeout", int(timeout * 1000))
    solver.add(*obligation.base, *obligation.formulas)
    if solver.check() != z3.sat:
        return None
    granted: list[Bool] = []
    for place, wishes in enumerate(_wishes(obligation.cases)):
        named = []
        for number, wish in enumerate(wishes):
            named.append(z3.Bool(f"wish.{place}.{number}"))
            solver.add(z3.Implies(named[-1], wish))
        granted += _granted(solver, granted, named)
    answer = solver.check(*granted)
    return _decoded(world, obligation, solver.model()) if answer == z3.sat else None


def _wishes(cases: tuple[SymbolicCase, ...]) -> Iterator[list[Bool]]:
    first = cases[0].answers
    yield [a.same_as(first[id_]) for case in cases[1:] for id_, a in case.answers.items()]
    answers = [answer for case in cases for answer in case.answers.values()]
    yield [z3.Not(answer.asked) for answer in answers]
    yield [answer.only("no") for answer in answers if "no" in answer.values]


def _granted(solver: z3.Solver, granted: list[Bool], wishes: list[Bool]) -> list[Bool]:
    """As many wishes as go together: all but those in a conflict, then what of these still can be."""
    kept = {str(wish): wish for wish in wishes}
    doubtful: list[Bool] = []
    while solver.check(*granted, *kept.values()) == z3.unsat:
        core = [str(one) for one in solver.unsat_core() if str(one) in kept]
        if not core:
            return []
        doubtful += [kept.pop(name) for name in core]
    for wish in doubtful:
        if solver.check(*granted, *kept.values(), wish) == z3.sat:
            kept[str(wish)] = wish
    return list(kept.values())


def prove_all(
    knowledge: Knowledge, claims: Iterable[Claim], solvers: Iterable[str], timeout: float = 60.0
) -> Iterator[Proof]:
    """Prove claims one after the other, each with every solver."""
    solvers = tuple(solvers)
    world = World(knowledge)
    for claim in claims:
        for solver in solvers:
            yield prove(world, claim, solver, timeout)


def record(knowledge: Knowledge, proofs: Iterable[Proof]) -> dict[str, Any]:
    """What `proof.json` holds: hashes, solver versions, and the outcome of every claim."""
    claims: dict[str, Any] = {}
    for proof in proofs:
        entry = claims.setdefault(
            proof.claim.id,
            {
                "name": proof.claim.name,
                "sentence": proof.claim.sentence,
                "outcome": Outcome.PROVED.value,
                "solvers": {},
            },
        )
        entry["solvers"][proof.solver] = proof.outcome.value
        if proof.outcome is not Outcome.PROVED:
            entry["outcome"] = proof.outcome.value
    return {
        "format": FORMAT,
        "logic": knowledge.hashes["logic"],
        "care": knowledge.hashes["care"],
        "code": code_digest(),
        "solvers": versions(),
        "claims": claims,
    }
