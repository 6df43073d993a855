"""Where the visit of each person is kept between two requests."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final, Protocol

from lumbago.screens.visit import Gone, Visit

MOST: Final = 2000
"""So many visits are kept; the one not used for longest goes first."""

KEPT_FOR: Final = timedelta(hours=24)


class Visits(Protocol):
    """A place where visits are kept by the id of a person."""

    def get(self, person: str, now: datetime) -> Visit:
        """The visit of a person; a new one if there is none."""
        ...

    def put(self, person: str, visit: Visit, now: datetime) -> str:
        """Keep a visit. Gives the id by which the person comes back."""
        ...

    def erase(self, person: str, now: datetime) -> Gone | None:
        """Forget a person, with proof where something was on a disk."""
        ...

    @property
    def place(self) -> str:
        """The folder in which visits are kept; empty for memory alone."""
        ...


class InMemory:
    """Visits in memory: gone when the program ends, after a day, or when there are too many."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[datetime, Visit]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, person: str, now: datetime) -> Visit:
        """The visit of a person; a new one if there is none or it is too old."""
        at, visit = self._kept.get(person, (now, Visit()))
        if now - at > KEPT_FOR:
            del self._kept[person]
            return Visit()
        return visit

    def put(self, person: str, visit: Visit, now: datetime) -> str:
        """Keep a visit, and let go of those that are too old or too many."""
        self._kept[person] = (now, visit)
        self._kept.move_to_end(person)
        while self._kept:
            oldest = next(iter(self._kept))
            if len(self._kept) <= MOST and now - self._kept[oldest][0] <= KEPT_FOR:
                break
            del self._kept[oldest]
        return person

    def erase(self, person: str, _: datetime) -> None:
        """Forget a person."""
        self._kept.pop(person, None)

    @property
    def place(self) -> str:
        """Nowhere."""
        return ""
