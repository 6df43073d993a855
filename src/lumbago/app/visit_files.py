"""A visit as JSON data, both ways, so that an interview, a timer and settings survive the program.

As JSON: `{"lumbago": 1, "case": {…}, "before": […], "settings": {…}, …}`. An earlier case is kept as
what differs from the one after it. The log is written apart, by whoever keeps it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, fields, replace
from datetime import datetime
from itertools import pairwise
from typing import Any, Final, TypeVar

from lumbago.answers import Case
from lumbago.errors import InputError, Problem
from lumbago.fields import VERSION, given_json, given_of, moment, unknown_keys
from lumbago.screens.visit import TEXT_SIZES, Note, Settings, Stuck, Timer, Visit
from lumbago.wire import case_json, case_of

_T = TypeVar("_T")

_KEYS: Final = (
    *("lumbago", "case", "before", "settings", "revision", "started", "words", "words_at"),
    *("expired", "stuck", "note", "untold", "timer", "left"),
)
_STEP_KEYS: Final = ("at", "text", "without", "given")


def visit_json(visit: Visit) -> dict[str, Any]:
    """A visit as JSON data that `visit_of` reads back, but for its log."""
    cases = (*visit.before, visit.case)
    stuck, timer = visit.stuck, visit.timer
    data: dict[str, Any] = {
        "lumbago": VERSION,
        "case": case_json(visit.case),
        "before": [_difference(earlier, later) for earlier, later in pairwise(cases)],
        "settings": asdict(visit.settings),
        "revision": visit.revision,
        "started": visit.started,
        "words": visit.words,
        "words_at": _iso(visit.words_at),
        "expired": visit.expired,
        "stuck": stuck and {**asdict(stuck), "since": _iso(stuck.since)},
        "note": visit.note and asdict(visit.note),
        "untold": visit.untold,
        "left": visit.left or None,
        "timer": timer and {**asdict(timer), "ends": _iso(timer.ends)},
    }
    return {key: value for key, value in data.items() if value is not None}


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _difference(earlier: Case, later: Case) -> dict[str, Any]:
    """What turns the later case back into the earlier one."""
    given = {
        id_: given_json(one) for id_, one in earlier.given.items() if later.given.get(id_) != one
    }
    data = {
        "at": _iso(earlier.at) if earlier.at != later.at else None,
        "text": earlier.text if earlier.text != later.text else None,
        "without": [id_ for id_ in later.given if id_ not in earlier.given] or None,
        "given": given or None,
    }
    return {key: value for key, value in data.items() if value is not None}


def visit_of(data: object) -> Visit:
    """A visit out of JSON data, with an empty log. Raises `InputError` if it is not one of ours."""
    values = _object(data, _KEYS, "visit")
    if values.get("lumbago") != VERSION:
        raise InputError(Problem(f"Version {values.get('lumbago')!r} is not known.", "lumbago"))
    case = case_of(values.get("case"))
    return Visit(
        case=case,
        before=_before(values.get("before", []), case),
        settings=_settings(values.get("settings", {})),
        revision=_as(int, values, "revision", 0),
        started=_as(bool, values, "started", False),
        words=_as(str, values, "words", ""),
        words_at=moment(values.get("words_at"), "words_at"),
        expired=_as(int, values, "expired", 0),
        stuck=_maybe(values.get("stuck"), _stuck),
        note=_maybe(values.get("note"), _note),
        untold=_as(bool, values, "untold", True),
        timer=_maybe(values.get("timer"), _timer),
        left=_as(bool, values, "left", False),
    )


def _object(data: object, keys: tuple[str, ...], where: str) -> Mapping[str, Any]:
    if not isinstance(data, dict):
        raise InputError(Problem("It must be an object.", where))
    if problems := unknown_keys(data, keys, where):
        raise InputError(problems)
    return data


def _as(kind: type[_T], data: Mapping[str, Any], key: str, default: _T | None = None) -> _T:
    value = data.get(key, default)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise InputError(Problem(f"{value!r} does not belong here.", key))
    return value


def _maybe(data: object, read: Callable[[object], _T]) -> _T | None:
    return None if data is None else read(data)


def _before(steps: object, case: Case) -> tuple[Case, ...]:
    if not isinstance(steps, list):
        raise InputError(Problem("It must be a list.", "before"))
    cases: list[Case] = []
    for data in reversed(steps):
        step = _object(data, _STEP_KEYS, "before")
        gone = set(_as(list, step, "without", []))
        given = {id_: one for id_, one in case.given.items() if id_ not in gone}
        for id_, value in _as(dict, step, "given", {}).items():
            given[id_] = given_of(value, id_)
        at = moment(step["at"], "at") if "at" in step else case.at
        case = replace(case, at=at, text=_as(str, step, "text", case.text), given=given)
        cases.append(case)
    return tuple(reversed(cases))


def _settings(data: object) -> Settings:
    values = _object(data, tuple(one.name for one in fields(Settings)), "settings")
    size = next((s for s in TEXT_SIZES if s == values.get("text_size")), Settings().text_size)
    return Settings(_as(str, values, "country", ""), size)


def _stuck(data: object) -> Stuck:
    values = _object(data, tuple(one.name for one in fields(Stuck)), "stuck")
    since = moment(values.get("since"), "stuck.since")
    answers = _as(dict, values, "answers", {})
    if since is None or not all(isinstance(one, str) for one in answers.values()):
        raise InputError(Problem("It is not complete.", "stuck"))
    return Stuck(since, _as(int, values, "minutes_before", 0), answers)


def _note(data: object) -> Note:
    names = tuple(one.name for one in fields(Note))
    values = _object(data, names, "note")
    return Note(**{name: _as(str, values, name, "") for name in names})


def _timer(data: object) -> Timer:
    values = _object(data, tuple(one.name for one in fields(Timer)), "timer")
    ends = moment(values.get("ends"), "timer.ends")
    measure, minutes = _as(str, values, "measure"), _as(int, values, "minutes")
    return Timer(measure, minutes, ends, _as(int, values, "left", 0))
