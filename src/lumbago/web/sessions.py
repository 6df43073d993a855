"""Who is who: a signed cookie with an id."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from typing import Final

COOKIE: Final = "lumbago"

_SIGNS: Final = 32


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
