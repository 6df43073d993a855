"""What an overlay breaks: checks of the knowledge, and safety claims with people who show it."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lumbago.answers import Answers
from lumbago.knowledge.check import promises_are_kept
from lumbago.knowledge.check_rules import RULE_CHECKS
from lumbago.knowledge.overlay import Overlay
from lumbago.triage.proof import is_proved
from lumbago.triage.scalar import Verdict

if TYPE_CHECKING:
    from lumbago.triage.prover import Proof


@dataclass(frozen=True, slots=True)
class BrokenCheck:
    """A check of the knowledge that passed before: its sentence, and what it says now."""

    sentence: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BrokenClaim:
    """A safety claim that no longer holds, or is no longer known to.

    `people` break it, as plain as they can be; of two the second differs from the first. A
    claim that some case must exist has nobody to show.
    """

    id: str
    name: str
    sentence: str
    outcome: str
    where: str
    people: tuple[tuple[Answers, Verdict], ...]


@dataclass(frozen=True, slots=True)
class Claims:
    """How the safety claims come out: how many were tried, and those that broke."""

    solver: str
    tried: int
    broken: tuple[BrokenClaim, ...]


def broken_checks(overlay: Overlay) -> tuple[BrokenCheck, ...]:
    """The checks of the rules and of the articles' signs that find more than in the shipped rules."""
    found = []
    for check in (*RULE_CHECKS, promises_are_kept):
        before = {problem.message for problem in check(overlay.shipped)}
        now = [p.message for p in check(overlay.knowledge) if p.message not in before]
        if now:
            sentence = (check.__doc__ or "").strip().splitlines()[0]
            found.append(BrokenCheck(sentence, tuple(now)))
    return tuple(found)


def solver_is_there() -> bool:
    """Whether the solver of the `prove` extra is installed."""
    return importlib.util.find_spec("z3") is not None


def broken_claims(
    overlay: Overlay,
    timeout: float = 60.0,
    tell: Callable[[str], None] = lambda _: None,
    only: Collection[str] = (),
) -> Claims:
    """Put the safety claims about the rules to Z3; `tell` hears of each before it is tried.

    A claim that is refuted of the shipped rules too is not counted as broken; one that is not known
    within `timeout` seconds a question is. With `only`, the claims of these ids are tried.
    """
    from lumbago.triage.claims import CLAIMS, World
    from lumbago.triage.prover import Outcome, prove, simplest, versions

    world, shipped = World(overlay.knowledge), None
    chosen = [claim for claim in CLAIMS if not only or claim.id in only]
    broken = []
    for claim in chosen:
        tell(f"{claim.id} {claim.name}")
        proof = prove(world, claim, "z3", timeout)
        if proof.outcome is Outcome.PROVED:
            continue
        if proof.outcome is Outcome.REFUTED and not is_proved(overlay.shipped):
            shipped = shipped or World(overlay.shipped)
            if prove(shipped, claim, "z3", timeout).outcome is Outcome.REFUTED:
                continue
        shown = simplest(world, claim, proof.failed, timeout) or proof.counterexample
        broken.append(_broken(proof, shown.people if shown else ()))
    return Claims(f"z3 {versions()['z3']}", len(chosen), tuple(broken))


def _broken(proof: Proof, people: tuple[tuple[Answers, Verdict], ...]) -> BrokenClaim:
    claim = proof.claim
    return BrokenClaim(
        claim.id, claim.name, claim.sentence, proof.outcome.value, proof.failed, people
    )
