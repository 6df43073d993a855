"""JSON data read strictly: what every shape of the wire shares. Standard library only.

Duplicate and unknown keys, numbers that are none, and moments without an offset are errors.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, BinaryIO, Final, TypeVar, cast, get_args

from lumbago.answers import Given, Origin, OriginKind
from lumbago.errors import InputError, Problem, did_you_mean

_T = TypeVar("_T")

VERSION: Final = 1
LINE_LIMIT: Final = 1_000_000
TEXT_LIMIT: Final = 100_000

_ANSWER_KEYS: Final = dict.fromkeys(("value", "from", "at"))
_ORIGINS: Final = get_args(OriginKind)


def loads(text: str | bytes) -> Any:
    """JSON text as data. Raises `InputError` saying where it stops being JSON."""
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8")
        except UnicodeDecodeError as error:
            hint = "Save it as UTF-8."
            raise InputError(
                Problem("This is not UTF-8 text.", f"byte {error.start + 1}", hint)
            ) from None
    if not text.strip():
        raise InputError(
            Problem("There is nothing in it.", hint='A case looks like {"lumbago": 1, …}.')
        )
    try:
        return json.loads(text, object_pairs_hook=_no_duplicates, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise InputError(Problem(f"This is not JSON: {error.msg}.", where)) from None
    except ValueError:
        raise InputError(Problem("A number in it has more digits than can be meant.")) from None
    except RecursionError:
        raise InputError(Problem("This JSON is nested too deeply.")) from None


def lines_of(stream: BinaryIO) -> Iterator[bytes | None]:
    """Lines without blank ones; a line over the limit comes as None and is skipped unread."""
    while line := stream.readline(LINE_LIMIT + 1):
        if len(line) > LINE_LIMIT and not line.endswith(b"\n"):
            while (rest := stream.readline(LINE_LIMIT)) and not rest.endswith(b"\n"):
                pass
            yield None
        elif line.strip():
            yield line


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise InputError(Problem(f"The key '{key}' is repeated.", hint="Keep one of them."))
        found[key] = value
    return found


def _refuse_constant(text: str) -> Any:
    raise InputError(Problem(f"'{text}' is not a number."))


def collect(problems: list[Problem], make: Callable[[], _T]) -> _T | None:
    """What `make` makes, or None with its problems added to the others."""
    try:
        return make()
    except InputError as error:
        problems.extend(error.problems)
        return None


def unknown_keys(data: Mapping[str, Any], known: Iterable[str], where: str) -> list[Problem]:
    """A problem for each key that is not known, with the nearest one."""
    known = tuple(known)
    return [
        Problem(f"Unknown key '{key}'.", where, did_you_mean(key, known))
        for key in data
        if key not in known
    ]


def moment(value: object, where: str) -> datetime | None:
    """An ISO 8601 moment with its UTC offset. Raises `InputError` if the offset is missing."""
    if value is None:
        return None
    hint = "Write it like 2026-11-21T08:30:00+01:00."
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None:
        raise InputError(Problem(f"'{value}' is not a moment.", where, hint))
    if found.tzinfo is None:
        raise InputError(Problem(f"'{value}' has no UTC offset.", where, hint))
    return found


def given_of(value: object, where: str) -> Given:
    """An answer: its value, or {"value": …, "from": …, "at": …}. Raises `InputError`."""
    if isinstance(value, dict) and "value" in value:
        if not value.keys() <= _ANSWER_KEYS.keys():
            raise InputError(unknown_keys(value, _ANSWER_KEYS, where))
        return Given(value["value"], _origin(value, where))
    return Given(value)


def _origin(data: Mapping[str, Any], where: str) -> Origin:
    text = data.get("from", "tap")
    kind, _, detail = text.partition(":") if isinstance(text, str) else ("", "", "")
    if kind not in _ORIGINS:
        hint = did_you_mean(kind, _ORIGINS) or f"Use one of: {', '.join(_ORIGINS)}."
        raise InputError(Problem(f"'{text}' is not where an answer comes from.", where, hint))
    return Origin(cast("OriginKind", kind), detail, None, moment(data.get("at"), f"{where}.at"))


def given_json(given: Given) -> Any:
    """An answer as `given_of` reads it back."""
    origin = given.origin
    if origin.kind == "tap" and origin.given_at is None and not origin.detail:
        return given.value
    data: dict[str, Any] = {"value": given.value, "from": _origin_text(origin)}
    if origin.given_at is not None:
        data["at"] = origin.given_at.isoformat()
    return data


def _origin_text(origin: Origin) -> str:
    return f"{origin.kind}:{origin.detail}" if origin.detail else origin.kind


def dumps(data: object, *, indent: int | None = None) -> str:
    """JSON text, reproducible to the byte."""
    separators = (",", ": ") if indent else (", ", ": ")
    return json.dumps(data, ensure_ascii=False, indent=indent, separators=separators)


def storable(data: object, where: str) -> None:
    """Raise `InputError` if data cannot be written as JSON text in UTF-8 and read back the same."""
    try:
        json.dumps(data, ensure_ascii=False, allow_nan=False).encode()
    except UnicodeEncodeError:
        raise InputError(Problem("Half a character is in it.", where, "Type it again.")) from None
    except ValueError:
        raise InputError(Problem("A number in it is too large.", where, "Check it.")) from None
