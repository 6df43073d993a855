"""One request of one person, as the handlers of the app pass it on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lumbago.knowledge.model import Knowledge
from lumbago.screens import Frame, Pages, Visit
from lumbago.screens.care import Moment


@dataclass(slots=True)
class Here:
    """One request of one person: who, what was sent, and the visit as it stands."""

    request: Request
    person: str
    visit: Visit
    now: datetime
    sent: Mapping[str, str]
    frame: Frame


class Core(Protocol):
    """What the handlers of one part of the app need of the whole."""

    knowledge: Knowledge
    pages: Pages

    def keep(self, here: Here, visit: Visit) -> None:
        """Keep a visit."""
        ...

    def fresh(self, here: Here) -> Visit:
        """The visit as of now."""
        ...

    def stale(self, here: Here) -> bool:
        """Whether a form was filled in on a page that is not the latest."""
        ...

    def moment(self, now: datetime) -> Moment:
        """What new entries need."""
        ...


Handler = Callable[[Here], Response]


def see(path: str) -> Response:
    """On to another page, after something was sent."""
    return RedirectResponse(path, 303)
