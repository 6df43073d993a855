"""What a comparison amounts to: more help, no difference worth having, or not known yet.

Of each two arms: one *helps more* where the probability that it leaves pain lower by more than the
difference worth having is above `sure_enough`; there is *no difference worth having* where the
probability that they differ by no more than that is; else nobody can tell yet.

A person looks after every session, and each look is a chance to be wrong. So an answer exists only at
the end of a block, from `least_blocks` on, and rests on whole blocks alone; between two such looks
nothing changes, however often one looks. What is left of the danger is taken up by doubtful priors.
docs/trial.md has the measured rate of false claims over all looks of a comparison.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from typing import Final, Literal

from lumbago.events import Log
from lumbago.knowledge.care import Care
from lumbago.knowledge.recovery import Recovery
from lumbago.recovery.nof1.design import Design
from lumbago.recovery.nof1.model import Difference, Observation, Posterior, Priors, fit
from lumbago.recovery.nof1.sessions import Trial, last_trial, observations

Kind = Literal["helps_more", "no_difference", "cannot_tell"]
State = Literal["running", "complete", "stopped", "out_of_time"]

_EDGES: Final = (0.025, 0.975)


@dataclass(frozen=True, slots=True)
class Pair:
    """What is known of two arms; `better` is the one after which pain is expected to be lower.

    `probability` is that of what `kind` says (of the likelier of the two where nobody can tell).
    `mean`, `low` and `high` are the difference in points of 0-10, with its 95 % interval.
    """

    better: str
    other: str
    kind: Kind
    probability: float
    helps_more: float
    no_difference: float
    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Looked:
    """The answer at the end of a block: the pairs, and the posterior that they come from."""

    blocks: int
    sessions: tuple[Observation, ...]
    posterior: Posterior
    pairs: tuple[Pair, ...]

    def pair(self, one: str, other: str) -> Pair | None:
        """What is known of two arms, in either order."""
        wanted = {one, other}
        return next((p for p in self.pairs if {p.better, p.other} == wanted), None)

    @property
    def best(self) -> str:
        """The arm that helps more than every other one; empty where there is none."""
        arms = self.posterior.arms
        for arm in arms:
            beaten = {p.other for p in self.pairs if p.kind == "helps_more" and p.better == arm}
            if len(beaten) == len(arms) - 1:
                return arm
        return ""

    @property
    def settled(self) -> bool:
        """Whether any two arms can be told apart, or told to be alike."""
        return any(pair.kind != "cannot_tell" for pair in self.pairs)


@dataclass(frozen=True, slots=True)
class Result:
    """A comparison with its answer as of a moment; `looked` is None while it is too early for one.

    `state`: whether it goes on, and if not, why. `blocks_done` of `trial.blocks` are through; the
    first answer comes after `first_look` blocks, the next after `next_look` (None: no more).
    """

    trial: Trial
    at: datetime
    state: State
    blocks_done: int
    first_look: int
    next_look: int | None
    looked: Looked | None

    @property
    def heat_or_cold(self) -> Pair | None:
        """What is known of heat against cold, where both were compared."""
        return self.looked.pair("heat", "cold") if self.looked else None


def result_of(recovery: Recovery, care: Care, log: Log, now: datetime) -> Result | None:
    """The last comparison of a log as of `now`; None where there was none."""
    if not recovery.comparison:
        return None
    design = Design.of(recovery)
    trial = last_trial(tuple(e for e in log if e.happened_at <= now), design)
    if trial is None:
        return None
    done = trial.blocks_done(now, design)
    least = design.least_blocks
    looked = None
    if done >= least:
        seen = observations(trial, log, care, design, done)
        looked = look(seen, trial.arms, Priors.of(recovery), design, done)
    state = _state(trial, now, design)
    more = [block for block in range(least, trial.blocks + 1) if block > done]
    return Result(
        trial=trial,
        at=now,
        state=state,
        blocks_done=done,
        first_look=least,
        next_look=more[0] if more and state == "running" else None,
        looked=looked,
    )


def _state(trial: Trial, now: datetime, design: Design) -> State:
    if trial.stopped_at:
        return "stopped"
    if trial.pending(now, design) is not None:
        return "running"
    if trial.next_slot() is None:
        return "complete"
    over = now > trial.began_at + timedelta(days=design.most_days)
    return "out_of_time" if over or len(trial.open_arms) < 2 else "running"


def look(
    seen: tuple[Observation, ...],
    arms: Iterable[str],
    priors: Priors,
    design: Design,
    blocks: int,
) -> Looked | None:
    """The answer from the sessions of whole blocks; None where an arm was never scored."""
    present = {one.arm for one in seen}
    compared = tuple(arm for arm in arms if arm in present)
    if len(compared) < 2:
        return None
    posterior = fit(seen, compared, priors)
    pairs = tuple(_pair(posterior, one, other, design) for one, other in combinations(compared, 2))
    return Looked(blocks, seen, posterior, pairs)


def _pair(posterior: Posterior, one: str, other: str, design: Design) -> Pair:
    difference = posterior.difference(one, other)
    if difference.mean < 0:
        one, other, difference = other, one, posterior.difference(other, one)
    helps, same = (
        difference.above(design.worth_having),
        difference.within(design.worth_having),
    )
    kind = _kind(helps, same, design.sure_enough)
    probability = {"helps_more": helps, "no_difference": same}.get(kind, max(helps, same))
    low, high = (difference.quantile(share) for share in _EDGES)
    return Pair(one, other, kind, probability, helps, same, difference.mean, low, high)


def _kind(helps: float, same: float, sure: float) -> Kind:
    if helps > sure:
        return "helps_more"
    return "no_difference" if same > sure else "cannot_tell"


def preferred(recovery: Recovery, result: Result | None) -> str:
    """The option of the plan's choice between heat and cold that a settled answer speaks for.

    Heat or cold where it helped more than the other; neither where rest as usual helped more than
    both. Empty where the answer speaks for nothing: then the default of everybody stands.
    """
    if result is None or result.looked is None:
        return ""
    looked, choices = result.looked, _choices(recovery)
    pair = looked.pair("heat", "cold")
    if pair is None:
        return ""
    if looked.best:
        return choices.get(looked.best, "")
    return choices.get(pair.better, "") if pair.kind == "helps_more" else ""


def _choices(recovery: Recovery) -> Mapping[str, str]:
    return {arm.id: arm.choice for arm in recovery.arms.values()}


__all__ = ["Difference", "Looked", "Pair", "Result", "look", "preferred", "result_of"]
