"""What follows an answer: the plan, the check-ins and the course of one person. Pure steps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from lumbago.answers import Case
from lumbago.checkin import outcome
from lumbago.events import Assessed, Event, Payload, Told, standing
from lumbago.knowledge.model import Knowledge
from lumbago.planning.plan import plan
from lumbago.planning.present import CurrentCase, current_case
from lumbago.planning.result import CarePlan
from lumbago.screens.judge import Judge
from lumbago.screens.visit import Timer, Visit
from lumbago.wire import assessment_json, case_json, case_of

_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class Moment:
    """What an entry needs of the world: the moment, the zone of the place, and an id for each."""

    now: datetime
    zone: str
    ids: Iterable[str]


def noted(knowledge: Knowledge, visit: Visit, moment: Moment, *payloads: Payload) -> Visit:
    """The visit with new entries in its log."""
    ids = iter(moment.ids)
    events = tuple(
        Event(next(ids), moment.now, moment.now, moment.zone, payload, knowledge.hash)
        for payload in payloads
    )
    return replace(visit, log=(*visit.log, *events), revision=visit.revision + 1)


def tell(judge: Judge, visit: Visit, moment: Moment) -> Visit:
    """The visit with its case, and the assessment as it is shown, in the log."""
    profile = replace(visit.case.profile, country=visit.settings.country)
    case = replace(visit.case, profile=profile)
    shown = assessment_json(judge.knowledge, judge(case))
    visit = noted(judge.knowledge, visit, moment, Told(case_json(case)), Assessed(shown))
    return replace(visit, untold=False)


def told_case(visit: Visit) -> Case | None:
    """The case as it was last told, for the country that is chosen now; None if none was told."""
    told = [event for event in standing(visit.log) if isinstance(event.payload, Told)]
    if not told:
        return None
    payload = told[-1].payload
    assert isinstance(payload, Told)
    case = case_of(payload.case)
    return replace(case, profile=replace(case.profile, country=visit.settings.country))


def own_words(visit: Visit) -> str:
    """The last own words of the episode: a case that is told again need not repeat them."""
    told = [e.payload for e in standing(visit.log) if isinstance(e.payload, Told)]
    return next((text for one in reversed(told) if (text := one.case.get("text"))), visit.words)


def plan_of(knowledge: Knowledge, visit: Visit, now: datetime) -> CarePlan | None:
    """The plan as of now; None where nothing was told, or something changed since."""
    case = told_case(visit)
    if case is None or visit.untold:
        return None
    return plan(knowledge, case, visit.log, now=now, memory=visit.memory)


def current_of(knowledge: Knowledge, visit: Visit, now: datetime) -> CurrentCase:
    """The case as it stands now, with what the pain scores say."""
    return current_case(knowledge, visit.log, now, memory=visit.memory)


def checked_in(knowledge: Knowledge, visit: Visit, now: datetime) -> tuple[Visit, tuple[str, ...]]:
    """The visit after the check-in that is its last entry, and the alarms that were raised."""
    found = outcome(knowledge, visit.log, visit.log[-1], now)
    return replace(visit, case=found.current.case, before=(), untold=False), found.alarms


# ------------------------------------------------------------------------------------------ timers


def started(visit: Visit, measure: str, minutes: int, now: datetime) -> Visit:
    """A timer begins; one that ran before is gone."""
    return replace(visit, timer=Timer(measure, minutes, now + timedelta(minutes=minutes)))


def paused(visit: Visit, now: datetime) -> Visit:
    """The timer stands still; unchanged if none runs."""
    timer = visit.timer
    if timer is None or timer.ends is None:
        return visit
    return replace(visit, timer=replace(timer, ends=None, left=seconds_left(timer, now)))


def resumed(visit: Visit, now: datetime) -> Visit:
    """The timer goes on where it stood; unchanged if it runs."""
    timer = visit.timer
    if timer is None or timer.ends is not None:
        return visit
    return replace(visit, timer=replace(timer, ends=now + timedelta(seconds=timer.left), left=0))


def seconds_left(timer: Timer, now: datetime) -> int:
    """How many seconds are left of a timer, running or not."""
    if timer.ends is None:
        return timer.left
    return max(0, int((timer.ends - now).total_seconds()))


def minutes_done(timer: Timer, now: datetime) -> int:
    """How many whole minutes of a timer have passed."""
    return timer.minutes - -(-seconds_left(timer, now) // _SECONDS)
