"""Who is who: a signed cookie with an id, and the visit that is kept for it.

`Visits` is all that the app asks of a place for visits, so that another one can take its turn.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, Protocol

from lumbago.screens.visit import Visit
from lumbago.store.erase import Proof

COOKIE: Final = "lumbago"

MOST: Final = 2000
"""So many visits are kept; the one not used for longest goes first."""

KEPT_FOR: Final = timedelta(hours=24)

_SIGNS: Final = 32


class Visits(Protocol):
    """A place where visits are kept by the id of a person."""

    def get(self, person: str, now: datetime) -> Visit:
        """The visit of a person; a new one if there is none."""
        ...

    def put(self, person: str, visit: Visit, now: datetime) -> str:
        """Keep a visit. Gives the id by which the person comes back."""
        ...

    def erase(self, person: str, now: datetime) -> Proof | None:
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


class Keys:
    """Signs ids and makes form tokens with a secret; a new one lives as long as the program."""

    def __init__(self, token: Callable[[], str], secret: str = "") -> None:
        self._token = token
        self._secret = (secret or token()).encode()

    def _sign(self, text: str) -> str:
        return hmac.new(self._secret, text.encode(), hashlib.sha256).hexdigest()[:_SIGNS]

    def new(self) -> str:
        """The id of a new person."""
        return self._token()

    def cookie(self, person: str) -> str:
        """What the cookie of a person holds."""
        return f"{person}.{self._sign(f'person {person}')}"

    def person(self, cookie: str) -> str | None:
        """The person of a cookie; None if we did not sign it."""
        person, _, signature = cookie.rpartition(".")
        right = self._sign(f"person {person}")
        return person if person and hmac.compare_digest(signature, right) else None

    def form(self, person: str) -> str:
        """The token that every form of a person carries."""
        return self._sign(f"form {person}")

    def is_form(self, person: str, token: str) -> bool:
        """Whether a form came from a page of this person."""
        return hmac.compare_digest(token.encode(), self.form(person).encode())
