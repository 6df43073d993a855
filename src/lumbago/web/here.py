"""One request of one person, as the handlers of the app pass it on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lumbago.screens import Frame, Visit


@dataclass(slots=True)
class Here:
    """One request of one person: who, what was sent, and the visit as it stands."""

    request: Request
    person: str
    visit: Visit
    now: datetime
    sent: Mapping[str, str]
    frame: Frame


Handler = Callable[[Here], Response]


def see(path: str) -> Response:
    """On to another page, after something was sent."""
    return RedirectResponse(path, 303)
