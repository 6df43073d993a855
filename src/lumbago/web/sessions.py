"""Who is who: a signed cookie with the ids of those who use a browser."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Sequence
from typing import Final

COOKIE: Final = "lumbago"

MOST_PEOPLE: Final = 12
"""So many can share one browser; a cookie has no room for more."""

_SIGNS: Final = 32
_BETWEEN: Final = "~"


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

    def cookie(self, people: Sequence[str]) -> str:
        """What the cookie of a browser holds: who is here, then the others who use it."""
        text = _BETWEEN.join(people)
        return f"{text}.{self._sign(f'person {text}')}"

    def people(self, cookie: str) -> tuple[str, ...]:
        """The people of a cookie; nobody if we did not sign it."""
        text, _, signature = cookie.rpartition(".")
        right = self._sign(f"person {text}")
        return tuple(text.split(_BETWEEN)) if text and hmac.compare_digest(signature, right) else ()

    def form(self, person: str) -> str:
        """The token that every form of a person carries."""
        return self._sign(f"form {person}")

    def is_form(self, person: str, token: str) -> bool:
        """Whether a form came from a page of this person."""
        return hmac.compare_digest(token.encode(), self.form(person).encode())
