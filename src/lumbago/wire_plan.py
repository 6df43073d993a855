"""The JSON shape of a plan, version 1. Ids and moments; words are looked up by id."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from lumbago.knowledge.care import Dosage, Intake, Label
from lumbago.planning.eligibility import Objection, Standing
from lumbago.planning.result import (
    Backing,
    CarePlan,
    Choice,
    DatedItem,
    MedicineStep,
    Step,
    UntilSeen,
)
from lumbago.wire import VERSION, citation_text, problem_json


def plan_json(plan: CarePlan) -> dict[str, Any]:
    """A plan, or the card in its place, in the shape of version 1."""
    triage = plan.assessment.triage
    head = {
        "lumbago": VERSION,
        "id": plan.id,
        "at": plan.at.isoformat(),
        "knowledge": plan.knowledge,
        "proved": plan.assessment.proved,
        "triage": {
            "disposition": triage.disposition,
            "cleared": triage.cleared,
            "action": triage.action if triage.disposition != "unsettled" else None,
            "within_hours": triage.within_hours if triage.disposition != "unsettled" else None,
        },
        "refused": _refused(plan.refused) if plan.refused else None,
        "danger": list(plan.danger),
    }
    tail = {"problems": [problem_json(problem) for problem in plan.problems]}
    return head | ({} if plan.refused else _body(plan)) | tail


def _body(plan: CarePlan) -> dict[str, Any]:
    return {
        "stage": plan.stage,
        "onset": [_moment(end) for end in plan.onset] if plan.onset else None,
        "valid_until": _moment(plan.valid_until),
        "next_check": _moment(plan.next_check),
        "checks": [_moment(check) for check in plan.checks],
        "now": list(plan.now),
        "items": _items(plan.items),
        "outlook": _items(plan.outlook),
        "steps": [_step(step) for step in plan.steps],
        "choices": [_choice(choice) for choice in plan.choices],
        "medicines": [_medicine(step) for step in plan.medicines],
        "later": [
            {"stage": p.stage, "begins": _moment(p.begins), "measures": list(p.measures)}
            for p in plan.later
        ],
        "reviews": [{"id": r.id, "day": r.day.date().isoformat()} for r in plan.reviews],
        "habits": [
            {"habit": h.habit.id, "reported": h.reported, "backing": _backing(h.backing)}
            for h in plan.habits
        ],
        "intakes": [_intake(intake) for intake in plan.intakes],
        "told": list(plan.told),
        "named": list(plan.named),
        "aside": [_standing(standing) for standing in plan.aside],
    }


def _refused(card: UntilSeen) -> dict[str, Any]:
    return {
        "because": list(card.because),
        "action": card.action or None,
        "within_hours": card.within_hours,
        "position": card.position or None,
        "do": list(card.do),
        "avoid": list(card.avoid),
        "questions": list(card.questions),
        "expired": list(card.expired),
        "groups": list(card.groups),
        "overdosed": list(card.overdosed),
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _items(items: Iterable[DatedItem]) -> list[dict[str, Any]]:
    return [{"measure": i.measure, "start": _moment(i.start), "end": _moment(i.end)} for i in items]


def _step(step: Step) -> dict[str, Any]:
    return {
        "measure": step.measure.id,
        "kind": step.measure.kind,
        "chosen": step.chosen,
        "dosage": _dosage(step.dosage) if step.dosage else None,
        "level": {
            "of": step.level.of,
            "because": step.level.because,
            "percent": step.level.percent,
            "not_before": _moment(step.not_before),
        },
        "cautions": [_objection(caution) for caution in step.cautions],
        "backing": _backing(step.backing),
    }


def _dosage(dosage: Dosage) -> dict[str, Any]:
    data: dict[str, Any] = {"stage": dosage.stage}
    for name in ("minutes", "per_day", "hold_seconds", "repetitions", "sets"):
        low, high = getattr(dosage, name)
        if high:
            data[name] = [low, high]
    for name in ("gap_minutes", "each_side", "most_days"):
        if getattr(dosage, name):
            data[name] = getattr(dosage, name)
    return data


def _backing(backing: Backing) -> dict[str, Any]:
    return {
        "certainty": backing.certainty,
        "sources": [citation_text(citation) for citation in backing.sources],
        "effects": list(backing.effects),
        "named_by": list(backing.named_by),
        "conflicts": list(backing.conflicts),
        "guidelines": list(backing.guidelines),
    }


def _objection(objection: Objection) -> dict[str, Any]:
    return {
        "id": objection.id,
        "from": objection.origin,
        "action": objection.action,
        "known": objection.known,
        "questions": list(objection.questions),
    }


def _standing(standing: Standing) -> dict[str, Any]:
    return {
        "id": standing.id,
        "status": standing.status,
        "questions": list(standing.questions),
        "because": [_objection(objection) for objection in standing.objections],
    }


def _choice(choice: Choice) -> dict[str, Any]:
    return {
        "choice": choice.id,
        "options": [
            {"value": o.value, "status": o.status, "measures": list(o.measures)}
            for o in choice.options
        ],
        "default": choice.default or None,
        "chosen": choice.chosen or None,
        "conflicts": list(choice.conflicts),
        **({"default_because": choice.because} if choice.because else {}),
    }


def _medicine(step: MedicineStep) -> dict[str, Any]:
    data: dict[str, Any] = {
        "medicine": step.medicine.id,
        "chosen": step.chosen,
        "standing": _standing(step.standing),
        "cautions": [_objection(caution) for caution in step.standing.cautions],
        "backing": _backing(step.backing),
        "dose": None,
        "none": None,
    }
    if step.dose is not None:
        data["dose"] = {
            "not_before": _moment(step.at),
            "milligrams": step.dose.milligrams,
            "units": step.dose.units,
            "taken_in_24_hours": step.dose.in_window,
            "ceiling": step.dose.ceiling,
            "interval_minutes": step.dose.interval,
            "label": _label(step.dose.label),
        }
    if step.none is not None:
        data["none"] = {
            "why": list(step.none.why),
            "not_before": _moment(step.at),
            "taken_in_24_hours": step.none.in_window,
        }
    return data


def _label(label: Label) -> dict[str, Any]:
    return {
        "country": label.country,
        "version": label.version,
        "dated": label.dated,
        "strength": label.strength,
        "sources": [citation_text(citation) for citation in label.sources],
    }


def _intake(intake: Intake) -> dict[str, Any]:
    return {
        "nutrient": intake.nutrient,
        "milligrams_per_day": intake.per_day,
        "sex": intake.sex,
        "ages": list(intake.ages),
        "sources": [citation_text(citation) for citation in intake.sources],
    }
