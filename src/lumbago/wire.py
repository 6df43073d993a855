"""The versioned JSON shapes, both ways.

Version 1. A case comes in (`case_of`, of `case_files`), an assessment goes out (`assessment_json`).
Unknown keys, ids and values are errors that name the nearest known one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from lumbago.answers import Answer, Mention
from lumbago.assess import Assessment, FiredRule, OpenQuestion
from lumbago.case_files import case_json, case_of
from lumbago.differential.explain import Likely, Weight
from lumbago.errors import InputError, Problem, did_you_mean
from lumbago.evidence import Citation
from lumbago.fields import (
    LINE_LIMIT,
    TEXT_LIMIT,
    VERSION,
    dumps,
    loads,
    unknown_keys,
)
from lumbago.knowledge.model import Disposition, Finding, Knowledge
from lumbago.quantity import Interval, from_base
from lumbago.recovery.forecast import Course, Range, Refusal
from lumbago.recovery.signs import Signs

__all__ = [
    "LINE_LIMIT",
    "OPEN_SHOWN",
    "TEXT_LIMIT",
    "VERSION",
    "Gold",
    "answer_json",
    "assessment_json",
    "case_json",
    "case_of",
    "citation_text",
    "course_json",
    "dumps",
    "gold_of",
    "loads",
    "problem_json",
    "problems_json",
    "value_json",
]

OPEN_SHOWN: Final = 10

_GOLD_KEYS: Final = (
    "disposition",
    "acceptable_dispositions",
    "diagnosis",
    "acceptable_diagnoses",
)


@dataclass(frozen=True, slots=True)
class Gold:
    """What labellers say of a case: the best disposition, those accepted, and the causes accepted.

    Where only causes are known, as for simulated people, `disposition` is None.
    """

    disposition: Disposition | None
    acceptable: frozenset[Disposition]
    diagnosis: str = ""
    acceptable_diagnoses: tuple[str, ...] = ()


def gold_of(data: Mapping[str, Any]) -> Gold:
    """The gold label of a case line. Raises `InputError` if it is missing or unknown."""
    gold = data.get("gold")
    if not isinstance(gold, dict):
        raise InputError(Problem("The case has no gold label.", "gold"))
    problems = unknown_keys(gold, _GOLD_KEYS, "gold")
    if problems:
        raise InputError(problems)
    causes = gold.get("acceptable_diagnoses", [])
    if not isinstance(causes, list) or not all(isinstance(cause, str) for cause in causes):
        raise InputError(Problem("This must be a list of ids.", "gold.acceptable_diagnoses"))
    best = gold.get("disposition")
    accepted = gold.get("acceptable_dispositions") or [best]
    if best is None and causes and accepted == [None]:
        accepted = []
    return Gold(
        disposition=_disposition(best) if accepted else None,
        acceptable=frozenset(_disposition(value) for value in accepted),
        diagnosis=str(gold.get("diagnosis", "")),
        acceptable_diagnoses=tuple(causes),
    )


def gold_json(gold: Gold) -> dict[str, Any]:
    """A gold label as JSON data that `gold_of` reads back."""
    data: dict[str, Any] = {}
    if gold.disposition is not None:
        data["disposition"] = gold.disposition.id
        data["acceptable_dispositions"] = [
            level.id for level in sorted(gold.acceptable, reverse=True)
        ]
    if gold.diagnosis:
        data["diagnosis"] = gold.diagnosis
    return data | {"acceptable_diagnoses": list(gold.acceptable_diagnoses)}


def _disposition(value: object) -> Disposition:
    known = [d.id for d in Disposition]
    if value not in known:
        hint = did_you_mean(str(value), known) or f"Use one of: {', '.join(known)}."
        raise InputError(Problem(f"'{value}' is not a disposition.", "gold", hint))
    return Disposition.of(str(value))


def assessment_json(
    knowledge: Knowledge, assessment: Assessment, *, open_all: bool = False
) -> dict[str, Any]:
    """An assessment in the shape of version 1."""
    return {
        "lumbago": VERSION,
        "id": assessment.id,
        "at": assessment.at.isoformat() if assessment.at else None,
        "knowledge": assessment.knowledge,
        "proved": assessment.proved,
        "triage": _triage_json(assessment, open_all),
        "findings": _findings_json(knowledge, assessment),
        "differential": _differential_json(assessment),
        "problems": [problem_json(problem) for problem in assessment.problems],
    }


def _triage_json(assessment: Assessment, open_all: bool) -> dict[str, Any]:
    triage = assessment.triage
    verdict = triage.verdict
    questions = triage.open_questions if open_all else triage.open_questions[:OPEN_SHOWN]
    return {
        "disposition": triage.disposition,
        "as_told": verdict.as_told.id,
        "range": [verdict.low.id, verdict.high.id],
        "settled": verdict.settled,
        "cleared": verdict.cleared,
        "action": triage.action,
        "within_hours": triage.within_hours,
        "rules": [_rule_json(fired) for fired in triage.rules],
        "doubt": list(triage.doubt),
        "open": [_question_json(question) for question in questions],
    }


def _rule_json(fired: FiredRule) -> dict[str, Any]:
    return {
        "id": fired.rule.id,
        "disposition": fired.rule.disposition.id,
        "reading": fired.reading,
        "findings": list(fired.findings),
        "protects_against": fired.rule.protects_against,
        "sources": [citation_text(citation) for citation in fired.rule.sources],
    }


def citation_text(citation: Citation) -> str:
    """A citation in one line: source, place, confidence."""
    return f"{citation.source}, {citation.at} ({citation.confidence})"


def _question_json(question: OpenQuestion) -> dict[str, str]:
    return {"finding": question.finding, "could_raise_to": question.could_raise_to.id}


def _findings_json(knowledge: Knowledge, assessment: Assessment) -> list[dict[str, Any]]:
    return [_mention_json(knowledge, mention) for mention in assessment.mentions]


def _mention_json(knowledge: Knowledge, mention: Mention) -> dict[str, Any]:
    finding = knowledge.findings.get(mention.finding)
    return {
        "finding": mention.finding,
        "value": _mention_value(mention, finding),
        "from": "text",
        "span": list(mention.span),
        "confirmed": mention.confirmed,
    }


def _mention_value(mention: Mention, finding: Finding | None) -> Any:
    if mention.polarity == "not_about_me_now":
        return "not_about_me_now"
    if isinstance(mention.value, Interval) and finding is not None:
        return value_json(mention.value, finding)
    return mention.value if mention.polarity == "yes" else str(mention.polarity)


def value_json(interval: Interval, finding: Finding) -> Any:
    """An interval in the unit of its finding: a number, or {"from": …, "to": …}."""
    assert finding.unit is not None
    low, high = from_base(interval.low, finding.unit), from_base(interval.high, finding.unit)
    return low if interval.exact else {"from": low, "to": high}


def answer_json(answer: Answer, finding: Finding) -> Any:
    """An answer as its wire value: yes, no, unsure, a choice, or a number in its unit."""
    if isinstance(answer.possible, Interval):
        return value_json(answer.possible, finding)
    return next(iter(answer.possible)) if len(answer.possible) == 1 else "unsure"


def _differential_json(assessment: Assessment) -> dict[str, Any]:
    found = assessment.differential
    return {
        "likely": [_likely_json(one) for one in found.likely],
        "families": [
            {
                "family": share.family,
                "probability": round(share.probability, 4),
                "members": list(share.members),
            }
            for share in found.families
        ],
        "not_to_be_missed": list(assessment.not_to_be_missed),
        "none_because": found.none_because,
        "notes": list(found.notes),
    }


def _likely_json(one: Likely) -> dict[str, Any]:
    return {
        "condition": one.condition,
        "family": one.family,
        "probability": round(one.probability, 4),
        "interval": [round(end, 4) for end in one.interval],
        "for": [_weight_json(weight) for weight in one.speaks_for],
        "against": [_weight_json(weight) for weight in one.against],
        "alike": list(one.alike),
    }


def _weight_json(weight: Weight) -> dict[str, Any]:
    return {"finding": weight.finding, "decibans": round(weight.decibans, 1)}


def problem_json(problem: Problem) -> dict[str, str]:
    """A problem as JSON data, without what is empty."""
    data = {"message": problem.message, "where": problem.where, "hint": problem.hint}
    return {key: value for key, value in data.items() if value}


def problems_json(id_: str | None, error: InputError) -> dict[str, Any]:
    """The line for a case that could not be read: its id and what is wrong."""
    return {"id": id_, "problems": [problem_json(problem) for problem in error.problems]}


def course_json(course: Course | Refusal, signs: Signs) -> dict[str, Any]:
    """The expected course, or why there is none, with what the diary says; never a disposition.

    Pain is in points of 0-10, days count from the onset.
    """
    data: dict[str, Any] = {"lumbago": VERSION, "course": None, "none_because": None}
    data["signs"] = _signs_json(signs)
    if isinstance(course, Refusal):
        data["none_because"] = {"reason": course.reason, "unanswered": list(course.unanswered)}
        return data
    data["course"] = {
        "stage": course.stage,
        "today": round(course.today, 2),
        "dots": [{"day": round(day, 2), "pain": _points(pain)} for day, pain in course.dots],
        "band": [_range_json(point) for point in course.band],
        "forecast": [_range_json(point) for point in course.forecast],
        "recovered_by_week": {str(c.week): round(c.share, 3) for c in course.recovery},
        "standing": course.standing,
        "ahead": None if course.ahead is None else round(course.ahead, 3),
        "factors": list(course.factors),
        "effective": round(course.effective),
        "trust": round(course.trust, 3),
    }
    return data


def _signs_json(signs: Signs) -> dict[str, Any]:
    pains = {"start": signs.start, "level": signs.level, "rise": signs.rise}
    days, recovered = signs.without_improvement, signs.recovered
    return {name: None if value is None else _points(value) for name, value in pains.items()} | {
        "days_without_improvement": None if days is None else round(days, 2),
        "recovered_since": None if recovered is None else recovered.isoformat(),
    }


def _range_json(point: Range) -> dict[str, float]:
    found = {"low": point.low, "middle": point.middle, "high": point.high}
    return {"day": round(point.day, 2)} | {key: _points(value) for key, value in found.items()}


def _points(tenths: float) -> float:
    return round(tenths / 10, 2)
