"""A clinic that offers the app to its patients: its details, as a small file says them.

    name = "Riverside Surgery"
    phone = "020 7946 0123"
    email = "desk@riverside.example"
    country = "GB"                      # the numbers to call, until the person chooses
    words = "Back team: Tuesdays."      # shown with the note for an appointment

Every key but `name` may be left out.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Final

from lumbago.errors import InputError, Problem, did_you_mean
from lumbago.fields import unknown_keys
from lumbago.screens.note import EMAIL, LIMITS

_LONGEST_WORDS: Final = 300
_DIGITS: Final = 3
_PLUS: Final = "+0123456789"


@dataclass(frozen=True, slots=True)
class Clinic:
    """The details of a clinic; empty where no clinic offers the app."""

    name: str = ""
    phone: str = ""
    email: str = ""
    country: str = ""
    words: str = ""

    @property
    def dial(self) -> str:
        """The phone number as a telephone takes it."""
        return "".join(sign for sign in self.phone if sign in _PLUS)


NO_CLINIC: Final = Clinic()


def read_clinic(content: bytes, countries: Iterable[str]) -> Clinic:
    """The details out of a TOML file. Raises `InputError` with every problem at once."""
    try:
        data = tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        hint = 'Write each line like: name = "Riverside Surgery"'
        raise InputError(Problem(f"{error}.", "", hint)) from None
    problems = unknown_keys(data, [one.name for one in fields(Clinic)], "")
    longest = {**LIMITS, "name": LIMITS["clinic"], "country": 2, "words": _LONGEST_WORDS}
    for key, value in data.items():
        problems += _wrong(key, value, longest.get(key, 0))
    if not data.get("name"):
        problems.append(Problem("The clinic needs a name.", "name"))
    country = data.get("country", "")
    if isinstance(country, str) and country and country not in (known := tuple(countries)):
        hint = did_you_mean(country.upper(), known) or "Use two letters, like GB."
        problems.append(Problem(f"'{country}' is no country that is known.", "country", hint))
    if problems:
        raise InputError(problems)
    return Clinic(**data)


def _wrong(key: str, value: object, longest: int) -> list[Problem]:
    if not isinstance(value, str):
        return [Problem("It must be text in quotes.", key)] if longest else []
    if longest and (len(value) > longest or not value.isprintable()):
        return [Problem(f"It must be one line of up to {longest} letters.", key)]
    if key == "email" and not EMAIL.fullmatch(value):
        return [Problem("That is not an e-mail address.", key, "For example: desk@clinic.example")]
    if key == "phone" and sum(sign.isdecimal() for sign in value) < _DIGITS:
        return [Problem("That is not a phone number.", key, "For example: 020 7946 0123")]
    return []
