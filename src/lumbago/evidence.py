"""Who says so, how sure are they, who disagrees: sources, citations and conflicts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from lumbago.errors import Position

Confidence = Literal["verified", "recalled", "estimate"]
"""`verified`: seen at an address on a day; `recalled`: known, text not seen; `estimate`: judgement."""


@dataclass(frozen=True, slots=True)
class Source:
    """A publication, page, or named judgement. `read` is the day the page at `address` was read."""

    id: str
    citation: str
    kind: Literal["study", "guideline", "textbook", "article", "judgement", "label"]
    doi: str = ""
    address: str = ""
    also: tuple[str, ...] = ()
    seen: str = ""
    read: str = ""
    weak: bool = False
    position: Position = Position("")


@dataclass(frozen=True, slots=True)
class Citation:
    """One source for one value or sentence, with the place in it and how sure we are."""

    source: str
    at: str
    confidence: Confidence
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """A cited share between 0 and 1."""

    share: float
    confidence: Confidence
    source: str
    at: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Stance:
    """One side of a conflict: `who` names it in the words, `sources` carry it."""

    who: str
    sources: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """Sources that disagree about something, with every position and who takes it.

    `default` is the entry in which what is done here stands (a measure, medicine, limit, rule or
    safety row), `choices` are those that the person may pick instead.
    """

    id: str
    about: tuple[str, ...]
    positions: tuple[Stance, ...]
    sources: tuple[Citation, ...] = ()
    default: str = ""
    choices: tuple[str, ...] = ()
    position: Position = field(default=Position(""))
