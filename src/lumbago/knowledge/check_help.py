"""The part of `lumbago kb check` that reads whom to call: every country, every number, every day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from lumbago.errors import Problem
from lumbago.knowledge.check_words import Check, listed
from lumbago.knowledge.model import Knowledge

_NUMBER: Final = re.compile(r"[0-9][0-9 \-]*[0-9]")
_CODE: Final = re.compile(r"[A-Z]{2}")


@listed
def everybody_can_call(knowledge: Knowledge) -> Iterator[Problem]:
    """Every country has an ambulance to call, dialling numbers, and a day."""
    for country in knowledge.countries.values():
        where = str(country.position)
        if not _CODE.fullmatch(country.id):
            said = f"'{country.id}' is no country code."
            yield Problem(said, where, "Use the two capital letters of ISO 3166-1.")
        if country.line("emergency") is None:
            yield Problem(f"'{country.id}' has no emergency line.", where, "Add one.")
        for line in country.lines:
            if not _NUMBER.fullmatch(line.number):
                hint = "Use digits, spaces and hyphens."
                yield Problem(f"'{line.number}' cannot be dialled.", where, hint)
        try:
            date.fromisoformat(country.checked)
        except ValueError:
            said = f"'{country.id}' does not say when it was checked."
            yield Problem(said, where, "Write the day, as in 2026-11-22.")


@listed
def languages_name_one_country(knowledge: Knowledge) -> Iterator[Problem]:
    """No language tag makes two countries likely."""
    owner: dict[str, str] = {}
    for country in knowledge.countries.values():
        for tag in country.languages:
            first = owner.setdefault(tag.lower(), country.id)
            if first != country.id:
                said = f"The language '{tag}' stands for {first} and {country.id}."
                yield Problem(said, str(country.position), "Keep it with one of them.")


HELP_CHECKS: Final[tuple[Check, ...]] = (everybody_can_call, languages_name_one_country)
"""The checks of the numbers to call, in the order in which they are printed."""
