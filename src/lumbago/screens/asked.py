"""A few findings asked by themselves, outside of the interview: for a medicine, or before a plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from lumbago.errors import LumbagoError
from lumbago.intake import values_of
from lumbago.quantity import from_base
from lumbago.screens.questions import Field
from lumbago.wording import Wording

ASKED: Final = 8
"""So many questions stand on one page."""


def fields(
    wording: Wording,
    findings: Iterable[str],
    sent: Mapping[str, str],
    wrong: Mapping[str, str],
) -> tuple[Field, ...]:
    """A row of a form for each finding."""
    return tuple(_field(wording, id_, sent, wrong.get(id_, "")) for id_ in findings)


def _field(wording: Wording, id_: str, sent: Mapping[str, str], wrong: str) -> Field:
    finding = wording.knowledge.findings[id_]
    choices: list[tuple[str, str]] = []
    if finding.answer == "choice":
        choices = [(choice, wording.choice(id_, choice)) for choice in finding.choices]
        choices.append(("unsure", wording.message("unsure")))
    elif finding.answer == "yes_no":
        choices = [(value, wording.message(value)) for value in ("yes", "no", "unsure")]
    ends = [from_base(e, finding.unit) if finding.unit else "" for e in (finding.low, finding.high)]
    return Field(
        name=id_,
        kind=finding.answer,
        text=wording.line(("questions", id_)),
        help=wording.help(id_),
        quote="",
        choices=tuple(choices),
        unit=str(wording.words["screens"]["units"].get(finding.unit or "", "")),
        unit_counts=finding.unit != "score",
        low=str(ends[0]),
        high=str(ends[1]),
        typed=sent.get(f"{id_}.number", ""),
        chosen=sent.get(id_, ""),
        wrong=wrong,
        saddle=id_ == "saddle_numbness",
    )


def read(
    wording: Wording, findings: Sequence[str], sent: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, str]]:
    """The answers that were sent, in the shape of the wire, and what is wrong by finding."""
    found: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for id_ in findings:
        finding = wording.knowledge.findings[id_]
        value = sent.get(id_, "").strip()
        if finding.answer not in ("choice", "yes_no") and value != "unsure":
            value = sent.get(f"{id_}.number", "").strip().replace(",", ".")
        if not value:
            wrong[id_] = "open"
            continue
        try:
            values_of(finding, value)
        except LumbagoError:
            wrong[id_] = "unknown" if finding.answer in ("choice", "yes_no") else "number"
            continue
        found[id_] = value
    return found, wrong
