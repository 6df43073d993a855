"""The one visual idea: a line that lets go. Loops are what is left, straight is what is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

STEP: Final = 24
"""How wide one screen is in the progress line, in its own units."""

_LOOP: Final = "c8 0 12 -7 12 -14c0 -7 -4 -11 -8 -11s-8 4 -8 11c0 7 6 14 14 14h14"
_BASE: Final = 31
_EDGE: Final = 4


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress line: what is done, where one is, what is left, and how wide it is."""

    width: int
    here: int
    done: str
    todo: str


def progress(done: int, left: int) -> Progress:
    """A straight piece for every screen done, the ring for the one shown, a loop for each left."""
    here = _EDGE + 8 + STEP * done
    loops = _LOOP * left
    width = here + STEP * left + 8 + _EDGE
    return Progress(width, here, f"M{_EDGE} {_BASE}H{here}", f"M{here} {_BASE}{loops}H{width}")
