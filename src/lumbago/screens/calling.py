"""Whom to call: the country, guessed or chosen, and the lines of a kind of help."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lumbago.knowledge.helplines import Country, HelpLine
from lumbago.knowledge.model import Action, Knowledge
from lumbago.wording import Wording

UNKNOWN: Final = "ZZ"
"""The entry for people whose country nobody knows."""

FIRST_OFFERED: Final = ("US", "GB", "DE", "AU")
"""Countries offered beside the number for a change in one tap: one for each well-known number."""


_NEARBY: Final = 3


@dataclass(frozen=True, slots=True)
class Call:
    """One number on a page: `dial` is what the telephone needs."""

    kind: str
    number: str
    dial: str
    name: str


@dataclass(frozen=True, slots=True)
class Calling:
    """The numbers for a person: their country in words, and how sure the first number is."""

    country: str
    name: str
    known: bool
    checked: str
    mark: str
    calls: tuple[Call, ...]
    emergency: Call
    nearby: tuple[tuple[str, str, str], ...]


def guess(knowledge: Knowledge, accept_language: str) -> str:
    """The country that a browser's languages make likely; "" if none does.

    A tag with its region (`en-GB`) counts by the region where the country is known, else by the
    country that claims the tag; English without a region names none.
    """
    claimed = {tag.lower(): c.id for c in knowledge.countries.values() for tag in c.languages}
    for part in accept_language.split(","):
        tag = part.split(";", 1)[0].strip().lower()
        region = tag.rsplit("-", 1)[-1].upper() if "-" in tag else ""
        if region in knowledge.countries and region != UNKNOWN:
            return region
        if tag in claimed:
            return claimed[tag]
        if region and tag.split("-", 1)[0] in claimed:
            return ""
    return ""


def calling(wording: Wording, country: str, action: Action | None = None) -> Calling:
    """The numbers for a country and a kind of help (none: the ambulance)."""
    knowledge = wording.knowledge
    known = country in knowledge.countries and country != UNKNOWN
    entry = knowledge.countries[country if known else UNKNOWN]
    kinds = action.calls if action is not None else ("emergency",)
    lines = [line for kind in kinds if (line := entry.line(kind)) is not None]
    emergency = entry.line("emergency")
    assert emergency is not None
    names = wording.words["countries"]
    first = lines[0] if lines else emergency
    return Calling(
        country=entry.id,
        name=str(names[entry.id]),
        known=known,
        checked=entry.checked,
        mark=wording.mark(first.sources),
        calls=tuple(_call(line) for line in lines),
        emergency=_call(emergency),
        nearby=tuple(_nearby(knowledge.countries, names, entry.id)),
    )


def _call(line: HelpLine) -> Call:
    dial = "".join(sign for sign in line.number if sign.isdecimal())
    return Call(line.kind, line.number, dial, line.name)


def _nearby(
    countries: Mapping[str, Country], names: Mapping[str, str], here: str
) -> list[tuple[str, str, str]]:
    """A few other countries with well-known numbers: code, name, number."""
    found = []
    for id_ in FIRST_OFFERED:
        country = countries.get(id_)
        line = country.line("emergency") if country else None
        if line is not None and id_ != here:
            found.append((id_, str(names[id_]), line.number))
    return found[:_NEARBY]


def every_country(wording: Wording) -> tuple[tuple[str, str, str], ...]:
    """Every country by its name: code, name, emergency number."""
    names = wording.words["countries"]
    rows = []
    for country in wording.knowledge.countries.values():
        line = country.line("emergency")
        if line is not None and country.id != UNKNOWN:
            rows.append((country.id, str(names[country.id]), line.number))
    return tuple(sorted(rows, key=lambda row: row[1]))
