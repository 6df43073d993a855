"""Random diaries of comparing, and whether anything unsafe was ever offered in one, from outside.

`diary` draws a life and a comparison in it, of any arms, begun at any time, scored, missed, stopped;
`offered` asks for everything that may be asked for; `faults` re-checks what was offered against the
knowledge without any part of the gate but its result.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Final

from lumbago.answers import Given
from lumbago.comparison import Situation, begin, offer, start
from lumbago.events import Event, Payload, Session, SessionScored, TrialBegun, TrialStopped
from lumbago.knowledge.model import Disposition, Knowledge
from lumbago.planning.day import day_of
from lumbago.planning.plan import plan
from lumbago.quantity import Interval
from lumbago.recovery.nof1.design import Design, order
from lumbago.recovery.nof1.sessions import last_trial
from lumbago.testing_plan import life
from lumbago.triage.scalar import POSSIBLE, Rules

_SEED: Final = 16


@dataclass(frozen=True, slots=True)
class Offered:
    """What a person was offered at a moment: the arms of a comparison, and the arm of a session."""

    arms: tuple[str, ...]
    session: Session | None

    @property
    def anything(self) -> bool:
        """Whether anything was offered."""
        return bool(self.arms) or self.session is not None


def diary(knowledge: Knowledge, dice: Random) -> Situation:
    """A person with a life and, mostly, a comparison in it, at the moment of asking."""
    case, log, now = life(knowledge, dice)
    if dice.random() < 0.7:
        likely = {
            "age_years": 40,
            "pain_severity_0_10": 5,
            "pain_duration_days": dice.choice((1, 5)),
        }
        case = replace(case, given={**case.given, **{id_: Given(v) for id_, v in likely.items()}})
    if dice.random() < 0.7:
        log = (*log, *_comparison(knowledge, dice, now))
    day = day_of(knowledge.care, case.profile.day, now)
    return Situation(knowledge, plan(knowledge, case, log, now=now), day, log, now)


def _comparison(knowledge: Knowledge, dice: Random, now: datetime) -> Iterator[Event]:
    """A comparison that began some time ago, perhaps of arms that would not be offered now."""
    known = tuple(knowledge.recovery.arms)
    arms = tuple(sorted(dice.sample(known, dice.choice((2, 3, 3)))))
    begun = TrialBegun(dice.randbytes(_SEED).hex(), arms, dice.randrange(4, 8))
    zone, at = "UTC", now - timedelta(hours=dice.choice((0, 5, 20, 40, 90, 130)))
    yield Event("trial", at, at, zone, begun)
    for slot in order(begun.seed, arms, begun.blocks)[: dice.randrange(12)]:
        if at > now - timedelta(hours=dice.choice((0, 0, 2, 4, 4, 4))):
            break
        id_ = f"session-{slot.number}"
        before = dice.randrange(0, 101)
        session = Session(slot.arm, before, block=slot.block, trial="trial", number=slot.number)
        yield Event(id_, at, at, zone, session)
        if dice.random() < 0.8:
            later = at + timedelta(minutes=dice.choice((21, 45, 50, 55, 120)))
            trouble = dice.choice(("", "", "", "", "skin", "worse", "cut_short"))
            scored: Payload = SessionScored(id_, later=dice.randrange(0, 101), trouble=trouble)
            yield Event(f"{id_}-scored", later, later, zone, scored)
        at += timedelta(hours=dice.choice((1, 3.5, 4, 8, 14)))
    if dice.random() < 0.2:
        yield Event("stopped", at, at, zone, TrialStopped("trial"))


def offered(here: Situation, dice: Random) -> Offered:
    """Ask to begin, and for the next session, with any pain."""
    begun = begin(here, dice.randbytes(_SEED))
    session = start(here, dice.randrange(0, 101))
    return Offered(
        begun.arms if isinstance(begun, TrialBegun) else (),
        session if isinstance(session, Session) else None,
    )


def faults(here: Situation, found: Offered) -> list[str]:
    """Everything that is wrong with what was offered; empty where all is well."""
    return [*_blocked(here, found), *_not_cleared(here, found), *_session(here, found)]


def _blocked(here: Situation, found: Offered) -> Iterator[str]:
    """An arm against which a row of the knowledge stands, known or not yet answered."""
    knowledge, answers = here.knowledge, here.plan.assessment.answers
    rules = Rules(knowledge)
    standing = [
        row
        for row in knowledge.care.safety.values()
        if row.action != "caution" and rules.holds(row.when, answers, POSSIBLE)
    ]
    wanted = {*found.arms, *([found.session.arm] if found.session else [])}
    for arm in sorted(wanted):
        measure = knowledge.care.measures.get(knowledge.recovery.arms[arm].measure)
        for row in standing if measure is not None else ():
            assert measure is not None, "rest stands for no measure"
            if set(row.agents) & {*measure.agents, "more_than_calm"}:
                yield f"{arm} although {row.id}"


def _not_cleared(here: Situation, found: Offered) -> Iterator[str]:
    triage = here.plan.assessment.triage
    if not found.anything:
        return
    if here.plan.refused is not None or not triage.cleared:
        yield "offered although there is no plan"
    if triage.verdict.as_told >= Disposition.SOON:
        yield f"offered at {triage.verdict.as_told.id}"
    age = here.plan.assessment.answers.get("age_years")
    if age is None or not isinstance(age.possible, Interval) or age.possible.low < 16:
        yield "offered although the age does not allow it"


def _session(here: Situation, found: Offered) -> Iterator[str]:
    """A session that is not the one that was dealt, or comes too soon, too often or too late."""
    session, design = found.session, Design.of(here.knowledge.recovery)
    trial = last_trial(here.log, design)
    if session is None:
        return
    if trial is None or trial.stopped_at is not None:
        yield "a session of no comparison"
        return
    if session.before >= design.too_strong:
        yield f"a session at a pain of {session.before} tenths"
    if (session.number, session.arm) not in {(s.number, s.arm) for s in trial.slots}:
        yield "a session that was not dealt"
    if session.arm in trial.ended:
        yield f"{session.arm} again after trouble with the skin"
    if here.now > trial.began_at + timedelta(days=design.most_days):
        yield "a session after the last day"
    for sitting in trial.sittings:
        if here.now < sitting.at + design.apart and sitting.at <= here.now:
            yield "a session before the last one has worn off"


def check_lives(knowledge: Knowledge, people: int, seed: int) -> tuple[int, int, list[str]]:
    """How many of so many diaries were offered a comparison and a session, and every fault."""
    begun, sessions, found = 0, 0, []
    for number in range(people):
        dice = Random(f"{seed}:{number}")
        here = diary(knowledge, dice)
        was = offered(here, dice)
        assert offer(here).arms == was.arms, "asking twice gives the same"
        begun += bool(was.arms)
        sessions += was.session is not None
        found += [f"{number}: {fault}" for fault in faults(here, was)]
    return begun, sessions, found
