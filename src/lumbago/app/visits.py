"""Where the visit of each person is kept between two requests."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Literal, Protocol

from lumbago.errors import InputError, Problem, UsageError
from lumbago.screens.visit import Gone, Visit

MOST: Final = 2000
"""So many visits are kept; the one not used for longest goes first."""

KEPT_FOR: Final = timedelta(hours=24)

LONGEST_NAME: Final = 60


Safe = Literal["none", "open", "sealed", "locked"]
"""No passphrase is possible; none is set; one is set, and what it guards is open, or locked."""


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

    def add(self, name: str, now: datetime) -> str:
        """Add somebody. Gives their id. Raises `InputError` if the name is empty or taken."""
        ...

    def names(self, people: Sequence[str]) -> Mapping[str, str]:
        """The names of those that have one, by id."""
        ...

    def rename(self, person: str, name: str, now: datetime) -> str:
        """Give somebody another name. Gives their id. Raises `InputError` as `add` does."""
        ...

    def named(self, person: str, now: datetime) -> str:
        """Make sure that somebody has a name. Gives their id."""
        ...

    @property
    def safe(self) -> Safe:
        """Whether a passphrase guards what is kept."""
        ...

    def seal(self, passphrase: str) -> str:
        """Guard everything by a passphrase. Gives a recovery key to write down.

        Raises `LumbagoError` if it cannot be used; everything is then as before.
        """
        ...

    def lock(self) -> None:
        """Close what a passphrase guards. Nobody is forgotten."""
        ...

    def unlock(self, passphrase: str, now: datetime) -> bool:
        """Open it again; whether the passphrase was the right one."""
        ...


class InMemory:
    """Visits in memory: gone when the program ends, after a day, or when there are too many."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
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
        self._names.pop(person, None)

    def clear(self) -> None:
        """Forget everybody."""
        self._kept.clear()
        self._names.clear()

    def __contains__(self, person: object) -> bool:
        return person in self._kept

    def people(self) -> tuple[str, ...]:
        """The ids of those who have a visit, the one not used for longest first."""
        return tuple(self._kept)

    def add(self, name: str, now: datetime) -> str:
        """Add somebody; they are called by number here."""
        person = f"m{len(self._names)}-{now.timestamp():.6f}"
        return self.rename(person, name, now)

    def names(self, people: Sequence[str]) -> Mapping[str, str]:
        """The names of those that have one, by id."""
        return {id_: self._names[id_] for id_ in people if id_ in self._names}

    def rename(self, person: str, name: str, _: datetime) -> str:
        """Give somebody another name."""
        name = " ".join(name.split())
        others = {known.casefold() for id_, known in self._names.items() if id_ != person}
        if not name or len(name) > LONGEST_NAME or not name.isprintable():
            raise InputError(
                Problem("That is not a name.", hint=f"Use up to {LONGEST_NAME} letters.")
            )
        if name.casefold() in others:
            raise InputError(Problem(f"Somebody is called '{name}' already.", hint="Add a letter."))
        self._names[person] = name
        return person

    def named(self, person: str, now: datetime) -> str:
        """Make sure that somebody has a name: a number."""
        taken = {name.casefold() for name in self._names.values()}
        free = next(str(n) for n in range(1, len(taken) + 2) if str(n) not in taken)
        return person if person in self._names else self.rename(person, free, now)

    @property
    def safe(self) -> Safe:
        """What is in memory alone has no passphrase."""
        return "none"

    def seal(self, _: str) -> str:
        """There is nothing to seal."""
        raise UsageError(Problem("Nothing is kept here that a passphrase could guard."))

    def lock(self) -> None:
        """There is nothing to lock."""

    def unlock(self, _: str, __: datetime) -> bool:
        """It is never locked."""
        return True

    @property
    def place(self) -> str:
        """Nowhere."""
        return ""
