"""Everything that is known of an overlay, as one value and as JSON data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from lumbago.answers import Answers
from lumbago.fields import VERSION
from lumbago.knowledge.model import Knowledge
from lumbago.knowledge.overlay import Change, Overlay, written
from lumbago.rates import gap_json, paired_json, rate_json
from lumbago.whatif.breaks import BrokenCheck, BrokenClaim, Claims
from lumbago.whatif.cases import CaseComparison
from lumbago.whatif.compare import Carrier, Comparison, Example, GroupGap
from lumbago.whatif.people import Kind
from lumbago.wire import answer_json

NotTried = Literal["absent", "skipped"]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of an overlay on `people` of each kind drawn by `seed`.

    `claims` says why they were not tried where they were not; `file` is that of the cases.
    """

    overlay: Overlay
    people: int
    seed: int
    found: Mapping[Kind, Comparison]
    examples: tuple[Example, ...]
    cases: CaseComparison | None
    file: str
    claims: Claims | NotTried
    checks: tuple[BrokenCheck, ...]


def whatif_json(result: Result) -> dict[str, Any]:
    """The whole result as JSON data; that it is not the shipped knowledge comes first."""
    overlay, knowledge = result.overlay, result.overlay.shipped
    return {
        "lumbago": VERSION,
        "not_the_shipped_knowledge": True,
        "title": overlay.title,
        "why": overlay.why,
        "knowledge": overlay.knowledge.hash,
        "shipped": overlay.shipped.hash,
        "changes": [_change_json(change) for change in overlay.changes],
        "people": result.people,
        "seed": result.seed,
        "found": {
            kind.value: _comparison_json(knowledge, one) for kind, one in result.found.items()
        },
        "examples": [_example_json(knowledge, one) for one in result.examples],
        "cases": _cases_json(knowledge, result.cases) if result.cases else None,
        "claims": _claims_json(knowledge, result.claims),
        "checks": [{"check": c.sentence, "problems": list(c.problems)} for c in result.checks],
    }


def _change_json(change: Change) -> dict[str, Any]:
    return {
        "id": change.id,
        "kind": change.kind,
        "was": change.was or None,
        "now": change.now or None,
        "before": change.before.id if change.before is not None else None,
        "after": change.after.id if change.after is not None else None,
    }


def _comparison_json(knowledge: Knowledge, one: Comparison) -> dict[str, Any]:
    return {
        "people": one.people,
        "up": rate_json(one.moved("up")),
        "down": rate_json(one.moved("down")),
        "moves": [
            {"from": was.id, "to": now.id, "people": people}
            for (was, now), people in sorted(one.moves.items(), reverse=True)
        ],
        "measures": {measure.value: paired_json(found) for measure, found in one.measures.items()},
        "causes": {cause: paired_json(found) for cause, found in sorted(one.causes.items())},
        "carriers": [_carrier_json(knowledge, carrier) for carrier in one.carriers],
        "groups": [_group_json(gap) for gap in one.groups],
        "unseen": list(one.unseen),
    }


def _carrier_json(knowledge: Knowledge, carrier: Carrier) -> dict[str, Any]:
    return {
        "rule": carrier.rule,
        "up": carrier.up,
        "down": carrier.down,
        "fires": [carrier.fires_before, carrier.fires_after],
        "parts": [
            {
                "when": f"{'not ' if part.negated else ''}{written(knowledge, part.literal)}",
                "people": part.people,
            }
            for part in carrier.parts
        ],
    }


def _group_json(gap: GroupGap) -> dict[str, Any]:
    return {
        "measure": gap.measure.value,
        "change": "more" if gap.more else "fewer",
        "kind": gap.group.kind,
        "group": gap.group.name,
        "rate": rate_json(gap.group.rate),
        "others": rate_json(gap.group.others),
        "gap": gap_json(gap.group.gap),
    }


def _example_json(knowledge: Knowledge, one: Example) -> dict[str, Any]:
    return {
        "kind": one.kind.value,
        "row": one.row,
        "before": one.before.id,
        "after": one.after.id,
        "rules": list(one.rules),
        "causes": list(one.causes),
        "answers": _answers_json(knowledge, one.answers),
    }


def _answers_json(knowledge: Knowledge, answers: Answers) -> dict[str, Any]:
    return {
        id_: answer_json(answer, knowledge.findings[id_])
        for id_, answer in answers.items()
        if answer.possible != frozenset({"no"})
    }


def _cases_json(knowledge: Knowledge, cases: CaseComparison) -> dict[str, Any]:
    return {
        **_comparison_json(knowledge, cases.comparison),
        "labelled": {where.value: paired_json(one) for where, one in cases.labelled.items()},
        "missed_emergencies": paired_json(cases.missed),
        "moved": [
            {
                "line": one.line,
                "id": one.id,
                "before": one.before.id,
                "after": one.after.id,
                "accepted": sorted(level.id for level in one.gold.acceptable),
            }
            for one in cases.moved
        ],
        "bad": [
            {"line": bad.line, "id": bad.id, "problems": [str(p) for p in bad.problems]}
            for bad in cases.bad
        ],
    }


def _claims_json(knowledge: Knowledge, claims: Claims | NotTried) -> dict[str, Any]:
    if not isinstance(claims, Claims):
        return {"tried": 0, "not_tried": claims, "broken": []}
    return {
        "tried": claims.tried,
        "solver": claims.solver,
        "broken": [_broken_json(knowledge, one) for one in claims.broken],
    }


def _broken_json(knowledge: Knowledge, one: BrokenClaim) -> dict[str, Any]:
    return {
        "claim": one.id,
        "name": one.name,
        "sentence": one.sentence,
        "outcome": one.outcome,
        "obligation": one.where,
        "people": [
            {
                "answers": _answers_json(knowledge, answers),
                "as_told": verdict.as_told.id,
                "range": [verdict.low.id, verdict.high.id],
            }
            for answers, verdict in one.people
        ],
    }
