"""What follows an answer: `log`, `course` and `plan`."""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from lumbago import assess, load
from lumbago.answers import Case
from lumbago.cli.edge import DONE, PROBLEMS, _Commands, _count, _edge, _now, _Parser, _read, _write
from lumbago.errors import InputError, Problem
from lumbago.fields import moment
from lumbago.knowledge.model import Knowledge
from lumbago.wire import case_of, dumps, loads

if TYPE_CHECKING:
    from lumbago.events import Log
    from lumbago.recovery.nof1.answer import Result


def _add_course(commands: _Commands[_Parser]) -> None:
    command = commands.add_parser("course", help="own pain scores against published recoveries")
    command.add_argument(
        "case", nargs="?", metavar="CASE.json", help="a case (default: the record, lumbago log)"
    )
    command.add_argument("--log", metavar="EVENTS.ndjson", help="what was logged, one event a line")
    command.add_argument("--for", dest="person", default="", metavar="NAME", help="whose record")
    command.add_argument("--passphrase-file", default="", metavar="FILE", help="its first line")
    command.add_argument("--at", metavar="TIME", help="as of this moment (default: the last entry)")
    command.add_argument("--svg", metavar="FILE", help="draw the picture into this file")
    command.add_argument("--seed", type=_count, default=0, metavar="S")
    command.add_argument("--json", action="store_true", help="print the course as JSON")
    command.set_defaults(run=_course)


def _add_plan(commands: _Commands[_Parser]) -> None:
    command = commands.add_parser("plan", help="what to do now, today, this week and later")
    command.add_argument("case", metavar="CASE.json", help="a case; - for standard input")
    command.add_argument("--start", metavar="TIME", help="as of this moment (default: now)")
    command.add_argument("--log", metavar="EVENTS.ndjson", help="what happened since, one a line")
    command.add_argument("--json", action="store_true", help="print the plan as JSON")
    command.add_argument("--ics", metavar="FILE", help="write it as a calendar file")
    command.add_argument(
        "--pdf", metavar="FILE", help="write it, and a page for the doctor, as PDF"
    )
    command.set_defaults(run=_plan)


def _log(options: argparse.Namespace) -> int:
    from lumbago.log.command import run

    return run(_edge(load(), options), options)


def _try(options: argparse.Namespace) -> int:
    from lumbago.log.trying import run

    return run(_edge(load(), options), options)


def _own(knowledge: Knowledge, options: argparse.Namespace) -> Result | None:
    """What a person found out by comparing, out of a file or the record, where one is named."""
    from lumbago.event_files import read_log
    from lumbago.recovery.nof1.answer import result_of

    if options.log:
        log = read_log(_read(options.log).splitlines(), knowledge)
    elif options.person:
        log = _recorded(knowledge, options)
    else:
        return None
    last = max((event.happened_at for event in log), default=_now())
    return result_of(knowledge.recovery, knowledge.care, log, max(last, _now()))


def _course(options: argparse.Namespace) -> int:
    from lumbago.planning.present import current_case
    from lumbago.recovery.course import Expected
    from lumbago.recovery.diary import diary_of
    from lumbago.recovery.forecast import Refusal
    from lumbago.recovery.signs import signs_of
    from lumbago.terminal import course_picture, show_course
    from lumbago.wire import course_json

    knowledge = load()
    log, now = _logged(knowledge, options)
    current = current_case(knowledge, log, now)
    assessment = assess(knowledge, current.case)
    course = Expected(knowledge, options.seed).course(assessment, log, now)
    if options.svg and not isinstance(course, Refusal):
        _write(options.svg, course_picture(knowledge, course))
    if options.json:
        diary = diary_of(log, assessment.answers, assessment.at, now)
        print(dumps(course_json(course, signs_of(knowledge.recovery, diary)), indent=2))
    else:
        show_course(knowledge, assessment, course)
    return PROBLEMS if isinstance(course, Refusal) and options.svg else DONE


def _logged(knowledge: Knowledge, options: argparse.Namespace) -> tuple[Log, datetime]:
    """The log to read and the moment: from files, or from the record where none is given."""
    from lumbago.event_files import read_log

    at = case_of({"lumbago": 1, "at": options.at}).at if options.at else None
    if not options.case and not options.log:
        return _recorded(knowledge, options), at or _now()
    log = read_log(_read(options.log).splitlines(), knowledge) if options.log else ()
    if options.case:
        log = _told(knowledge, case_of(loads(_read(options.case))), log)
    if not log:
        raise InputError(Problem("Nothing is logged.", options.log, "Give CASE.json as well."))
    return log, at or max(event.happened_at for event in log)


def _told(knowledge: Knowledge, case: Case, log: Log) -> Log:
    """The log with a case told in its place among what was logged."""
    from lumbago.events import Event, Told
    from lumbago.wire import case_json

    case = replace(case, at=case.at or _now())
    assert case.at is not None
    assess(knowledge, case)  # a case that cannot be read is an error, not a gap
    event = Event("the-case", case.at, case.at, "Etc/UTC", Told(case_json(case)))
    before = tuple(one for one in log if one.happened_at <= case.at)
    return (*before, event, *(one for one in log if one not in before))


def _recorded(knowledge: Knowledge, options: argparse.Namespace) -> Log:
    """The last episode of a person in the record. Raises `InputError` if there is none."""
    from lumbago.log.edge import open_record, who

    edge = _edge(knowledge, options)
    with open_record(edge, options) as record:
        episodes = record.episodes(who(edge, options, record)) if record.people() else ()
        if not episodes:
            hint = "Keep one with: lumbago log add, or give CASE.json."
            raise InputError(Problem("Nothing is in the record yet.", hint=hint))
        return record.log(episodes[-1])


def _plan(options: argparse.Namespace) -> int:
    from lumbago.event_files import read_log
    from lumbago.planning.plan import plan

    knowledge = load()
    case = case_of(loads(_read(options.case)))
    now = moment(options.start, "--start") or _now()
    if case.at is None:
        case = replace(case, at=now)
    log = read_log(_read(options.log).splitlines(), knowledge) if options.log else ()
    made = plan(knowledge, case, log, now=now)
    if options.ics or options.pdf:
        from lumbago.handoff.files import write_files

        write_files(knowledge, made, case, log, ics=options.ics, pdf_=options.pdf)
    if options.json:
        from lumbago.wire_plan import plan_json

        print(dumps(plan_json(made), indent=2))
    else:
        from lumbago.terminal_plan import show_plan

        show_plan(knowledge, made)
    return PROBLEMS if made.problems else DONE
