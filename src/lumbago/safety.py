"""The safety page: what is proved, what is not, and what stands behind every hazard. Markdown.

One page for a safety reviewer, made from the recorded proofs, the hazard log and the recorded
figures, so that it cannot say more than they do.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from lumbago.evaluate import Score
from lumbago.knowledge.model import Hazard, Knowledge
from lumbago.triage.proof import PACKAGE, recorded, stale

FIGURES: Final = PACKAGE / "figures.json"
_STATUS: Final = {"controlled": "controlled", "partly": "**partly**", "open": "**open**"}

PROGRAM_CLAIMS: Final = (
    (
        "12",
        "Changing every probability changes no disposition.",
        "tests/test_assess.py",
    ),
    (
        "14",
        "No serialised result names soon, routine or self_care while a rule of same_day or above "
        "is open.",
        "tests/test_assess.py",
    ),
)


@cache
def figures(path: Path = FIGURES) -> Mapping[str, Any]:
    """The recorded figures beside the proofs: written stories and mutants; empty if none."""
    if not path.exists():
        return {}
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data


def record(part: str, value: Any, path: Path = FIGURES) -> None:
    """Write one part of the recorded figures, keeping the others."""
    data = {**figures(path), part: value}
    path.write_text(json.dumps(data, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    figures.cache_clear()


def record_story(name: str, score: Score) -> None:
    """Record how the written stories of one kind came out, beside those of other names."""
    row = {
        "name": name,
        "cases": score.exact.of,
        "missed_emergencies": str(score.missed_emergencies),
        "under": str(score.under),
        "over": str(score.over),
        "acceptable": str(score.acceptable),
    }
    others = [story for story in figures().get("stories", ()) if story["name"] != name]
    record("stories", sorted([*others, row], key=lambda story: str(story["name"])))


def page(knowledge: Knowledge) -> str:
    """The whole page as Markdown."""
    proof = recorded()
    parts = [
        "# Safety: what is proved, and what is not\n",
        "*Made by `lumbago prove --page`; do not edit.*\n",
        *_not_proved(knowledge, proof),
        *_claims(proof),
        *_program_claims(),
        *_mutants(),
        *_hazards(knowledge),
    ]
    return "\n".join(parts).rstrip() + "\n"


def _not_proved(knowledge: Knowledge, proof: Mapping[str, Any]) -> Iterator[str]:
    why = stale(knowledge, proof)
    state = (
        f"**They do not speak of the rules in use: {why}.**"
        if why
        else ("They speak of exactly the rules and the code in use.")
    )
    yield "## What a proof cannot say\n"
    yield (
        "The claims below show that the rules are applied completely and without contradiction. "
        "They cannot show that the rules are the right ones: every claim would hold as well for "
        f"rules that know nothing of a disease. {state}\n"
    )
    yield "What the rules miss is counted on written stories, never proved:\n"
    yield "| stories | cases | emergencies below their labels | too low | too high | right |"
    yield "|---|---|---|---|---|---|"
    for row in figures().get("stories", ()):
        yield (
            f"| {row['name']} | {row['cases']} | {row['missed_emergencies']} | {row['under']} "
            f"| {row['over']} | {row['acceptable']} |"
        )
    yield (
        "\nThe labels were set by people who are not clinicians, urgent causes are far "
        "over-represented, and the development stories were seen by those who wrote the rules: "
        "read the figures as the most favourable view. In brackets: 95 % Wilson intervals.\n"
    )


def _claims(proof: Mapping[str, Any]) -> Iterator[str]:
    yield "## Claims about the rules and the plan, for all possible answers\n"
    versions = ", ".join(f"{name} {version}" for name, version in proof.get("solvers", {}).items())
    yield (
        "p is any case, however little is known. Each claim is a function of its own in "
        "[`triage/claims.py`](../src/lumbago/triage/claims.py) or, about the plan, in "
        "[`planning/claims.py`](../src/lumbago/planning/claims.py). Run them again with `make prove`"
        + (f"; recorded with {versions}.\n" if versions else ".\n")
    )
    yield "| claim | name | outcome | what it says |"
    yield "|---|---|---|---|"
    for id_, claim in proof.get("claims", {}).items():
        solvers = ", ".join(f"{name}: {said}" for name, said in claim["solvers"].items())
        yield f"| {id_} | `{claim['name']}` | {claim['outcome']} ({solvers}) | {claim['sentence']} |"
    yield ""


def _program_claims() -> Iterator[str]:
    yield "## Claims about the program, checked by tests\n"
    yield "| claim | what it says | checked by |"
    yield "|---|---|---|"
    for id_, sentence, test in PROGRAM_CLAIMS:
        yield f"| {id_} | {sentence} | `{test}` |"
    yield ""


def _mutants() -> Iterator[str]:
    score = figures().get("mutants")
    yield "## Are the cases sharp enough?\n"
    if not score:
        yield "Mutation of the rules has not been recorded yet.\n"
        return
    yield (
        f"{score['mutants']} mutants of the knowledge (rules deleted, weakened, and/or swapped, "
        f"thresholds and counts moved by one, negations and literals dropped): "
        f"{score['equivalent']} proved equivalent by Z3, {score['caught']} of the other "
        f"{score['mutants'] - score['equivalent']} caught by a hand-written case or a claim "
        f"({score['share']}). Survivors, each with its reason, stand in "
        "[`survivors.yaml`](../tests/cases/rules/survivors.yaml).\n"
    )


def _hazards(knowledge: Knowledge) -> Iterator[str]:
    hazards = knowledge.hazards.values()
    count = {state: sum(h.status == state for h in hazards) for state in _STATUS}
    yield "## Hazard log\n"
    yield (
        f"{len(hazards)} hazards: {count['controlled']} controlled, {count['partly']} partly, "
        f"{count['open']} open. Severity and likelihood (1 to 5, before the control) are "
        "judgement. No clinical-safety officer owns this log yet.\n"
    )
    yield "| id | hazard and cause | harm (S, L) | control | what can fail | state |"
    yield "|---|---|---|---|---|---|"
    for hazard in hazards:
        yield _row(hazard)


def _row(hazard: Hazard) -> str:
    harm = f"{hazard.harm.text} ({hazard.harm.severity}, {hazard.harm.likelihood})"
    checks = "; ".join(f"{check.kind}: {check.what}" for check in hazard.verify)
    cells = (
        hazard.id,
        f"{hazard.hazard} *{hazard.cause}*",
        harm,
        hazard.control,
        checks,
        _STATUS[hazard.status],
    )
    return "| " + " | ".join(_cells(cells)) + " |"


def _cells(cells: Iterable[str]) -> Iterator[str]:
    for cell in cells:
        yield " ".join(cell.replace("|", "\\|").split())
