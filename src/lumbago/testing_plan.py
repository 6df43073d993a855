"""Random lives for testing plans, and what must never be wrong with one, looked at from outside.

`life` draws a person, a log and a moment from a generator that is passed in; `faults` re-checks a
plan against the knowledge without using any part of the planner but its result.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from lumbago.answers import Case, Given, GivenValue, Profile
from lumbago.events import CheckIn, Chosen, Event, Log, Outcome, Payload, StepDone, Taken
from lumbago.knowledge.care import Interaction, Measure, Medicine
from lumbago.knowledge.model import Knowledge
from lumbago.planning.result import CarePlan, DatedItem
from lumbago.triage.scalar import POSSIBLE, Rules

ZONES: Final = (
    *("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"),
    *("Pacific/Apia", "America/St_Johns", "Africa/Casablanca", "Asia/Kathmandu"),
)
_DAY: Final = timedelta(days=1)
_FIRST: Final = datetime(2026, 1, 1, tzinfo=UTC)
_OUTCOMES: Final[tuple[Outcome, ...]] = ("done", "done", "done", "skipped", "worse", "stopped")
_ORDINARY: Final = ("lifted_or_bent", "pain_worse_with_movement", "pain_eases_lying_still")


def ordinary_answers(knowledge: Knowledge, **changes: GivenValue) -> dict[str, GivenValue]:
    """Every question answered as by an adult of 40 with an ordinary strain, but for `changes`."""
    found: dict[str, GivenValue] = {
        finding.id: "no" for finding in knowledge.findings.values() if finding.answer == "yes_no"
    }
    found |= dict.fromkeys(_ORDINARY, "yes")
    found |= {"age_years": 40, "sex_at_birth": "male", "pregnancy_status": "does_not_apply"}
    found |= {"pain_duration_days": 1, "pain_severity_0_10": 5, "temperature_celsius": 36.8}
    found |= {"nsaid_mg_last_24h": 0, "paracetamol_mg_last_24h": 0, "pain_site_low_back": "yes"}
    return found | changes


def life(knowledge: Knowledge, dice: Random) -> tuple[Case, Log, datetime]:
    """A person, what they did and took since, and the moment to plan for. Most have no danger sign."""
    zone = ZoneInfo(dice.choice(ZONES))
    told = _FIRST + timedelta(minutes=dice.randrange(365 * 24 * 60))
    now = told + timedelta(minutes=dice.choice((0, 5, 90, 600, 719, 1500, 6000)))
    case = Case(
        id="life",
        at=told.astimezone(zone),
        given={id_: Given(value) for id_, value in _answers(knowledge, dice).items()},
        profile=Profile(
            day=_day(dice, str(zone)), country=dice.choice(("US", "US", "GB", "GB", "DE", "", "FR"))
        ),
    )
    events = sorted(_moments(dice, told, now))
    log = tuple(
        _event(number, at, str(zone), _payload(knowledge, dice)) for number, at in enumerate(events)
    )
    before = now - timedelta(minutes=1)
    if dice.random() < 0.7:
        wanted = Chosen("medicine", dice.choice(("ibuprofen", "paracetamol", "naproxen")))
        log += (_event(len(log), before, str(zone), wanted),)
        declared = Chosen("medicines_logged", "all")
        log += (_event(len(log), before, str(zone), declared),)
    fresh = _fresh(knowledge, case)
    if dice.random() < 0.8:
        log += (_event(len(log), before, str(zone), CheckIn(answers=fresh)),)
    return case, log, now.astimezone(zone)


def _answers(knowledge: Knowledge, dice: Random) -> dict[str, GivenValue]:
    found = ordinary_answers(knowledge)
    found["age_years"] = dice.choice((12, 15, 16, 17, 18, 30, 30, 40, 40, 54, 55, 64, 65, 70, 90))
    found["pain_severity_0_10"] = dice.randrange(11)
    found["pain_duration_days"] = dice.choice((0, 0.5, 1, 2.9, 3, 5, 13, 14, 30, 41, 42, 80))
    if dice.random() < 0.4:
        found["sex_at_birth"] = "female"
        status = knowledge.findings["pregnancy_status"].choices
        found["pregnancy_status"] = dice.choice(status)
        found["pregnancy_ruled_out"] = dice.choice(("yes", "no"))
    yes_no = [f.id for f in knowledge.findings.values() if f.answer == "yes_no"]
    care = [id_ for id_ in yes_no if knowledge.findings[id_].topic.startswith("care_")]
    for pool, most in ((care, dice.choice((0, 0, 1, 3, 8))), (yes_no, dice.choice((0, 0, 2)))):
        for id_ in dice.sample(pool, dice.randrange(min(most, len(pool)) + 1)):
            found[id_] = dice.choice(("yes", "unsure"))
    for id_ in dice.sample(sorted(found), dice.choice((0, 0, 0, 0, 3, 40))):
        del found[id_]
    return found


def _day(dice: Random, zone: str) -> dict[str, object]:
    day: dict[str, object] = {"zone": zone}
    if dice.random() < 0.6:
        wake, sleep = dice.choice((("05:30", "21:00"), ("08:15", "00:45"), ("15:00", "07:00")))
        day |= {"wake": wake, "sleep": sleep}
    if dice.random() < 0.5:
        day["meals"] = dice.choice((["09:00", "13:30"], ["12:00"], ["07:00", "12:30", "19:45"]))
    if dice.random() < 0.4:
        day["work"] = dice.choice((["09:00", "17:00"], ["22:00", "06:00"]))
    return day


def _moments(dice: Random, told: datetime, now: datetime) -> Iterator[datetime]:
    for _ in range(dice.choice((0, 0, 3, 8, 20))):
        back = timedelta(minutes=dice.randrange(-30, 4 * 24 * 60))
        yield max(told - 2 * _DAY, now - back)


def _payload(knowledge: Knowledge, dice: Random) -> Payload:
    care = knowledge.care
    kind = dice.random()
    if kind < 0.4:
        ingredient = dice.choice(("ibuprofen", "ibuprofen", "naproxen", "paracetamol", "warfarin"))
        return Taken(ingredient, dice.choice((100, 200, 200, 220, 400, 500)))
    if kind < 0.7:
        outcome = dice.choice(_OUTCOMES)
        before = dice.randrange(101)
        after = max(0, min(100, before + dice.choice((-20, 0, 10, 30))))
        return StepDone(dice.choice(sorted(care.measures)), outcome, 10, before, after)
    if kind < 0.8:
        return Chosen("warmth", dice.choice(("heat", "cold", "alternating", "neither", "hot")))
    if kind < 0.9:
        return Chosen("medicine", dice.choice(("ibuprofen", "paracetamol", "naproxen", "none")))
    moving = [m.id for m in care.measures.values() if m.kind in ("exercise", "stretch")]
    if kind < 0.95 and moving:
        return Chosen("movement", dice.choice(moving))
    return Chosen(dice.choice(("add", "leave")), dice.choice(sorted(care.measures)))


def _event(number: int, at: datetime, zone: str, payload: Payload) -> Event:
    return Event(f"e{number}", at, at, zone, payload)


def _fresh(knowledge: Knowledge, case: Case) -> dict[str, object]:
    """Every answer that expires, given again."""
    lifetimes = knowledge.lifetimes
    return {
        id_: given.value
        for id_, given in case.given.items()
        if lifetimes[knowledge.findings[id_].lifetime].hours is not None
    }


# ---------------------------------------------------------------------------------------- faults


def faults(knowledge: Knowledge, case: Case, log: Log, plan: CarePlan) -> list[str]:
    """Everything that is wrong with a plan; empty for a good one."""
    if plan.refused is not None:
        parts = (plan.steps, plan.items, plan.outlook, plan.medicines, plan.now, plan.later)
        return ["a refused plan has steps"] if any(parts) else []
    return [
        *_gates(knowledge, plan),
        *_against(knowledge, plan),
        *_apart(knowledge, plan),
        *_awake(knowledge, case, plan),
        *_doses(log, plan),
    ]


def _gates(knowledge: Knowledge, plan: CarePlan) -> Iterator[str]:
    if not plan.assessment.triage.cleared:
        yield "a plan without a cleared verdict"
    age = plan.assessment.answers.get("age_years")
    low = getattr(age.possible, "low", None) if age else None
    if low is None or low < 16:
        yield f"a plan at age {low}"
    if any(step.dose for step in plan.medicines) and (low is None or low < 18):
        yield f"a dose at age {low}"
    if not plan.danger or not plan.reviews or not plan.checks:
        yield "no danger signs, no review or no next check"
    if any(item.end > plan.valid_until for item in plan.items):
        yield "a firm item after the danger answers expire"
    for id_, answer in plan.assessment.answers.items():
        hours = knowledge.lifetimes[knowledge.findings[id_].lifetime].hours
        given = answer.origin.given_at
        if hours is not None and given is not None and plan.at - given > timedelta(hours=hours):
            yield f"an expired answer: {id_}"


def _against(knowledge: Knowledge, plan: CarePlan) -> Iterator[str]:
    rules, answers = Rules(knowledge), plan.assessment.answers
    todo: list[Measure | Medicine] = [step.measure for step in plan.steps]
    todo += [step.medicine for step in plan.medicines if step.dose is not None]
    standing = [
        row
        for row in knowledge.care.safety.values()
        if row.action != "caution" and rules.holds(row.when, answers, POSSIBLE)
    ]
    for item in todo:
        for row in standing:
            if set(row.agents) & set(item.agents):
                yield f"{item.id} although {row.id}"
    effects = {e for population in plan.assessment.populations for e in population.effects}
    for item in todo:
        if isinstance(item, Medicine) and item.group == "nsaid" and "no_nsaid" in effects:
            yield f"{item.id} although no_nsaid"
        if isinstance(item, Medicine) and "no_medicine" in effects:
            yield f"{item.id} although no_medicine"
    never = [pair for pair in knowledge.care.interactions.values() if not pair.apart_minutes]
    for one in todo:
        for pair in never:
            others = {a for other in todo if other.id != one.id for a in other.agents}
            if pair.first in one.agents and pair.second in others:
                yield f"{one.id} together with {pair.second}"


def _apart(knowledge: Knowledge, plan: CarePlan) -> Iterator[str]:
    items = sorted((*plan.items, *plan.outlook), key=lambda item: item.start.astimezone(UTC))
    for one, other in pairwise(items):
        if other.start.astimezone(UTC) < one.end.astimezone(UTC):
            yield f"{one.measure} overlaps {other.measure}"
    measures = knowledge.care.measures
    pairs = [pair for pair in knowledge.care.interactions.values() if pair.apart_minutes]
    for index, one in enumerate(items):
        for other in items[index + 1 :]:
            gap = other.start.astimezone(UTC) - one.end.astimezone(UTC)
            if gap > _DAY:
                break
            yield from _too_close(measures[one.measure], measures[other.measure], gap, pairs)


def _too_close(
    one: Measure, other: Measure, gap: timedelta, pairs: list[Interaction]
) -> Iterator[str]:
    if one.id == other.id:
        shortest = min((dosage.gap_minutes for dosage in one.dosages), default=0)
        if gap < timedelta(minutes=shortest):
            yield f"{one.id} again after {gap}"
    for pair in pairs:
        first, second = pair.first, pair.second
        crossed = (first in one.agents and second in other.agents) or (
            second in one.agents and first in other.agents
        )
        if crossed and gap < timedelta(minutes=pair.apart_minutes):
            yield f"{one.id} and {other.id} only {gap} apart"


def _awake(knowledge: Knowledge, case: Case, plan: CarePlan) -> Iterator[str]:
    limits = knowledge.care.limits
    wake = _clock(case.profile.day.get("wake"), limits["wake"].values[0])
    sleep = _clock(case.profile.day.get("sleep"), limits["sleep"].values[0])
    days: dict[object, int] = {}
    for item in (*plan.items, *plan.outlook):
        start, length = _of_day(item.start), _length(item)
        into = (start - wake) % 1440
        if into + length > (sleep - wake) % 1440:
            yield f"{item.measure} at {item.start} while asleep"
        day = (item.start - timedelta(minutes=into)).date()
        days[day] = days.get(day, 0) + 1
    if any(number > limits["items_per_day"].values[0] for number in days.values()):
        yield f"too many items a day: {days}"
    for step in plan.medicines:
        if step.dose and step.at and (_of_day(step.at) - wake) % 1440 >= (sleep - wake) % 1440:
            yield f"a dose at {step.at} while asleep"


def _clock(value: object, default: int) -> int:
    return int(str(value)[:2]) * 60 + int(str(value)[3:]) if value else default


def _of_day(at: datetime) -> int:
    return at.hour * 60 + at.minute


def _length(item: DatedItem) -> int:
    return int((item.end.astimezone(UTC) - item.start.astimezone(UTC)).total_seconds() // 60)


def _doses(log: Log, plan: CarePlan) -> Iterator[str]:
    groups: dict[str, str] = {}
    for step in plan.medicines:
        if step.dose is None or step.at is None:
            continue
        medicine, at = step.medicine, step.at.astimezone(UTC)
        mine = [
            (event.happened_at.astimezone(UTC), event.payload.milligrams)
            for event in log
            if isinstance(event.payload, Taken) and event.payload.ingredient == medicine.id
        ]
        label = step.dose.label
        window = sum(mg for when, mg in mine if at - _DAY < when <= at)
        if window + step.dose.milligrams > min(
            label.most_per_day, medicine.ceiling_per_day or 10**6
        ):
            yield f"{medicine.id}: {window} + {step.dose.milligrams} mg"
        soonest = max(label.interval_minutes, medicine.interval_minutes)
        if any(at - when < timedelta(minutes=soonest) for when, _ in mine):
            yield f"{medicine.id} too soon at {at}"
        if at < plan.at.replace(second=0, microsecond=0) or at >= plan.valid_until:
            yield f"{medicine.id} at {at}, outside the time that holds"
        if medicine.group in groups:
            yield f"{medicine.id} with {groups[medicine.group]}"
        groups[medicine.group] = medicine.id
