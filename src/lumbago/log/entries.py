"""Entries of the record from the terminal: check-ins, doses, steps, notes, whole assessments."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from typing import Any, Final

from lumbago.answers import Case
from lumbago.ask import interview
from lumbago.assess import Assessment, assess
from lumbago.checkin import Form, Said, form, is_worse, outcome, payload
from lumbago.episode import DAY, OVER, is_over
from lumbago.errors import InputError, Problem
from lumbago.event_files import event_of, payload_json
from lumbago.events import Assessed, Event, Payload, Taken, Told
from lumbago.fields import VERSION, moment
from lumbago.interview import is_mark
from lumbago.log.edge import Edge, open_record, tell, who
from lumbago.log.talk import Filled, fill, tenths_of
from lumbago.quantity import dose, from_base
from lumbago.store import Episode, Person, Record, new_id
from lumbago.terminal import show_assessment
from lumbago.wire import assessment_json, case_json, dumps

_LAST: Final = 200
Made = tuple[Episode, Event]


def current_episode(edge: Edge, record: Record, person: Person) -> Episode:
    """The episode that goes on, or a new one where there is none or the last is over."""
    episodes = record.episodes(person)
    if episodes and not is_over(record.last(episodes[-1], _LAST)):
        return episodes[-1]
    edge.say("log_new_episode")
    return record.begin(person, edge.now())


def event(edge: Edge, options: argparse.Namespace, kind: str, data: Mapping[str, Any]) -> Event:
    """An entry, checked like any that comes from outside. Raises `InputError`."""
    now = edge.now()
    at = moment(getattr(options, "at", None), "--at") or now
    if at > now:
        raise InputError(Problem("That is in the future.", "--at", "Check day, time and offset."))
    return event_of(
        {
            "lumbago": VERSION,
            "id": new_id(edge.dice),
            "kind": kind,
            "happened_at": at.isoformat(),
            "recorded_at": now.isoformat(),
            "zone": edge.zone(options),
            "payload": {key: value for key, value in data.items() if value is not None},
            "knowledge": edge.knowledge.hash,
            "supersedes": getattr(options, "corrects", ""),
        },
        edge.knowledge,
    )


def add_dose(edge: Edge, options: argparse.Namespace) -> int:
    """A medicine that was taken."""
    data = {"ingredient": options.ingredient, "milligrams": dose(options.amount)}
    return _simple(edge, options, "taken", {**data, "product": options.product or None})


def add_step(edge: Edge, options: argparse.Namespace) -> int:
    """A step of the plan."""
    ends = {end: _score(getattr(options, end), f"--{end}") for end in ("before", "after")}
    data = {"measure": options.measure, "outcome": options.outcome, "minutes": options.minutes}
    return _simple(edge, options, "step", {**data, **ends})


def add_note(edge: Edge, options: argparse.Namespace) -> int:
    """Own words."""
    return _simple(edge, options, "note", {"text": options.text, "about": options.about or None})


def end_episode(edge: Edge, options: argparse.Namespace) -> int:
    """This spell of pain is over."""
    _simple(edge, options, "chosen", payload_json(OVER))
    edge.say("log_over")
    return 0


def _simple(edge: Edge, options: argparse.Namespace, kind: str, data: Mapping[str, Any]) -> int:
    """One entry that changes no advice by itself."""
    made = event(edge, options, kind, data)
    with open_record(edge, options) as record:
        person = who(edge, options, record)
        _keep(edge, record, current_episode(edge, record, person), made)
        if isinstance(made.payload, Taken):
            _say_day(edge, record, person, made.payload.ingredient)
    return 0


def _keep(edge: Edge, record: Record, episode: Episode, made: Event) -> None:
    record.append(episode, [made])
    tell(edge, record.new)
    edge.say("log_saved", id=made.id)


def _say_day(edge: Edge, record: Record, person: Person, ingredient: str) -> None:
    """What was taken of one medicine in the last day, in any episode."""
    doses = (entry.payload for entry in record.since(person, edge.now() - DAY, "taken"))
    same = [d.milligrams for d in doses if isinstance(d, Taken) and d.ingredient == ingredient]
    edge.say("log_dose_day", n=len(same), mg=sum(same), ingredient=ingredient)


def _score(text: str | None, where: str) -> int | float | None:
    return None if text is None else from_base(tenths_of(text, where), "score")


# -------------------------------------------------------------------------------------- check-ins


def check_in(edge: Edge, options: argparse.Namespace) -> int:
    """A check-in, by flags or asked line by line, and the advice after it."""
    with open_record(edge, options) as record:
        person = who(edge, options, record)
        episode = current_episode(edge, record, person)
        asked = form(edge.knowledge, record.log(episode), episode.began_at, edge.now())
        filled = _from_flags(options, asked) or (fill(edge, asked) if edge.interactive else None)
        if filled is None:
            hint = "Use --pain, --no, --yes, --answer; see: lumbago log add -h"
            raise InputError(Problem("Nothing was answered.", hint=hint))
        said = payload(edge.knowledge, asked, **vars(filled))
        made = event(edge, options, "check_in", payload_json(said))
        _keep(edge, record, episode, made)
        return _advise(edge, options, record, person, episode, made)


def _from_flags(options: argparse.Namespace, asked: Form) -> Filled | None:
    """What the flags answer; None if there were none."""
    said: dict[str, Said] = {one.id: "no" for one in asked.statements} if options.no else {}
    said |= dict.fromkeys(options.yes, "yes") | dict.fromkeys(options.unsure, "unsure")
    activities = dict(_pair(text, "--activity") for text in options.activity)
    filled = Filled(
        said=said,
        pain=None if options.pain is None else tenths_of(options.pain, "--pain"),
        activities={name: tenths_of(value, "--activity") for name, value in activities.items()},
        roland_morris=options.roland,
        answers=dict(_pair(text, "--answer") for text in options.answer),
    )
    return filled if filled.anything else None


def _pair(text: str, where: str) -> tuple[str, str]:
    name, equals, value = text.rpartition("=")
    if not equals or not name.strip():
        raise InputError(Problem(f"'{text}' has no '='.", where, "Write it like name=value."))
    return name.strip(), value.strip()


def _advise(
    edge: Edge,
    options: argparse.Namespace,
    record: Record,
    person: Person,
    episode: Episode,
    made: Event,
) -> int:
    """The advice after a check-in, kept as it was shown; what is open may be asked at once."""
    now = edge.now()
    doses = record.since(person, now - 2 * DAY, "taken")
    log = record.log(episode)
    result = outcome(edge.knowledge, log, made, now, doses)
    case, assessment = result.current.case, result.assessment
    if edge.interactive and not options.json:
        worse = is_worse(edge.knowledge, log)
        case, assessment = _go_on(edge, case, assessment, worse=worse)
    shown = assessment_json(edge.knowledge, assessment)
    told: list[Payload] = [] if case is result.current.case else [Told(case_json(case))]
    record.append(episode, [_own(edge, options, one) for one in (*told, Assessed(shown))])
    if options.json:
        sys.stdout.write(dumps(shown, indent=2) + "\n")
    else:
        show_assessment(edge.knowledge, assessment, open_all=False)
    return 0


def _go_on(
    edge: Edge, case: Case, assessment: Assessment, *, worse: bool
) -> tuple[Case, Assessment]:
    """Ask what was ticked one by one, and, if the person wishes, all that is open."""
    marked = any(is_mark(given) for given in case.given.values())
    if worse:
        edge.say("log_worse")
    elif marked:
        edge.say("log_more")
    elif assessment.triage.disposition != "unsettled" or not _agreed(edge):
        return case, assessment
    case = interview(edge.knowledge, case)
    return case, assess(edge.knowledge, case)


def _agreed(edge: Edge) -> bool:
    return edge.ask("log_go_on").lower() in ("y", "yes")


def _own(edge: Edge, options: argparse.Namespace, one: Payload) -> Event:
    """An entry of what the program itself made, now."""
    now = edge.now()
    zone = edge.zone(options)
    return Event(new_id(edge.dice), now, now, zone, one, edge.knowledge.hash)


def keep_assessment(edge: Edge, options: argparse.Namespace, case: Case, made: Assessment) -> None:
    """A case as it was told, and the assessment of it as it was shown."""
    with open_record(edge, options) as record:
        person = who(edge, options, record)
        episode = current_episode(edge, record, person)
        told, shown = Told(case_json(case)), Assessed(assessment_json(edge.knowledge, made))
        events = [_own(edge, options, one) for one in (told, shown)]
        record.append(episode, events)
        tell(edge, record.new)
        edge.say("log_saved", id=events[0].id)
