"""The JSON of a comparison for oneself: the answer, where it stands, its sessions, and the report."""

from __future__ import annotations

from typing import Any

from lumbago.events import Log
from lumbago.fields import VERSION
from lumbago.quantity import from_base
from lumbago.recovery.nof1.answer import Pair, Result
from lumbago.recovery.nof1.refusal import No
from lumbago.recovery.nof1.sessions import Sitting
from lumbago.story_comparison import ComparisonTeller


def comparison_json(teller: ComparisonTeller, result: Result | None, log: Log) -> dict[str, Any]:
    """A comparison, with its report in words; differences are in points of 0-10.

    A pair is `helps_more`, `no_difference` or `cannot_tell`; `comparison` is null where there is none.
    """
    if result is None:
        return {"lumbago": VERSION, "comparison": None}
    trial, looked = result.trial, result.looked
    report = teller.report(result, log)
    return {
        "lumbago": VERSION,
        "comparison": {
            "id": trial.id,
            "at": result.at.isoformat(),
            "began_at": trial.began_at.isoformat(),
            "state": result.state,
            "arms": list(trial.arms),
            "blocks": trial.blocks,
            "blocks_done": result.blocks_done,
            "first_look": result.first_look,
            "next_look": result.next_look,
            "headline": teller.headline(result),
            "best": looked.best if looked else "",
            "pairs": [_pair(pair) for pair in looked.pairs] if looked else None,
            "sessions": [_sitting(sitting) for sitting in trial.sittings],
            "seed": trial.seed,
            "report": {
                "title": report.title,
                "parts": [{"title": p.title, "lines": list(p.lines)} for p in report.parts],
            },
        },
    }


def no_json(no: No) -> dict[str, Any]:
    """Why not."""
    until = no.until.isoformat() if no.until else None
    return {"because": no.because, "until": until, "about": list(no.about)}


def _pair(pair: Pair) -> dict[str, Any]:
    return {
        "better": pair.better,
        "other": pair.other,
        "answer": pair.kind,
        "probability": round(pair.probability, 3),
        "helps_more": round(pair.helps_more, 3),
        "no_difference": round(pair.no_difference, 3),
        "mean": round(pair.mean, 2),
        "interval": [round(pair.low, 2), round(pair.high, 2)],
    }


def _sitting(sitting: Sitting) -> dict[str, Any]:
    def score(tenths: int | None) -> int | float | None:
        return None if tenths is None else from_base(tenths, "score")

    return {
        "id": sitting.id,
        "number": sitting.slot.number,
        "block": sitting.slot.block,
        "arm": sitting.slot.arm,
        "at": sitting.at.isoformat(),
        "before": score(sitting.before),
        "after": score(sitting.after),
        "later": score(sitting.later),
        "troubles": list(sitting.troubles),
    }
