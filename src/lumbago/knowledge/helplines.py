"""Whom to call: telephone lines by country, and what to ask somebody who cannot get up.

Frozen records of the knowledge base, standard library only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lumbago.errors import Position
from lumbago.evidence import Citation

LineKind = Literal["emergency", "advice", "poison", "crisis"]
"""`emergency`: an ambulance; `advice`: a nurse or doctor by phone, day and night; `poison`: after too
much of something; `crisis`: thoughts of self-harm."""

NOWHERE = Position("")


@dataclass(frozen=True, slots=True)
class HelpLine:
    """A number to call. `name` is what the service calls itself, empty where nobody knows it by one."""

    kind: LineKind
    number: str
    sources: tuple[Citation, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Country:
    """A country by its ISO 3166-1 code, its lines, and the day on which they were last looked at.

    `languages` are the language tags that make it the likely country of a browser (`en-GB`, `de`).
    """

    id: str
    checked: str
    lines: tuple[HelpLine, ...]
    languages: tuple[str, ...] = ()
    position: Position = NOWHERE

    def line(self, kind: LineKind) -> HelpLine | None:
        """The first line of a kind, or None if the country has none here."""
        return next((line for line in self.lines if line.kind == kind), None)


@dataclass(frozen=True, slots=True)
class StuckQuestion:
    """What must be asked before anybody who cannot get up is told to move; any yes means stay still.

    A yes, or a doubt, marks `findings` as open, so that the interview asks for each of them. The
    question with `limit_minutes` becomes a yes by itself when so much time has passed.
    """

    id: str
    findings: tuple[str, ...]
    sources: tuple[Citation, ...]
    limit_minutes: int = 0
    position: Position = NOWHERE
