"""One request of one person and the reply to it, as the handlers of the app pass them on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol
from urllib.parse import parse_qsl

from lumbago.app.visits import Visits
from lumbago.interview import Screen, Stop
from lumbago.knowledge.model import Knowledge
from lumbago.screens import Frame, Pages, Visit
from lumbago.screens.care import Moment
from lumbago.screens.visit import Gone

HTML: Final = "text/html; charset=utf-8"
FIELDS: Final = 200
"""A form may have so many fields."""


class MissingError(Exception):
    """There is no such page."""


class TooMuchError(Exception):
    """More was sent than is read."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for. `sent` is None for a look; `languages` is what a browser prefers to read.

    `people` are the ids of everybody who may be switched to from where it was asked.
    """

    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    sent: Mapping[str, str] | None = None
    languages: str = ""
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """A page, a file, or the way to another page.

    `forget`: everything that was kept of the person is to go, wherever the app is carried. `left`: so
    is what a browser keeps of its pages. `others` are people who may be switched to from now on.
    """

    body: str | bytes
    status: int = 200
    kind: str = HTML
    headers: Mapping[str, str] = field(default_factory=dict)
    forget: bool = False
    left: bool = False
    others: tuple[str, ...] = ()


@dataclass(slots=True)
class Here:
    """One request of one person: who, what was asked and sent, and the visit as it stands.

    `params` are the parts of the path that a route names.
    """

    asked: Asked
    params: Mapping[str, str]
    person: str
    visit: Visit
    now: datetime
    sent: Mapping[str, str]
    frame: Frame


class Core(Protocol):
    """What the handlers of one part of the app need of the whole."""

    knowledge: Knowledge
    pages: Pages
    visits: Visits
    token: Callable[[], str]

    def keep(self, here: Here, visit: Visit) -> None:
        """Keep a visit."""
        ...

    def fresh(self, here: Here) -> Visit:
        """The visit as of now."""
        ...

    def stale(self, here: Here) -> bool:
        """Whether a form was filled in on a page that is not the latest."""
        ...

    def current(self, here: Here) -> Screen | Stop:
        """The screen of a visit."""
        ...

    def went_on(self, here: Here, visit: Visit) -> None:
        """Keep a visit after an answer."""
        ...

    def moment(self, now: datetime) -> Moment:
        """What new entries need."""
        ...

    def forget(self, here: Here) -> Gone | None:
        """Erase a person."""
        ...


Handler = Callable[[Here], Reply]


def see(path: str) -> Reply:
    """On to another page, after something was sent."""
    return Reply("", 303, headers={"Location": path})


def file(content: str | bytes, kind: str, name: str) -> Reply:
    """A file to be kept under a name."""
    return Reply(
        content, kind=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def fields(text: str) -> dict[str, str]:
    """The fields of a form; several values of one name are joined by line ends.

    Raises `TooMuchError` for more than `FIELDS`.
    """
    found: dict[str, str] = {}
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=FIELDS)
    except ValueError:
        raise TooMuchError from None
    for name, value in pairs:
        found[name] = f"{found[name]}\n{value}" if name in found else value
    return found
