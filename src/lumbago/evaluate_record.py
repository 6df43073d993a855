"""The recorded evaluation: figures that were measured once, and of which knowledge they speak.

The cases may be private; their figures need not be. `evaluation.json` beside this file holds what
`lumbago evaluate ... --record NAME` and `lumbago simulate N --rules --record` measured, without any
case. The page of the evaluation is made from it alone.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from lumbago.evaluate import Evaluation, Mode
from lumbago.evaluate_interview import InterviewFigures, interview_json
from lumbago.evaluate_reading import ReadingFigures, reading_json
from lumbago.evaluate_reliability import Sureness, View
from lumbago.evaluate_report import figures_json
from lumbago.knowledge.model import Knowledge
from lumbago.knowledge.snapshot import encode
from lumbago.reading import index_of
from lumbago.simulate import RuleCost, Scenario
from lumbago.triage.proof import PACKAGE
from lumbago.whole import write_whole

RECORD: Final = PACKAGE / "evaluation.json"
_CAUSES: Final = (
    "conditions",
    "causes",
    "clues",
    "syndromes",
    "lookalikes",
    "parameters",
    "spreads",
)
_READING: Final = ("lexicon_language", "medicine_names")

_COSTLIEST: Final = 10
_ONE_CASE: Final = frozenset({"misses", "bad", "differ"})
"""What speaks of single cases: never recorded."""


@cache
def recorded(path: Path = RECORD) -> Mapping[str, Any]:
    """What was recorded; empty if nothing was."""
    if not path.exists():
        return {}
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data


def record_stories(
    knowledge: Knowledge, name: str, result: Evaluation, sure: Sureness, path: Path = RECORD
) -> None:
    """Record the evaluation of written cases, in place of the one that was recorded before."""
    outcomes = result.outcomes[Mode.TEXT_AND_ANSWERS]
    value = {
        "cases": len(outcomes),
        "caused": sum(outcome.fit is not None for outcome in outcomes),
        "figures": _lean(_without_cases(figures_json(result, sure))),
    }
    _keep("stories", _named(knowledge, name, value), path)


def record_interview(
    knowledge: Knowledge, name: str, figures: InterviewFigures, path: Path = RECORD
) -> None:
    """Record the interview with some cases, in place of the same with the same policy."""
    lengths = Counter(one.screens for one in figures.played)
    value = {
        "cases": len(figures.played),
        "figures": _without_cases(interview_json(figures)),
        "lengths": {str(screens): lengths[screens] for screens in sorted(lengths)},
    }
    key = (name, str(figures.unheld))
    others = [
        one
        for one in recorded(path).get("interviews", ())
        if (one["name"], one["figures"]["unheld"]) != key
    ]
    found = [*others, _named(knowledge, name, value)]
    _keep("interviews", sorted(found, key=_interview_order), path)


def _interview_order(one: Mapping[str, Any]) -> tuple[str, str]:
    return str(one["name"]), str(one["figures"]["unheld"])


def record_reading(
    knowledge: Knowledge, name: str, figures: ReadingFigures, path: Path = RECORD
) -> None:
    """Record the reading of labelled snippets, in place of the one that was recorded before."""
    value = {"cases": len(figures.read), "figures": _without_cases(reading_json(figures))}
    _keep("reading", _named(knowledge, name, value), path)


def record_alarm(
    knowledge: Knowledge,
    people: int,
    seed: int,
    scenarios: Sequence[Scenario],
    costs: Sequence[RuleCost],
    path: Path = RECORD,
) -> None:
    """Record how ordinary people come out, what other shares would do, and what rules cost."""
    value = {
        "cases": people,
        "seed": seed,
        "scenarios": [
            {
                "changed": dict(scenario.changed),
                "shares": {
                    level.id: round(share, 5) for level, share in scenario.dispositions.items()
                },
            }
            for scenario in scenarios
        ],
        "costs": [
            {
                "rule": cost.rule,
                "level": cost.disposition.id,
                "fires": round(cost.fires, 5),
                "alone": round(cost.alone, 5),
            }
            for cost in costs[:_COSTLIEST]
        ],
    }
    _keep("alarm", _named(knowledge, "", value), path)


def changed_since(knowledge: Knowledge, part: Mapping[str, Any]) -> tuple[str, ...]:
    """What of the knowledge is not what something recorded speaks of: rules, causes, reading.

    The code is not compared.
    """
    then = part["knowledge"]
    return tuple(name for name, now in _digests(knowledge).items() if then.get(name) != now)


def _digests(knowledge: Knowledge) -> dict[str, str]:
    """What the figures depend on: the rules, what is believed of causes, and how words are read."""
    words = knowledge.words["en"]
    phrases = words.get("lexicon_index") or index_of(words)  # ready in the snapshot alone
    return {
        "rules": knowledge.hashes["logic"],
        "causes": _digest([encode(getattr(knowledge, n), positions=False) for n in _CAUSES]),
        "reading": _digest([phrases, *(words[kind] for kind in _READING)]),
    }


def _digest(data: object) -> str:
    canonical = json.dumps(data, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _named(knowledge: Knowledge, name: str, value: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": name, "knowledge": _digests(knowledge), **value}


def _without_cases(figures: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in figures.items() if key not in _ONE_CASE}


def _lean(figures: dict[str, Any]) -> dict[str, Any]:
    """The figures without the bins of reliability diagrams that nobody draws."""
    found = figures["reliability"]
    drawn = (found["people"].get("usual"), found["cases"][Mode.TEXT_AND_ANSWERS])
    for views in (*found["people"].values(), *found["cases"].values()):
        for view, one in views.items():
            if view != View.FIRST or not any(views is shown for shown in drawn):
                del one["bins"]
    return figures


def _keep(part: str, value: Any, path: Path) -> None:
    """Write one part of the record, keeping the others. Nothing half written."""
    data = {**recorded(path), part: value}
    write_whole(path, (json.dumps(data, indent=1, sort_keys=True) + "\n").encode())
    recorded.cache_clear()
