"""A case in, an assessment out: `assess`, of one or of many, and `ask`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import BinaryIO

from lumbago import assess, load
from lumbago.answers import Case
from lumbago.cli.edge import DONE, PROBLEMS, _age, _Commands, _keep, _now, _Parser, _read
from lumbago.errors import InputError, Problem, UsageError
from lumbago.fields import lines_of, moment
from lumbago.knowledge.model import Knowledge
from lumbago.wire import LINE_LIMIT, assessment_json, case_of, dumps, loads, problems_json


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
    command.add_argument(
        "--parquet",
        "--table",
        dest="table",
        nargs=2,
        metavar=("IN", "OUT"),
        help="a file of cases to a file of assessments: Parquet, .csv or .ndjson by their names",
    )
    command.add_argument(
        "--triage-only", action="store_true", help="with --parquet: without likely causes"
    )
    command.add_argument(
        "--keep", metavar="COLUMN", action="append", help="with --parquet: carry a column along"
    )
    command.add_argument("--open", choices=("all",), help="show every open question")
    command.add_argument("--save", action="store_true", help="keep it in the record (lumbago log)")
    command.add_argument("--for", dest="person", metavar="NAME", help="with --save: who it is for")
    command.set_defaults(run=_assess)


def _add_ask(commands: _Commands[_Parser]) -> None:
    command = commands.add_parser("ask", help="answer questions here, in the terminal")
    command.add_argument("--save", metavar="FILE", help="save the case to this file")
    command.add_argument("--for", dest="person", metavar="NAME", help="whose record to keep it in")
    command.set_defaults(run=_ask)


def _assess(options: argparse.Namespace) -> int:
    if options.table:
        return _assess_file(options)
    if options.triage_only or options.keep:
        raise UsageError(Problem("--triage-only and --keep go with --parquet IN OUT."))
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


def _assess_file(options: argparse.Namespace) -> int:
    if options.case or options.text or options.save or options.ndjson or options.json:
        raise UsageError(Problem("--parquet IN OUT reads its cases from IN alone."))
    from lumbago.batch import needs_arrow

    needs_arrow()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # pieces run side by side instead
    from lumbago.batch.command import run

    at = moment(options.at, "--at") or _now()
    source, target = map(Path, options.table)
    problems = run(
        load(), source, target, at=at, differential=not options.triage_only, keep=options.keep or ()
    )
    return PROBLEMS if problems else DONE


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


def _assess_lines(knowledge: Knowledge, stream: BinaryIO) -> int:
    status = DONE
    for number, line in enumerate(lines_of(stream), 1):
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


def _ask(options: argparse.Namespace) -> int:
    if not sys.stdin.isatty():
        hint = "Use: lumbago assess CASE.json"
        raise UsageError(Problem("lumbago ask needs a terminal.", hint=hint))
    from lumbago.ask import ask

    knowledge = load()
    save = Path(options.save) if options.save else None
    return ask(knowledge, _now(), save, _keep(knowledge, options))
