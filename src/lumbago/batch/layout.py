"""The flat shape of many cases: which columns a table may have, and one row of it as a case.

| column | what | type |
|---|---|---|
| `id` | the case's own id | text or whole number |
| `at` | as of this moment, with its offset | timestamp with zone, or ISO text |
| `text` | own words; such a row is read one at a time | text |
| `age`, `sex` | short for `age_years`, `sex_at_birth` | as below |
| a finding, yes or no | `yes`, `no`, `unsure`; null: not asked | text, or true and false |
| a finding, choice | an id, several as `a|b`, or `unsure`; null: not asked | text |
| a finding, number | in the unit of its id, or `unsure`; null: not asked | a number, or text |
| `NUMBER__low`, `NUMBER__high` | an interval instead of one number | as above |
| `FINDING__at` | when the answer was given (default: with the case) | as `at` |
| `FINDING__from` | where it comes from, as on the wire: `tap`, `list:history-1` | text |
| `conditions`, `medicines`, `allergies` | of the profile | list of text, or text parted by `;` |
| `x_…` | anything, carried to the output as it is | any |

Null is "not asked" and nothing is ever filled in. Any other column is an error, unless it is named to
be kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from lumbago.answers import Case
from lumbago.errors import InputError, Problem, did_you_mean
from lumbago.fields import VERSION, given_json
from lumbago.knowledge.model import Finding, Knowledge
from lumbago.wire import case_of

PROFILE: Final = ("conditions", "medicines", "allergies")
SHORT: Final = {"age": "age_years", "sex": "sex_at_birth"}
KEPT: Final = "x_"
LOW, HIGH, AT, FROM = "__low", "__high", "__at", "__from"

_OWN: Final = ("id", "at", "text")
_PLAIN: Final = re.compile(r"\s*[-+]?\d+(\.\d+)?\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Layout:
    """What the columns of a table are.

    `answers` are (column, finding) in the order of the table; the others go from finding to column.
    """

    answers: tuple[tuple[str, Finding], ...]
    lows: Mapping[str, str]
    highs: Mapping[str, str]
    times: Mapping[str, str]
    origins: Mapping[str, str]
    own: frozenset[str]
    kept: tuple[str, ...]


def layout(knowledge: Knowledge, names: Iterable[str], keep: Iterable[str] = ()) -> Layout:
    """What the columns of these names are. Raises `InputError` naming every unknown one."""
    names, keep = tuple(names), frozenset(keep)
    problems = [
        Problem(f"The column '{name}' is there twice.")
        for name in sorted({name for name in names if names.count(name) > 1})
    ] + [Problem(f"There is no column '{name}' to keep.") for name in sorted(keep - set(names))]
    answers: list[tuple[str, Finding]] = []
    ends: dict[str, dict[str, str]] = {LOW: {}, HIGH: {}, AT: {}, FROM: {}}
    own: set[str] = set()
    kept: list[str] = []
    for name in names:
        base, mark, ending = name.rpartition("__")
        finding = knowledge.findings.get(SHORT.get(name, name))
        about = knowledge.findings.get(SHORT.get(base, base))
        if name in keep or name.startswith(KEPT):
            kept.append(name)
        elif name in _OWN or name in PROFILE:
            own.add(name)
        elif finding is not None:
            answers.append((name, finding))
        elif about is not None and mark + ending in ends and _takes(about, mark + ending):
            ends[mark + ending][about.id] = name
        else:
            problems.append(_unknown(knowledge, name))
    for id_ in sorted(ends[LOW].keys() ^ ends[HIGH].keys()):
        problems.append(Problem(f"An interval of {id_} needs both {id_}__low and {id_}__high."))
    if problems:
        raise InputError(problems)
    return Layout(
        tuple(answers), ends[LOW], ends[HIGH], ends[AT], ends[FROM], frozenset(own), tuple(kept)
    )


def _takes(finding: Finding, ending: str) -> bool:
    return ending in (AT, FROM) or finding.answer == "number"


def _unknown(knowledge: Knowledge, name: str) -> Problem:
    known = (*_OWN, *SHORT, *PROFILE, *knowledge.findings)
    hint = did_you_mean(name, known)
    carry = f"To carry it along, call it '{KEPT}{name}' or name it to be kept."
    return Problem(f"Unknown column '{name}'.", hint=f"{hint} {carry}".strip())


def case_of_row(shape: Layout, row: Mapping[str, Any]) -> Case:
    """One row as a case. Raises `InputError` with every problem of its shape."""
    data: dict[str, Any] = {"lumbago": VERSION}
    if row.get("id") is not None:
        data["id"] = str(row["id"])
    at = row.get("at")
    if at is not None:
        data["at"] = at.isoformat() if isinstance(at, datetime) else at
    if row.get("text") is not None:
        data["text"] = row["text"]
    answers: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, finding in shape.answers:
        if row.get(name) is not None:
            value = _value(finding, row[name])
            if finding.id in answers and answers[finding.id] != value:
                said = f"'{name}' and '{finding.id}' disagree."
                problems.append(Problem(said, "answers", "Keep one of them."))
            answers[finding.id] = value
    for id_, low in shape.lows.items():
        ends = {"from": row.get(low), "to": row.get(shape.highs[id_])}
        given = {end: _plain(value) for end, value in ends.items() if value is not None}
        if given and id_ in answers:
            problems.append(Problem(f"Both a number and an interval of {id_} are given."))
        elif given:
            answers[id_] = given
    if problems:
        raise InputError(problems)
    data["answers"] = {id_: _dated(shape, row, id_, value) for id_, value in answers.items()}
    profile = {key: _names(row[key]) for key in PROFILE if row.get(key) is not None}
    return case_of(data | {"profile": profile})


def _dated(shape: Layout, row: Mapping[str, Any], id_: str, value: Any) -> Any:
    """An answer with when and where it was given, if the row says so."""
    at, origin = row.get(shape.times.get(id_, "")), row.get(shape.origins.get(id_, ""))
    if at is None and origin is None:
        return value
    found = {"value": value}
    if at is not None:
        found["at"] = at.isoformat() if isinstance(at, datetime) else at
    if origin is not None:
        found["from"] = origin
    return found


def _value(finding: Finding, value: Any) -> Any:
    if finding.answer == "number":
        return _plain(value)
    if finding.answer == "choice" and isinstance(value, str) and "|" in value:
        return [part.strip() for part in value.split("|")]
    return value


def _plain(value: Any) -> Any:
    """A number that was written as text, as a number."""
    if isinstance(value, str) and _PLAIN.fullmatch(value):
        return Decimal(value.strip())
    return value


def plain(finding: Finding, value: Any) -> Any:
    """A cell of a finding's column as the value that the wire would have."""
    return _value(finding, value)


def _names(value: Any) -> Any:
    if isinstance(value, str):
        return [name.strip() for name in value.split(";") if name.strip()]
    return value


def row_of(knowledge: Knowledge, case: Case) -> dict[str, Any]:
    """A case as a row that `case_of_row` reads back; all of it text, but for lists of names.

    Raises `InputError` for an answer that no column can hold. A person's day is left out.
    """
    row: dict[str, Any] = {"id": case.id, "text": case.text or None}
    if case.at is not None:
        row["at"] = case.at.isoformat()
    problems: list[Problem] = []
    for id_, given in case.given.items():
        finding = knowledge.findings.get(id_)
        if finding is None:
            hint = did_you_mean(id_, knowledge.findings)
            problems.append(Problem(f"Unknown finding '{id_}'.", "answers", hint))
            continue
        whole = given_json(given)
        row |= _cells(finding, given.value)
        if isinstance(whole, dict) and "value" in whole:
            row |= {id_ + FROM: whole["from"], id_ + AT: whole.get("at")}
    if problems:
        raise InputError(problems)
    for kind in PROFILE:
        if getattr(case.profile, kind):
            row[kind] = list(getattr(case.profile, kind))
    return row


def _cells(finding: Finding, value: Any) -> dict[str, str]:
    """The cells of one answer, as text."""
    id_ = finding.id
    if isinstance(value, bool) and finding.answer == "yes_no":
        return {id_: "yes" if value else "no"}
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        return {id_: "|".join(value)}
    if isinstance(value, Mapping) and set(value) == {"from", "to"} and finding.answer == "number":
        return {id_ + LOW: str(value["from"]), id_ + HIGH: str(value["to"])}
    if isinstance(value, str | int | float | Decimal) and not isinstance(value, bool):
        return {id_: str(value)}
    raise InputError(Problem(f"'{value}' is not an answer to {id_}.", f"answers.{id_}"))
