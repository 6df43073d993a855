"""The terminal's figures: evaluation, alarm rates, and proofs, as a person reads them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.padding import Padding
from rich.text import Text

from lumbago.errors import Problem as Trouble
from lumbago.errors import UsageError, did_you_mean
from lumbago.evaluate import Mode, evaluate
from lumbago.evaluate_interview import (
    Unheld,
    evaluate_interview,
    interview_json,
    interview_tables,
)
from lumbago.evaluate_page import page
from lumbago.evaluate_predictions import (
    evaluate_predictions,
    predicted_json,
    predicted_tables,
    read_predictions,
)
from lumbago.evaluate_reading import (
    evaluate_reading,
    reading_json,
    reading_misses,
    reading_tables,
)
from lumbago.evaluate_record import (
    record_alarm,
    record_interview,
    record_reading,
    record_stories,
)
from lumbago.evaluate_reliability import ENOUGH, sureness
from lumbago.evaluate_report import Table as Figures
from lumbago.evaluate_report import figures_json, lines, miss_lines, sureness_lines
from lumbago.knowledge.model import Knowledge
from lumbago.page import write_page
from lumbago.safety import record_story
from lumbago.simulate import dispositions, ordinary, rule_costs, sensitivity
from lumbago.terminal import console, figures_table, progress_shown
from lumbago.triage.proof import PROOF, stale
from lumbago.wire import dumps
from lumbago.wording import Wording

COSTLIEST = 10


@dataclass(frozen=True, slots=True)
class EvaluationOptions:
    """What to show of an evaluation.

    `record`: a name for it on the pages of the repository; `page`: a file for a page with pictures;
    `people`: how many to draw by `seed` in each world, to see whether the probabilities hold.
    """

    as_json: bool = False
    misses: bool = False
    record: str = ""
    page: Path | None = None
    people: int = ENOUGH
    seed: int = 0


def show_evaluation(knowledge: Knowledge, path: Path, options: EvaluationOptions) -> int:
    """Evaluate the cases of a file and show the figures. Returns 1 if any line was bad."""
    words = knowledge.words["en"]["evaluate"]
    with path.open("rb") as file, progress_shown() as progress:
        progress.add_task(Wording(knowledge).message("evaluating"))
        result = evaluate(knowledge, file)
        sure = sureness(knowledge, result, options.people, options.seed)
    if options.page:
        write_page(options.page, page(knowledge, path.name, result, sure))
    if options.record:
        for mode, score in result.scores.items():
            record_story(f"{options.record}, {words[mode]}", score)
        record_stories(knowledge, options.record, result, sure)
    if options.as_json:
        print(dumps(figures_json(result, sure), indent=2))
    else:
        _tables(lines(result, words))
        _tables(sureness_lines(sure, words))
        if options.misses:
            _tables(miss_lines(result, mode, words) for mode in Mode)
    return 1 if result.bad else 0


def show_predictions(knowledge: Knowledge, path: Path, said: Path, *, as_json: bool) -> int:
    """Score another program's predictions for the cases of a file. Returns 0."""
    with said.open("rb") as file:
        predictions = read_predictions(knowledge, file)
    with path.open("rb") as file, progress_shown() as progress:
        progress.add_task(Wording(knowledge).message("evaluating"))
        found = evaluate_predictions(knowledge, evaluate(knowledge, file), predictions)
    if as_json:
        print(dumps(predicted_json(found), indent=2))
    else:
        _tables(predicted_tables(found, knowledge.words["en"]["evaluate"]))
    return 0


def show_interview(
    knowledge: Knowledge, path: Path, unheld: str, *, as_json: bool, record: str = ""
) -> int:
    """Play the interview against the cases of a file. Returns 1 if any line was bad."""
    with path.open("rb") as file, progress_shown() as progress:
        progress.add_task(Wording(knowledge).message("interviewing"))
        result = evaluate_interview(knowledge, file, Unheld(unheld))
    if record:
        record_interview(knowledge, record, result)
    if as_json:
        print(dumps(interview_json(result), indent=2))
    else:
        _tables(interview_tables(result, knowledge.words["en"]["evaluate"]))
    return 1 if result.bad else 0


def show_reading(
    knowledge: Knowledge, path: Path, *, as_json: bool, misses: bool, record: str = ""
) -> int:
    """Read the labelled snippets of a file. Returns 1 if any line was bad."""
    with path.open("rb") as file:
        result = evaluate_reading(knowledge, file)
    if record:
        record_reading(knowledge, record, result)
    words = knowledge.words["en"]["evaluate"]
    if as_json:
        print(dumps(reading_json(result), indent=2))
    else:
        _tables(reading_tables(result, words))
        if misses:
            _tables([reading_misses(result, words)])
    return 1 if result.bad else 0


def _tables(tables: Iterable[Figures]) -> None:
    out = console(wide=True)
    for figures in tables:
        out.print(figures_table(figures.title, figures.heads, figures.rows))


def show_rule_costs(
    knowledge: Knowledge, number: int, seed: int, *, every: bool = False, record: bool = False
) -> int:
    """How ordinary people come out, what other shares would do, and what the rules cost."""
    out, wording = console(wide=True), Wording(knowledge)
    with progress_shown() as progress:
        progress.add_task(wording.message("simulating", n=number))
        people = ordinary(knowledge, number, np.random.default_rng(seed))
        shares = dispositions(knowledge, people)
        costs = rule_costs(knowledge, people)
        scenarios = sensitivity(knowledge, number, seed)
    if record:
        record_alarm(knowledge, number, seed, scenarios, costs)
    rows = [[scenario_name(wording, s.changed), *_percent(s.dispositions)] for s in scenarios]
    heads = [wording.message("shares"), *(d.id for d in shares)]
    out.print(figures_table(wording.message("alarm_rate", n=number), heads, rows))
    shown = costs if every else costs[:COSTLIEST]
    cost_rows = [
        [cost.rule, cost.disposition.id, f"{cost.fires:.2%}", f"{cost.alone:.2%}"] for cost in shown
    ]
    cost_heads = [wording.message(id_) for id_ in ("rule", "level", "fires", "alone")]
    out.print(figures_table(wording.message("costliest"), cost_heads, cost_rows))
    return 0


def scenario_name(wording: Wording, changed: Any) -> str:
    """The name of a scenario: the shares that were changed."""
    listed = ", ".join(f"{finding} {share:g}" for finding, share in changed.items())
    return listed or wording.message("as_given")


def _percent(shares: Any) -> list[str]:
    return [f"{share:.1%}" for share in shares.values()]


def show_proofs(
    knowledge: Knowledge,
    claim_id: str | None,
    solvers: tuple[str, ...],
    timeout: float,
    write: bool,
) -> int:
    """Prove the claims, print a line each, and record them if asked. Returns 0 if all are proved."""
    from lumbago.planning.claims import CLAIMS
    from lumbago.planning.smt import PlanWorld
    from lumbago.triage.prover import Outcome, Proof, prove, record, versions

    chosen = [claim for claim in CLAIMS if claim_id in (None, claim.id, claim.name)]
    if not chosen:
        known = [name for claim in CLAIMS for name in (claim.id, claim.name)]
        hint = did_you_mean(str(claim_id), known) or f"Known: {', '.join(c.id for c in CLAIMS)}."
        raise UsageError(Trouble(f"There is no claim '{claim_id}'.", hint=hint))
    missing = [solver for solver in solvers if solver not in versions()]
    if missing:
        hint = "pip install 'lumbago[prove]'"
        raise UsageError(Trouble(f"The solver {missing[0]} is not installed.", hint=hint))
    out, proofs, world = console(wide=True), list[Proof](), PlanWorld(knowledge)
    with progress_shown() as progress:
        task = progress.add_task("", total=len(chosen) * len(solvers))
        for claim in chosen:
            for solver in solvers:
                progress.update(task, description=f"{claim.id} {claim.name} ({solver})")
                proof = prove(world, claim, solver, timeout)
                proofs.append(proof)
                progress.console.print(_proof_line(proof))
                if proof.counterexample is not None:
                    _show_counterexample(knowledge, proof)
    proved = all(proof.outcome is Outcome.PROVED for proof in proofs)
    wording = Wording(knowledge)
    out.print(Padding(Text(wording.message("proof_limits"), style="dim"), (1, 2)))
    if write:
        if claim_id is not None or set(solvers) != {"z3", "cvc5"}:
            hint = "Leave out the claim, and use both solvers."
            raise UsageError(Trouble("Only a whole run is recorded.", hint=hint))
        data = json.dumps(record(knowledge, proofs), indent=1, sort_keys=True) + "\n"
        PROOF.write_text(data, encoding="utf-8")
    return 0 if proved else 1


def _proof_line(proof: Any) -> Text:
    colour = "green" if proof.outcome == "proved" else "red"
    line = Text(f"  {proof.claim.id:<3} ")
    line.append(f"{proof.outcome:<9}", style=colour)
    line.append(f" {proof.seconds:6.2f} s  {proof.solver:<5}", style="dim")
    line.append(f" {proof.claim.sentence}")
    if proof.failed:
        line.append(f" [{proof.failed}]", style="bold")
    return line


def _show_counterexample(knowledge: Knowledge, proof: Any) -> None:
    from lumbago.assess import triage_of
    from lumbago.triage.scalar import Rules
    from lumbago.wire import answer_json

    out, rules = console(wide=True), Rules(knowledge)
    for number, (answers, verdict) in enumerate(proof.counterexample.people, 1):
        said = {
            id_: answer_json(answer, knowledge.findings[id_])
            for id_, answer in answers.items()
            if answer.possible != frozenset({"no"})
        }
        fired = [fire.rule.id for fire in triage_of(knowledge, rules, answers).rules]
        out.print(Padding(Text(f"person {number}: {json.dumps(said)}"), (0, 0, 0, 6)))
        told = f"as told {verdict.as_told.id}, {verdict.low.id} to {verdict.high.id}; {fired}"
        out.print(Padding(Text(told, style="dim"), (0, 0, 0, 6)))


def proof_state(knowledge: Knowledge, proof: Any) -> str:
    """One line on whether the recorded proofs speak of this knowledge."""
    why = stale(knowledge, proof)
    return why or ", ".join(f"{id_} {c['outcome']}" for id_, c in proof["claims"].items())
