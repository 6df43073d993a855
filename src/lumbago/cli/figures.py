"""What is measured and proved: `evaluate`, `simulate` and `prove`."""

from __future__ import annotations

import argparse
import importlib.util
from dataclasses import replace
from pathlib import Path

from lumbago import load
from lumbago.cli.edge import DONE, _Commands, _count, _Parser, _share
from lumbago.errors import InputError, Problem, UsageError
from lumbago.knowledge.model import Knowledge
from lumbago.wire import dumps


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
