"""The case as of now: every answer with the moment it was given, and what the log has added since.

Durations go on running: pain of two days told yesterday is pain of three days today. Own words are
read as of the moment they were told; what they said becomes answers of that moment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from lumbago.answers import Answer, Case, Given, Origin
from lumbago.errors import InputError, Problem
from lumbago.events import Log
from lumbago.fields import given_of
from lumbago.intake import Desk
from lumbago.knowledge.model import Finding, Knowledge
from lumbago.planning.history import Felt, History
from lumbago.planning.medicines import DAY, group_of, limit, minute_of
from lumbago.planning.names import parts_of
from lumbago.quantity import Interval, from_base
from lumbago.recovery.diary import diary_of
from lumbago.recovery.signs import findings_of

OVERDOSE: Final = "self_harm_or_overdose"
PAIN: Final = "pain_severity_0_10"
FEVER_REDUCERS: Final = ("nsaid", "paracetamol")
"""Groups of medicines that hide a fever."""
_MINUTE: Final = timedelta(minutes=1)


def present(
    desk: Desk, case: Case, log: Log, past: History, too_much: bool, now: datetime
) -> tuple[Case, tuple[Problem, ...]]:
    """The case as of `now`. Raises `InputError` if the case is told after `now`, or unreadable."""
    told = case.at or now
    if told > now:
        hint = "Start at or after the moment of the case."
        raise InputError(Problem("The plan would start before the case was told.", "at", hint))
    intake = desk.intake(replace(case, at=told))
    given: dict[str, Given] = {}
    for id_, answer in intake.answers.items():
        if answer.origin.kind not in ("derived", "profile"):
            given[id_] = _given(desk.knowledge, id_, answer, told, now)
    for id_ in _may_be_masked(desk.knowledge):
        if id_ in given and _masked(desk.knowledge, past, given[id_]):
            del given[id_]
    for one in sorted(past.felt, key=lambda one: one.minute):
        if one.at <= now:
            given |= _checked_in(desk, one, past, given, now)
    given = {id_: _standing(desk.knowledge, id_, one, now) for id_, one in given.items()}
    given |= _from_log(desk.knowledge, past, too_much, now)
    given |= _in_use(desk.knowledge, case, past, now)
    found = Case(id=case.id, at=now, given=given, profile=case.profile)
    return with_signs(desk, found, log, now), intake.problems


def with_signs(desk: Desk, case: Case, log: Log, now: datetime) -> Case:
    """The case with what the diary says: a sign that it shows, and that was denied, is unsure."""
    if not log:
        return case
    answers = desk.intake(case).answers
    given = dict(case.given)
    for id_, shown in findings_of(desk.knowledge, diary_of(log, answers, now, now)).items():
        told = given.get(id_)
        if told is None:
            value = "yes" if shown else "no"
        elif shown and told.value in ("no", False):
            value = "unsure"
        else:
            continue
        given[id_] = Given(value, Origin("derived", "diary", given_at=now))
    return replace(case, given=given)


def _standing(knowledge: Knowledge, id_: str, given: Given, now: datetime) -> Given:
    """A report of an alarming sign, or doubt about one, stands until it is answered otherwise."""
    alarming = knowledge.findings[id_].polarity == "alarming"
    if alarming and given.value not in ("no", False):
        return replace(given, origin=replace(given.origin, given_at=now))
    return given


def _from_log(
    knowledge: Knowledge, past: History, too_much: bool, now: datetime
) -> dict[str, Given]:
    """What the log itself answers: too much of something, and the sums of a log said to be whole."""
    origin = Origin("derived", "log", given_at=now)
    found = {OVERDOSE: Given("yes", origin)} if too_much else {}
    if past.complete(limit(knowledge.care, "danger_answers_hours"), now):
        since = minute_of(now) - DAY
        for group in FEVER_REDUCERS:
            finding = f"{group}_mg_last_24h"
            if finding in knowledge.findings:
                taken = past.sum_of(knowledge.care, group, since)
                highest = from_base(knowledge.findings[finding].high, "milligrams")
                found[finding] = Given(min(taken, highest), origin)
    return found


def _in_use(knowledge: Knowledge, case: Case, past: History, now: datetime) -> dict[str, Given]:
    """Another medicine of a group in use, by the profile, or logged and not one of the plan."""
    origin = Origin("derived", "medicines", given_at=now)
    parts = [p for name in case.profile.medicines for p in parts_of(knowledge, name) or ()]
    groups = {part.group for part in parts}
    groups |= {
        taking.group
        for taking in past.takings
        if taking.ingredient not in knowledge.care.medicines
        and taking.minute > minute_of(now) - DAY
    }
    named = {f"other_{group}_in_use" for group in groups} & knowledge.findings.keys()
    return {finding: Given("yes", origin) for finding in named}


def _may_be_masked(knowledge: Knowledge) -> tuple[str, ...]:
    """The signs that a medicine against fever hides."""
    return tuple(f.id for f in knowledge.findings.values() if f.void_denial_if is not None)


def _masked(knowledge: Knowledge, past: History, given: Given) -> bool:
    """Whether a denial was given within some hours after a medicine that hides the sign."""
    if given.value not in ("no", False) or given.origin.given_at is None:
        return False
    at = minute_of(given.origin.given_at)
    since = at - 60 * limit(knowledge.care, "fever_masked_hours")
    care = knowledge.care
    return any(
        since < taking.minute < at and group_of(care, taking) in FEVER_REDUCERS
        for taking in past.takings
    )


def given_times(case: Case) -> dict[str, datetime]:
    """When each answer of a present case was given."""
    return {
        id_: given.origin.given_at
        for id_, given in case.given.items()
        if given.origin.given_at is not None
    }


def _given(knowledge: Knowledge, id_: str, answer: Answer, told: datetime, now: datetime) -> Given:
    """An answer told at a moment, as of now."""
    finding = knowledge.findings[id_]
    at = answer.origin.given_at or told
    return Given(_value(finding, answer, now - told), replace(answer.origin, given_at=at))


def _value(finding: Finding, answer: Answer, since: timedelta) -> object:
    """An answer as it would be handed in now, a duration with the time that has passed since."""
    possible = answer.possible
    if isinstance(possible, frozenset):
        if finding.answer == "choice":
            return sorted(possible)
        return next(iter(possible)) if len(possible) == 1 else "unsure"
    assert finding.unit is not None
    passed = since // _MINUTE if finding.clock and finding.unit == "days" else 0
    low = min(possible.low + passed, finding.high)
    high = min(possible.high + passed, finding.high)
    return {"from": from_base(low, finding.unit), "to": from_base(high, finding.unit)}


def _checked_in(
    desk: Desk, one: Felt, past: History, before: Mapping[str, Given], now: datetime
) -> dict[str, Given]:
    """The answers of a check-in that are newer than those before."""
    found: dict[str, Given] = {}
    answers = dict(one.check_in.answers)
    if one.check_in.pain is not None:
        answers[PAIN] = from_base(one.check_in.pain, "score")
    for id_, value in answers.items():
        earlier = before[id_].origin.given_at if id_ in before else None
        if earlier is not None and earlier > one.at:
            continue
        finding = desk.knowledge.findings.get(id_)
        if finding is None:
            raise InputError(Problem(f"Unknown finding '{id_}'.", "check_in"))
        plain = given_of(value, f"check_in.answers.{id_}").value
        said = Given(plain, Origin("tap", given_at=one.at))
        if id_ in _may_be_masked(desk.knowledge) and _masked(desk.knowledge, past, said):
            continue  # what was said before the medicine stands until it expires
        answer = desk.answer(finding, said)
        found[id_] = _given(desk.knowledge, id_, answer, one.at, now)
    return found


def onset(answers: Mapping[str, Answer], now: datetime) -> tuple[datetime, datetime] | None:
    """The earliest and latest moment at which the pain can have begun; None if nobody knows."""
    duration = answers.get("pain_duration_days")
    if duration is None or not isinstance(duration.possible, Interval):
        return None
    return now - duration.possible.high * _MINUTE, now - duration.possible.low * _MINUTE
