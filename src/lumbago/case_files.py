"""A case in the shape of the wire, both ways. Standard library only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from lumbago.answers import Case, Given, Profile
from lumbago.errors import InputError, Problem
from lumbago.fields import (
    TEXT_LIMIT,
    VERSION,
    collect,
    given_json,
    given_of,
    moment,
    unknown_keys,
)

_CASE_KEYS: Final = ("lumbago", "id", "at", "age", "sex", "text", "answers", "profile", "gold")
_PROFILE_KEYS: Final = ("conditions", "medicines", "allergies", "day", "country")
_COUNTRY: Final = re.compile(r"([A-Za-z]{2})?", re.ASCII)
_DAY_KEYS: Final = ("zone", "wake", "sleep", "meals", "work")


def case_of(data: object) -> Case:
    """A case out of JSON data. Raises `InputError` with every problem of its shape at once."""
    if not isinstance(data, dict):
        raise InputError(Problem("A case must be a JSON object, like {...}."))
    problems = unknown_keys(data, _CASE_KEYS, "")
    if data.get("lumbago") != VERSION:
        hint = f'Add "lumbago": {VERSION}.'
        problems.append(Problem(f"Version {data.get('lumbago')!r} is not known.", "lumbago", hint))
    at = collect(problems, lambda: moment(data.get("at"), "at"))
    given = collect(problems, lambda: _given(data)) or {}
    profile = collect(problems, lambda: _profile(data.get("profile", {}))) or Profile()
    text = collect(problems, lambda: _text(data.get("text", ""))) or ""
    id_ = data.get("id")
    if id_ is not None and not isinstance(id_, str):
        problems.append(Problem("An id must be text.", "id"))
    if problems:
        raise InputError(problems)
    return Case(id=id_, at=at, text=text, given=given, profile=profile)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise InputError(Problem("Own words must be text.", "text"))
    if len(value) > TEXT_LIMIT:
        hint = f"Keep it under {TEXT_LIMIT} characters."
        raise InputError(Problem(f"The text has {len(value)} characters.", "text", hint))
    return value


def _given(data: Mapping[str, Any]) -> dict[str, Given]:
    answers = data.get("answers", {})
    if not isinstance(answers, dict):
        raise InputError(Problem("Answers must be an object from finding to answer.", "answers"))
    problems: list[Problem] = []
    given: dict[str, Given] = {}
    for finding, value in answers.items():
        one = collect(problems, partial(given_of, value, f"answers.{finding}"))
        if one is not None:
            given[finding] = one
    for short, finding in (("age", "age_years"), ("sex", "sex_at_birth")):
        if data.get(short) is None:
            continue
        if finding in given and given[finding].value != data[short]:
            hint = "Keep one of them."
            problems.append(Problem(f"'{short}' and '{finding}' disagree.", "answers", hint))
        given[finding] = Given(data[short])
    if problems:
        raise InputError(problems)
    return given


def _profile(data: object) -> Profile:
    if not isinstance(data, dict):
        raise InputError(Problem("A profile must be an object.", "profile"))
    problems = unknown_keys(data, _PROFILE_KEYS, "profile")
    lists: dict[str, tuple[str, ...]] = {}
    for key in _PROFILE_KEYS[:3]:
        value = data.get(key, [])
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            lists[key] = tuple(value)
        else:
            problems.append(Problem("This must be a list of names.", f"profile.{key}"))
    day = data.get("day", {})
    if isinstance(day, dict):
        problems += unknown_keys(day, _DAY_KEYS, "profile.day")
    else:
        problems.append(Problem("A day must be an object.", "profile.day"))
    country = data.get("country", "")
    if not isinstance(country, str) or not _COUNTRY.fullmatch(country):
        hint = "Write two letters, as in GB."
        problems.append(Problem(f"{country!r} is not a country.", "profile.country", hint))
    if problems:
        raise InputError(problems)
    return Profile(**lists, day=day, country=country.upper())


def case_json(case: Case) -> dict[str, Any]:
    """A case as JSON data that `case_of` reads back."""
    data: dict[str, Any] = {"lumbago": VERSION}
    if case.id is not None:
        data["id"] = case.id
    if case.at is not None:
        data["at"] = case.at.isoformat()
    if case.text:
        data["text"] = case.text
    if case.given:
        data["answers"] = {finding: given_json(given) for finding, given in case.given.items()}
    profile = {
        key: list(getattr(case.profile, key))
        for key in _PROFILE_KEYS[:3]
        if getattr(case.profile, key)
    }
    if case.profile.day:
        profile["day"] = dict(case.profile.day)  # type: ignore[assignment]
    if case.profile.country:
        profile["country"] = case.profile.country  # type: ignore[assignment]
    return data | ({"profile": profile} if profile else {})
