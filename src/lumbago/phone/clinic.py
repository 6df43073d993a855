"""What a clinic that hosts the page says of itself, and the country that it is in.

As a file: `country = "GB"` and a table `[clinic]` with `name`, and if wanted `phone`, `address`,
`hours` and `words` (a list of sentences). Everything is checked; an unknown key is an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from lumbago.errors import InputError, Problem, did_you_mean
from lumbago.fields import unknown_keys
from lumbago.knowledge.model import Knowledge
from lumbago.screens.calling import UNKNOWN

_LINE: Final = 120
_SENTENCE: Final = 300
_SENTENCES: Final = 6
_DIGITS: Final = 3


@dataclass(frozen=True, slots=True)
class Clinic:
    """Who offers the page, in their own words."""

    name: str
    phone: str = ""
    address: str = ""
    hours: str = ""
    words: tuple[str, ...] = ()

    @property
    def dial(self) -> str:
        """What a telephone needs of the number."""
        plus = "+" if self.phone.strip().startswith("+") else ""
        return plus + "".join(sign for sign in self.phone if sign.isdecimal())


@dataclass(frozen=True, slots=True)
class Site:
    """What one place that hosts the page adds; `country` is "" where nothing is set."""

    country: str = ""
    clinic: Clinic | None = None


def site_of(data: object, knowledge: Knowledge) -> Site:
    """A site out of JSON or TOML data. Raises `InputError` with everything that is wrong."""
    if not isinstance(data, Mapping):
        raise InputError(Problem("It must be a table of settings."))
    problems = unknown_keys(data, ("country", "clinic"), "")
    country = data.get("country", "")
    known = [id_ for id_ in knowledge.countries if id_ != UNKNOWN]
    if country and country not in known:
        hint = did_you_mean(str(country).upper(), known) or "Two letters, like GB."
        problems.append(Problem(f"The country {country!r} is not known.", "country", hint))
    clinic = None
    if "clinic" in data:
        clinic = _clinic(data["clinic"], problems)
    if problems:
        raise InputError(problems)
    return Site(str(country), clinic)


def _clinic(data: object, problems: list[Problem]) -> Clinic | None:
    if not isinstance(data, Mapping):
        problems.append(Problem("It must be a table.", "clinic", "Write [clinic]."))
        return None
    problems += unknown_keys(data, ("name", "phone", "address", "hours", "words"), "clinic")
    lines = {key: _line(data, key, problems) for key in ("name", "phone", "address", "hours")}
    if not lines["name"]:
        problems.append(Problem("A clinic needs a name.", "clinic.name"))
    if lines["phone"] and sum(sign.isdecimal() for sign in lines["phone"]) < _DIGITS:
        problems.append(Problem(f"{lines['phone']!r} is no telephone number.", "clinic.phone"))
    words: Any = data.get("words", [])
    whole = isinstance(words, list) and all(_is_text(one, _SENTENCE) for one in words)
    if not whole or len(words) > _SENTENCES:
        said = f"It must be a list of at most {_SENTENCES} sentences of {_SENTENCE} signs."
        problems.append(Problem(said, "clinic.words"))
        words = []
    return Clinic(**lines, words=tuple(words))


def _line(data: Mapping[str, Any], key: str, problems: list[Problem]) -> str:
    value = data.get(key, "")
    if value == "" or _is_text(value, _LINE):
        return str(value).strip()
    said = f"It must be one line of at most {_LINE} signs."
    problems.append(Problem(said, f"clinic.{key}"))
    return ""


def _is_text(value: object, most: int) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= most and value.isprintable()


def site_json(site: Site) -> dict[str, Any]:
    """A site as JSON data that `site_of` reads back."""
    data: dict[str, Any] = {"country": site.country} if site.country else {}
    if site.clinic is not None:
        one = site.clinic
        lines = {"name": one.name, "phone": one.phone, "address": one.address, "hours": one.hours}
        data["clinic"] = {key: value for key, value in lines.items() if value}
        data["clinic"] |= {"words": list(one.words)} if one.words else {}
    return data
