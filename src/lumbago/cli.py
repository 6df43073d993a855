"""The command line: the edge that reads files and the clock, and prints."""

from __future__ import annotations

import argparse
import importlib.util
import os
import secrets
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, NoReturn

from lumbago import Assessment, __version__, assess, load
from lumbago.answers import Case
from lumbago.errors import InputError, LumbagoError, Problem, UsageError
from lumbago.fields import moment
from lumbago.knowledge.model import Knowledge
from lumbago.log.options import add_log
from lumbago.log.try_options import add_try
from lumbago.triage.proof import is_proved
from lumbago.wire import (
    LINE_LIMIT,
    assessment_json,
    case_of,
    dumps,
    loads,
    problems_json,
)

if TYPE_CHECKING:
    from lumbago.events import Log
    from lumbago.log.edge import Edge
    from lumbago.recovery.nof1.answer import Result
    from lumbago.screens.clinic import Clinic

DONE: Final = 0
PROBLEMS: Final = 1
WRONG_USAGE: Final = 2


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(
            Problem(f"{message[0].upper()}{message[1:]}.", hint=f"See: {self.prog} -h")
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit status: 0 done, 1 problems in the input, 2 wrong usage."""
    try:
        options = _parser().parse_args(arguments)
        if options.version:
            return _version(verbose=options.verbose)
        if options.run is None:
            raise UsageError(Problem("Which command?", hint="See: lumbago -h"))
        status: int = options.run(options)
        sys.stdout.flush()
        return status
    except UsageError as error:
        return _complain(error, WRONG_USAGE)
    except LumbagoError as error:
        return _complain(error, PROBLEMS)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return PROBLEMS


def _complain(error: LumbagoError, status: int) -> int:
    for problem in error.problems:
        print(f"lumbago: {problem}", file=sys.stderr)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="lumbago", description="A safe next step when your back has seized up.")
    parser.add_argument("--version", action="store_true", help="print the version")
    parser.add_argument("--verbose", action="store_true", help="with the knowledge and its proofs")
    parser.set_defaults(run=None)
    commands = parser.add_subparsers(title="commands", parser_class=_Parser, metavar="COMMAND")
    _add_assess(commands)
    _add_ask(commands)
    _add_course(commands)
    _add_plan(commands)
    add_log(commands, _log)
    add_try(commands, _try)
    _add_serve(commands)
    _add_knowledge(commands)
    _add_figures(commands)
    return parser


_Commands = argparse._SubParsersAction


def _add_assess(commands: _Commands[_Parser]) -> None:
    command = commands.add_parser("assess", help="assess one case, or many")
    command.add_argument(
        "case", nargs="?", metavar="CASE.json", help="a case; - for standard input"
    )
    command.add_argument("--text", help="what is happening, in own words")
    command.add_argument("--age", type=_age, help="age in years")
    command.add_argument("--sex", choices=("female", "male", "other"), help="sex at birth")
    command.add_argument("--at", metavar="TIME", help="as of this moment (default: now)")
    command.add_argument("--json", action="store_true", help="print the assessment as JSON")
    command.add_argument("--ndjson", action="store_true", help="cases in, assessments out, by line")
    command.add_argument("--open", choices=("all",), help="show every open question")
    command.add_argument("--save", action="store_true", help="keep it in the record (lumbago log)")
    command.add_argument("--for", dest="person", metavar="NAME", help="with --save: who it is for")
    command.set_defaults(run=_assess)


def _age(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise UsageError(Problem(f"'{text}' is not an age.", hint="Use whole years.")) from None


def _add_ask(commands: _Commands[_Parser]) -> None:
    command = commands.add_parser("ask", help="answer questions here, in the terminal")
    command.add_argument("--save", metavar="FILE", help="save the case to this file")
    command.add_argument("--for", dest="person", metavar="NAME", help="whose record to keep it in")
    command.set_defaults(run=_ask)


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


def _add_serve(commands: _Commands[_Parser]) -> None:
    command = commands.add_parser("serve", help="open the app in a browser, on this computer alone")
    command.add_argument("--port", type=_count, metavar="N", help="the port (default: a free one)")
    command.add_argument("--host", default="127.0.0.1", help="this computer; others are refused")
    command.add_argument("--no-open", action="store_true", help="do not open a browser")
    command.add_argument("--clinic", metavar="FILE", help="the details of a clinic, for the notes")
    command.set_defaults(run=_serve)


def _add_knowledge(commands: _Commands[_Parser]) -> None:
    kb = commands.add_parser("kb", help="the knowledge base: build, check, show")
    parts = kb.add_subparsers(title="parts", parser_class=_Parser, metavar="PART", required=True)
    build = parts.add_parser("build", help="compile the files into the snapshot")
    build.set_defaults(run=_kb_build)
    check = parts.add_parser("check", help="lint the knowledge base")
    check.add_argument("--kb", type=Path, help="another folder of knowledge files")
    check.set_defaults(run=_kb_check)
    show = parts.add_parser("show", help="look up any id, with its sources")
    show.add_argument("id", metavar="ID")
    _add_own(show)
    show.set_defaults(run=_explain)
    disagree = parts.add_parser("disagreements", help="the page of what the sources disagree about")
    _add_own(disagree)
    disagree.set_defaults(run=_kb_disagreements)
    explain = commands.add_parser(
        "explain", help="a rule, finding, term or condition, and who says so"
    )
    explain.add_argument("id", metavar="ID", help="an id, or a case file with CONDITION")
    explain.add_argument("condition", metavar="CONDITION", nargs="?", help="the cause to explain")
    _add_own(explain)
    explain.set_defaults(run=_explain)


def _add_own(command: argparse.ArgumentParser) -> None:
    """Whose comparison of heat and cold to show beside the sources."""
    command.add_argument("--log", metavar="EVENTS.ndjson", default="", help="with what they found")
    command.add_argument("--for", dest="person", default="", metavar="NAME", help="whose record")
    command.add_argument("--passphrase-file", default="", metavar="FILE", help="its first line")


def _add_figures(commands: _Commands[_Parser]) -> None:
    evaluate = commands.add_parser("evaluate", help="cases with gold labels, to figures")
    evaluate.add_argument("cases", metavar="CASES.ndjson")
    evaluate.add_argument("--json", action="store_true", help="print the figures as JSON")
    evaluate.add_argument(
        "--misses", action="store_true", help="list every case outside its labels"
    )
    evaluate.add_argument(
        "--record", metavar="NAME", default="", help="put them on the safety page"
    )
    evaluate.add_argument("--html", metavar="FILE", type=Path, help="write them as a page")
    evaluate.add_argument(
        "--people", type=_count, metavar="N", help="so many simulated people beside the cases"
    )
    evaluate.add_argument("--seed", type=_count, default=0, metavar="S")
    evaluate.add_argument("--interview", action="store_true", help="play the interview instead")
    evaluate.add_argument(
        "--reading", action="store_true", help="snippets of own words instead: what is read in them"
    )
    evaluate.add_argument(
        "--unheld", choices=("no", "unsure", "skip"), help="how it answers what a case leaves out"
    )
    evaluate.set_defaults(run=_evaluate)
    simulate = commands.add_parser("simulate", help="people drawn from the knowledge base")
    simulate.add_argument("number", metavar="N", type=_count)
    simulate.add_argument("--seed", type=_count, default=0, metavar="S")
    simulate.add_argument("--rules", action="store_true", help="how often each rule fires in them")
    simulate.add_argument("--all", action="store_true", help="with --rules: every rule")
    simulate.add_argument(
        "--causes",
        nargs="?",
        const="back",
        choices=("back", "neck"),
        help="people of every cause of pain there, with their cause as the gold label",
    )
    simulate.add_argument(
        "--even", action="store_true", help="with --causes: every cause equally frequent"
    )
    simulate.add_argument(
        "--answered", type=_share, metavar="P", help="with --causes: share of questions answered"
    )
    simulate.set_defaults(run=_simulate)
    prove = commands.add_parser("prove", help="prove the safety claims")
    prove.add_argument("claim", nargs="?", metavar="CLAIM", help="one claim, by id or name")
    prove.add_argument("--solver", choices=("z3", "cvc5", "both"), default="both")
    prove.add_argument("--timeout", type=_count, default=60, metavar="SECONDS")
    prove.add_argument("--write", action="store_true", help="record the outcomes in proof.json")
    prove.add_argument("--page", action="store_true", help="print the safety page of the record")
    prove.set_defaults(run=_prove)


def _count(text: str) -> int:
    if not text.isdecimal():
        raise UsageError(Problem(f"'{text}' is not a whole number from 0."))
    return int(text)


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1
    if not 0 <= share <= 1:
        raise UsageError(Problem(f"'{text}' is not a share.", hint="Use a number from 0 to 1."))
    return share


def _now() -> datetime:
    return datetime.now().astimezone()


def _assess(options: argparse.Namespace) -> int:
    if options.ndjson:
        if options.case or options.text or options.save:
            raise UsageError(Problem("--ndjson reads cases from standard input alone."))
        return _assess_lines(load(), sys.stdin.buffer)
    knowledge = load()
    case = _case(options)
    assessment = assess(knowledge, case)
    if options.json:
        data = assessment_json(knowledge, assessment, open_all=options.open == "all")
        print(dumps(data, indent=2))
    else:
        from lumbago.terminal import show_assessment

        show_assessment(knowledge, assessment, open_all=options.open == "all")
    if options.save:
        _keep(knowledge, options)(case, assessment)
    return PROBLEMS if assessment.problems else DONE


def _case(options: argparse.Namespace) -> Case:
    if options.case and options.text:
        raise UsageError(Problem("Give a case file or --text, not both."))
    if options.case:
        if options.age is not None or options.sex:
            raise UsageError(
                Problem("--age and --sex go with --text.", hint="Put them in the case.")
            )
        case = case_of(loads(_read(options.case)))
    elif options.text is not None:
        case = case_of(_from_flags(options))
    else:
        raise UsageError(Problem("What should be assessed?", hint="Give CASE.json or --text."))
    at = case_of({"lumbago": 1, "at": options.at}).at if options.at else case.at
    return Case(case.id, at or _now(), case.text, case.given, case.profile)


def _from_flags(options: argparse.Namespace) -> dict[str, object]:
    data = {"text": options.text, "age": options.age, "sex": options.sex}
    return {"lumbago": 1} | {key: value for key, value in data.items() if value is not None}


def _read(name: str) -> bytes:
    try:
        content = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        raise InputError(Problem(f"The file cannot be read: {reason}.", name)) from None
    if len(content) > LINE_LIMIT:
        hint = "For many cases use --ndjson."
        raise InputError(Problem(f"The case has {len(content)} bytes.", name, hint))
    return content


def _assess_lines(knowledge: Knowledge, stream: BinaryIO) -> int:
    status = DONE
    for number, line in enumerate(_lines(stream), 1):
        id_: str | None = None
        try:
            if line is None:
                hint = "Split it, one case a line."
                raise InputError(Problem(f"The line is over {LINE_LIMIT} bytes.", hint=hint))
            data = loads(line)
            id_ = data.get("id") if isinstance(data, dict) else None
            case = case_of(data)
            if case.at is None:
                case = Case(case.id, _now(), case.text, case.given, case.profile)
            assessment = assess(knowledge, case)
            result = assessment_json(knowledge, assessment)
            status = PROBLEMS if assessment.problems else status
        except InputError as error:
            placed = [Problem(p.message, _at_line(number, p.where), p.hint) for p in error.problems]
            result = problems_json(id_ if isinstance(id_, str) else None, InputError(placed))
            status = PROBLEMS
        print(dumps(result), flush=True)
    return status


def _at_line(number: int, where: str) -> str:
    return f"line {number}" + (f", {where}" if where else "")


def _lines(stream: BinaryIO) -> Iterator[bytes | None]:
    """Lines without blank ones; a line over the limit comes as None and is skipped unread."""
    while line := stream.readline(LINE_LIMIT + 1):
        if len(line) > LINE_LIMIT and not line.endswith(b"\n"):
            while (rest := stream.readline(LINE_LIMIT)) and not rest.endswith(b"\n"):
                pass
            yield None
        elif line.strip():
            yield line


def _ask(options: argparse.Namespace) -> int:
    if not sys.stdin.isatty():
        hint = "Use: lumbago assess CASE.json"
        raise UsageError(Problem("lumbago ask needs a terminal.", hint=hint))
    from lumbago.ask import ask

    knowledge = load()
    save = Path(options.save) if options.save else None
    return ask(knowledge, _now(), save, _keep(knowledge, options))


def _log(options: argparse.Namespace) -> int:
    from lumbago.log.command import run

    return run(_edge(load(), options), options)


def _try(options: argparse.Namespace) -> int:
    from lumbago.log.trying import run

    return run(_edge(load(), options), options)


def _keep(knowledge: Knowledge, options: argparse.Namespace) -> Callable[[Case, Assessment], None]:
    from lumbago.log.command import keep

    return lambda case, assessment: keep(_edge(knowledge, options), options, case, assessment)


def _edge(knowledge: Knowledge, options: argparse.Namespace) -> Edge:
    from lumbago.log.command import edge_of

    data = bool(getattr(options, "json", False))
    return edge_of(knowledge, _now, os.urandom, os.environ, data=data)


def _course(options: argparse.Namespace) -> int:
    from lumbago.episode import current_case, with_diary
    from lumbago.recovery.course import Expected
    from lumbago.recovery.diary import diary_of, scores_of
    from lumbago.recovery.forecast import Refusal
    from lumbago.recovery.signs import signs_of
    from lumbago.terminal import course_picture, show_course
    from lumbago.wire import course_json

    knowledge = load()
    log, now = _logged(knowledge, options)
    current = with_diary(knowledge, current_case(knowledge, log, now), scores_of(log))
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


def _write(name: str, text: str) -> None:
    from lumbago.whole import write_whole

    try:
        write_whole(Path(name), text.encode())
    except OSError as error:
        reason = (error.strerror or "cannot be written").lower()
        raise InputError(Problem(f"The file cannot be written: {reason}.", name)) from None


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


def _kb_disagreements(options: argparse.Namespace) -> int:
    from lumbago.disagreements import disagreements_page

    knowledge = load()
    print(disagreements_page(knowledge, own=_own(knowledge, options)))
    return DONE


def _serve(options: argparse.Namespace) -> int:
    if any(importlib.util.find_spec(name) is None for name in ("jinja2", "starlette", "uvicorn")):
        hint = "pip install 'lumbago[web]'"
        raise UsageError(Problem("The web app is not installed.", hint=hint))
    from lumbago.app import App
    from lumbago.app.visits import KEPT_FOR
    from lumbago.log.command import edge_of
    from lumbago.log.edge import waiting_key
    from lumbago.store import Record, drafts
    from lumbago.web.app import assets_digest, create_app
    from lumbago.web.kept import InRecord
    from lumbago.web.serve import address, bind, only_here, secret_of, serve
    from lumbago.wording import Wording

    knowledge = load()
    clinic = _clinic(options.clinic, knowledge)
    sock = bind(only_here(options.host), options.port)
    edge = edge_of(knowledge, _now, os.urandom, os.environ)
    home, zone = edge.home, edge.zone(options)
    key = waiting_key(edge)

    def record(key: bytes | None) -> Record:
        return Record.open(home, now=_now(), dice=os.urandom, key=key)

    if key is not None or not home.is_sealed:
        with record(key) as opened:
            drafts.drop_strangers(opened, _now() - KEPT_FOR)
    name = str(Wording(knowledge).words["screens"]["record_me"])
    app = App(
        knowledge,
        _now,
        lambda: secrets.token_urlsafe(24),
        InRecord(knowledge, home, record, name, zone, os.urandom, key),
        zone,
        assets_digest(),
        clinic,
    )
    secret = secret_of(home, lambda: secrets.token_urlsafe(32))
    print(f"lumbago is at {address(sock)}  (stop it with Ctrl-C)", flush=True)
    try:
        serve(create_app(app, time.monotonic, secret), sock, open_browser=not options.no_open)
    except KeyboardInterrupt:
        print()
    return DONE


def _clinic(name: str | None, knowledge: Knowledge) -> Clinic:
    from lumbago.screens.clinic import NO_CLINIC, read_clinic

    if name is None:
        return NO_CLINIC
    try:
        return read_clinic(_read(name), knowledge.countries)
    except InputError as error:
        places = [
            replace(p, where=f"{name}, {p.where}" if p.where else name) for p in error.problems
        ]
        raise InputError(places) from None


def _kb_build(_: argparse.Namespace) -> int:
    from lumbago.build import build
    from lumbago.knowledge.snapshot import SNAPSHOT

    knowledge = build()
    print(f"{SNAPSHOT.name}: {len(knowledge.rules)} rules, {len(knowledge.findings)} findings")
    print(knowledge.hash)
    return DONE


def _kb_check(options: argparse.Namespace) -> int:
    from lumbago.knowledge.snapshot import KB, compile_files
    from lumbago.terminal import show_checks

    return show_checks(compile_files(options.kb or KB))


def _explain(options: argparse.Namespace) -> int:
    from lumbago.terminal import explain, show_cause

    if getattr(options, "condition", None):
        knowledge, case = load(), case_of(loads(_read(options.id)))
        case = Case(case.id, case.at or _now(), case.text, case.given, case.profile)
        show_cause(knowledge, assess(knowledge, case), options.condition)
        return DONE
    knowledge = load()
    explain(knowledge, options.id, _own(knowledge, options))
    return DONE


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


def _evaluate(options: argparse.Namespace) -> int:
    from lumbago.evaluate_reliability import ENOUGH
    from lumbago.figures import (
        EvaluationOptions,
        show_evaluation,
        show_interview,
        show_reading,
    )

    path = Path(options.cases)
    if not path.is_file():
        raise InputError(Problem("There is no such file.", options.cases))
    if options.unheld and not options.interview:
        raise UsageError(Problem("--unheld goes with --interview."))
    if options.reading:
        if options.interview or options.record or options.html or options.people is not None:
            said = "--interview, --record, --html and --people do not go with --reading."
            raise UsageError(Problem(said))
        return show_reading(load(), path, as_json=options.json, misses=options.misses)
    if options.interview:
        if options.misses or options.record or options.html or options.people is not None:
            said = "--misses, --record, --html and --people do not go with --interview."
            raise UsageError(Problem(said))
        return show_interview(load(), path, options.unheld or "no", as_json=options.json)
    shown = EvaluationOptions(
        as_json=options.json,
        misses=options.misses,
        record=options.record,
        page=options.html,
        people=ENOUGH if options.people is None else options.people,
        seed=options.seed,
    )
    return show_evaluation(load(), path, shown)


def _simulate(options: argparse.Namespace) -> int:
    from lumbago.simulate import people
    from lumbago.wire import case_json

    if options.causes and options.rules:
        raise UsageError(Problem("--rules looks at ordinary people, --causes draws others."))
    if not options.causes and (options.even or options.answered is not None):
        raise UsageError(Problem("--even and --answered go with --causes."))
    knowledge = load()
    if options.causes:
        return _simulate_causes(knowledge, options)
    if options.rules:
        from lumbago.figures import show_rule_costs

        return show_rule_costs(knowledge, options.number, options.seed, every=options.all)
    for case in people(knowledge, options.number, options.seed):
        print(dumps(case_json(case)))
    return DONE


def _simulate_causes(knowledge: Knowledge, options: argparse.Namespace) -> int:
    from lumbago.simulate_causes import World, patients
    from lumbago.wire import Gold, case_json, gold_json

    world = World(region=options.causes, even=float(options.even))
    if options.answered is not None:
        world = replace(world, answered=options.answered)
    for case, causes in patients(knowledge, options.number, options.seed, world):
        gold = Gold(None, frozenset(), causes[0], causes)
        print(dumps(case_json(case) | {"gold": gold_json(gold)}))
    return DONE


def _prove(options: argparse.Namespace) -> int:
    if options.page:
        from lumbago.safety import page

        print(page(load()), end="")
        return DONE
    if importlib.util.find_spec("z3") is None:
        hint = "pip install 'lumbago[prove]'"
        raise UsageError(Problem("No solver is installed.", hint=hint))
    from lumbago.figures import show_proofs

    solvers = ("z3", "cvc5") if options.solver == "both" else (options.solver,)
    return show_proofs(load(), options.claim, solvers, float(options.timeout), options.write)


def _version(*, verbose: bool) -> int:
    print(f"lumbago {__version__}")
    if verbose:
        knowledge = load()
        print(f"knowledge {knowledge.hash}")
        for part, value in knowledge.hashes.items():
            print(f"  {part:<6} {value}")
        print(f"proved {'yes' if is_proved(knowledge) else 'no'}")
    return DONE


Command = Callable[[argparse.Namespace], int]

if __name__ == "__main__":
    sys.exit(main())
