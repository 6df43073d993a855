"""An entry of the record in one line."""

from __future__ import annotations

from collections.abc import Iterator

from lumbago.checkin import alarms
from lumbago.events import (
    Assessed,
    CheckIn,
    Chosen,
    Erased,
    Event,
    Note,
    Session,
    SessionScored,
    StepDone,
    Taken,
    Told,
    TrialBegun,
    TrialStopped,
)
from lumbago.knowledge.model import Knowledge
from lumbago.quantity import from_base
from lumbago.wording import Wording


def line(knowledge: Knowledge, event: Event) -> str:
    """What happened, in plain words."""
    wording = Wording(knowledge)
    parts = list(_parts(wording, event))
    if event.supersedes:
        parts.append(wording.message("log_corrects", id=event.supersedes))
    return " · ".join(parts)


def _parts(wording: Wording, event: Event) -> Iterator[str]:
    match event.payload:
        case CheckIn():
            yield from _check_in(wording, event, event.payload)
        case Taken(ingredient=ingredient, milligrams=mg, product=product):
            yield wording.message("log_dose", mg=mg, ingredient=product or ingredient)
        case StepDone():
            yield from _step(wording, event.payload)
        case Note(text=text):
            yield f"“{text}”"
        case Chosen(choice=choice, value=value):
            yield wording.message("log_chosen", choice=choice, value=value)
        case Session(arm=arm, before=before):
            yield wording.message("log_session", arm=arm)
            yield wording.message("log_pain", pain=from_base(before, "score"))
        case TrialBegun(arms=arms):
            yield wording.message("log_trial", arms=", ".join(arms))
        case SessionScored():
            yield from _scored(wording, event.payload)
        case TrialStopped():
            yield wording.message("log_trial_stopped")
        case Told(case=case):
            yield wording.message("log_told", n=len(case.get("answers", {})))
        case Assessed(assessment=assessment):
            named = str(assessment["triage"]["disposition"])
            title = wording.words["dispositions"][named]["title"]
            yield wording.message("log_assessed", title=title)
        case Erased(events=events):
            yield wording.message("log_erased_here", n=events)


def _scored(wording: Wording, said: SessionScored) -> Iterator[str]:
    yield wording.message("log_scored")
    for tenths in (said.after, said.later):
        if tenths is not None:
            yield wording.message("log_pain", pain=from_base(tenths, "score"))
    if said.trouble:
        yield said.trouble


def _check_in(wording: Wording, event: Event, said: CheckIn) -> Iterator[str]:
    if said.pain is not None:
        yield wording.message("log_pain", pain=from_base(said.pain, "score"))
    for name, score in said.activities.items():
        yield wording.message("log_activity", name=name, score=from_base(score, "score"))
    if said.roland_morris is not None:
        yield wording.message("log_roland", score=said.roland_morris)
    reported = alarms(wording.knowledge, event)
    if reported:
        names = ", ".join(wording.short(finding) for finding in reported)
        yield wording.message("log_reports", findings=names)
    denied = len(said.answers) - len(reported)
    if denied:
        yield wording.message("log_denies", n=denied)


def _step(wording: Wording, step: StepDone) -> Iterator[str]:
    yield wording.message("log_step", measure=step.measure, outcome=step.outcome)
    if step.minutes is not None:
        yield wording.message("log_minutes", n=step.minutes)
    if step.before is not None and step.after is not None:
        before, after = from_base(step.before, "score"), from_base(step.after, "score")
        yield wording.message("log_change", before=before, after=after)
