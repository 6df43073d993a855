"""What is measured and proved: `evaluate`, `simulate` and `prove`."""

from __future__ import annotations

import argparse
import importlib.util
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lumbago import load
from lumbago.cli.edge import DONE, _Commands, _count, _Parser, _share
from lumbago.errors import InputError, Problem, UsageError
from lumbago.knowledge.model import Knowledge
from lumbago.wire import dumps

if TYPE_CHECKING:
    from lumbago.simulate_causes import World


def _add_figures(commands: _Commands[_Parser]) -> None:
    evaluate = commands.add_parser("evaluate", help="cases with gold labels, to figures")
    evaluate.add_argument("cases", nargs="?", metavar="CASES.ndjson")
    evaluate.add_argument("--json", action="store_true", help="print the figures as JSON")
    evaluate.add_argument(
        "--misses", action="store_true", help="list every case outside its labels"
    )
    evaluate.add_argument(
        "--record", metavar="NAME", default="", help="put them on the pages of the repository"
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
    evaluate.add_argument(
        "--predictions", metavar="FILE.ndjson", help="score what another program said of the cases"
    )
    evaluate.add_argument(
        "--page", action="store_true", help="print the evaluation page of the record"
    )
    evaluate.add_argument("--picture", metavar="NAME", help="with --page: one of its pictures")
    evaluate.set_defaults(run=_evaluate)
    simulate = commands.add_parser("simulate", help="people drawn from the knowledge base")
    simulate.add_argument("number", metavar="N", type=_count)
    simulate.add_argument("--seed", type=_count, default=0, metavar="S")
    simulate.add_argument("--rules", action="store_true", help="how often each rule fires in them")
    simulate.add_argument("--all", action="store_true", help="with --rules: every rule")
    simulate.add_argument(
        "--record", action="store_true", help="with --rules: put it on the evaluation page"
    )
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
    simulate.add_argument("--parquet", metavar="FILE", help="write a table instead of lines")
    simulate.add_argument(
        "--diaries",
        action="store_true",
        help="with --parquet: the pain diaries of N people of every account of recovery",
    )
    simulate.set_defaults(run=_simulate)
    prove = commands.add_parser("prove", help="prove the safety claims")
    prove.add_argument("claim", nargs="?", metavar="CLAIM", help="one claim, by id or name")
    prove.add_argument("--solver", choices=("z3", "cvc5", "both"), default="both")
    prove.add_argument("--timeout", type=_count, default=60, metavar="SECONDS")
    prove.add_argument("--write", action="store_true", help="record the outcomes in proof.json")
    prove.add_argument("--page", action="store_true", help="print the safety page of the record")
    prove.set_defaults(run=_prove)


_BESIDE: Final = {
    "--reading": ("misses", "record"),
    "--interview": ("unheld", "record"),
    "--predictions": (),
    "--page": ("picture",),
}
"""What goes with each other way of evaluating, beside --json; the rest goes with none of them."""

_FREE: Final = ("misses", "record", "html", "people", "unheld", "picture")


def _refuse_others(options: argparse.Namespace) -> str:
    """The other way of evaluating that was asked for, if any. Raises what does not go with it."""
    chosen = [way for way in _BESIDE if getattr(options, way[2:])]
    if len(chosen) > 1:
        raise UsageError(Problem(f"{chosen[0]} and {chosen[1]} do not go together."))
    way = chosen[0] if chosen else ""
    fit = _BESIDE[way] if way else ("misses", "record", "html", "people")
    for name in _FREE:
        value = getattr(options, name)
        if value is not None and value is not False and value != "" and name not in fit:
            with_ = next((other for other, fits in _BESIDE.items() if name in fits), "")
            said = f"--{name} does not go with {way}." if way else f"--{name} goes with {with_}."
            raise UsageError(Problem(said))
    return way


def _evaluate(options: argparse.Namespace) -> int:
    from lumbago.evaluate_reliability import ENOUGH
    from lumbago.figures import (
        EvaluationOptions,
        show_evaluation,
        show_interview,
        show_predictions,
        show_reading,
    )

    way = _refuse_others(options)
    if way == "--page":
        return _evaluation_page(options)
    if options.cases is None:
        raise UsageError(Problem("Which cases?", hint="Give CASES.ndjson."))
    path = _file(options.cases)
    if way == "--predictions":
        said = _file(options.predictions)
        return show_predictions(load(), path, said, as_json=options.json)
    if way == "--reading":
        return show_reading(
            load(), path, as_json=options.json, misses=options.misses, record=options.record
        )
    if way == "--interview":
        unheld = options.unheld or "no"
        return show_interview(load(), path, unheld, as_json=options.json, record=options.record)
    shown = EvaluationOptions(
        as_json=options.json,
        misses=options.misses,
        record=options.record,
        page=options.html,
        people=ENOUGH if options.people is None else options.people,
        seed=options.seed,
    )
    return show_evaluation(load(), path, shown)


def _file(name: str) -> Path:
    path = Path(name)
    if not path.is_file():
        raise InputError(Problem("There is no such file.", name))
    return path


def _evaluation_page(options: argparse.Namespace) -> int:
    from lumbago.evaluate_document import document
    from lumbago.evaluate_pictures import picture
    from lumbago.evaluate_record import recorded

    if options.cases:
        raise UsageError(Problem("--page takes no cases.", hint="It shows what was recorded."))
    knowledge = load()
    shown = picture(knowledge, recorded(), options.picture) if options.picture else None
    print(shown or document(knowledge, recorded()), end="")
    return DONE


def _simulate(options: argparse.Namespace) -> int:
    from lumbago.simulate import people
    from lumbago.wire import case_json

    if options.causes and options.rules:
        raise UsageError(Problem("--rules looks at ordinary people, --causes draws others."))
    if options.record and not options.rules:
        raise UsageError(Problem("--record goes with --rules."))
    if not options.causes and (options.even or options.answered is not None):
        raise UsageError(Problem("--even and --answered go with --causes."))
    if options.diaries and (not options.parquet or options.causes or options.rules):
        raise UsageError(Problem("--diaries goes with --parquet FILE alone."))
    knowledge = load()
    if options.parquet:
        return _simulate_table(knowledge, options)
    if options.causes:
        return _simulate_causes(knowledge, options)
    if options.rules:
        from lumbago.figures import show_rule_costs

        return show_rule_costs(
            knowledge, options.number, options.seed, every=options.all, record=options.record
        )
    for case in people(knowledge, options.number, options.seed):
        print(dumps(case_json(case)))
    return DONE


def _simulate_table(knowledge: Knowledge, options: argparse.Namespace) -> int:
    if options.rules:
        raise UsageError(Problem("--rules prints figures, --parquet writes people."))
    from lumbago.batch import needs_arrow

    needs_arrow()
    from lumbago.batch.people import write_diaries, write_patients, write_people

    target = Path(options.parquet)
    try:
        if options.diaries:
            write_diaries(knowledge, options.number, options.seed, target)
        elif options.causes:
            write_patients(knowledge, options.number, options.seed, target, _world(options))
        else:
            write_people(knowledge, options.number, options.seed, target)
    except OSError as error:
        reason = (error.strerror or "cannot be written").lower()
        said = f"The file cannot be written: {reason}."
        raise InputError(Problem(said, options.parquet)) from None
    return DONE


def _world(options: argparse.Namespace) -> World:
    from lumbago.simulate_causes import World

    world = World(region=options.causes, even=float(options.even))
    return world if options.answered is None else replace(world, answered=options.answered)


def _simulate_causes(knowledge: Knowledge, options: argparse.Namespace) -> int:
    from lumbago.simulate_causes import patients
    from lumbago.wire import Gold, case_json, gold_json

    for case, causes in patients(knowledge, options.number, options.seed, _world(options)):
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
