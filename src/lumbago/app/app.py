"""The app over one knowledge base: who asks, what for, and the page that answers."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from itertools import count
from typing import Any, Final, Protocol

from lumbago.answers import Case
from lumbago.app.believe import Believe
from lumbago.app.here import Asked, Handler, Here, MissingError, Reply, see
from lumbago.app.interview import Interview
from lumbago.app.lock import Lock
from lumbago.app.mine import Mine
from lumbago.app.note import Notes
from lumbago.app.people import People
from lumbago.app.visits import InMemory, Visits
from lumbago.draw.figure import stylesheet
from lumbago.interview import Screen, Stop
from lumbago.knowledge.model import Knowledge
from lumbago.screens import Frame, Pages, Settings, Visit
from lumbago.screens.calling import guess
from lumbago.screens.care import Moment, tell
from lumbago.screens.clinic import NO_CLINIC, Clinic
from lumbago.screens.judge import said
from lumbago.screens.visit import Gone, begin, current, fresh

_NOTICES: Final = frozenset(
    {
        *("second_tab", "expired", "mine_saved", "plan_changed", "plan_noted", "check_saved"),
        *("plan_noted_done", "plan_noted_skipped", "plan_noted_worse", "plan_noted_dose"),
        *("try_kept", "try_missed", "try_skin", "try_stopped", "try_worse"),
    }
)
_SCREENS: Final = 500
_WITHOUT_A_VISIT: Final = frozenset(
    {"/", "/away", "/emergency", "/stuck", "/offline", "/lock", "/people"}
)
"""What may be looked at after leaving, until the person says that they are back."""
_STAYS_AWAY: Final = frozenset({"/leave", "/country", "/lock", "/unlock", "/people"})
_WARM: Final = "my lower back locked up when I bent down this morning, no numbness"


class App:
    """The app over one knowledge base. `clock` gives the moment, `token` unguessable text.

    `zone` is the name of the time zone of the place, `assets` the version of the style and scripts,
    `clinic` who offers the app, if anybody does.
    """

    def __init__(
        self,
        knowledge: Knowledge,
        clock: Callable[[], datetime],
        token: Callable[[], str],
        visits: Visits | None = None,
        zone: str = "UTC",
        assets: str = "",
        clinic: Clinic = NO_CLINIC,
    ) -> None:
        self.knowledge = knowledge
        self.clock = clock
        self.zone = zone
        self.token = token
        self.visits: Visits = visits if visits is not None else InMemory()
        self.pages = Pages(knowledge, assets=assets, clinic=clinic)
        self._screens: OrderedDict[bytes, Screen | Stop] = OrderedDict()
        first = (Interview(self), Mine(self), People(self), Lock(self), Notes(self), Believe(self))
        self._first = _Table(first)

    @cached_property
    def _later(self) -> _Table:
        """What follows an answer: brought when it is first asked for, so that no phone waits for it."""
        from lumbago.app.care import Care
        from lumbago.app.trying import Trying

        return _Table((Care(self), Trying(self)))

    def _found(self, path: str, sent: bool) -> tuple[Handler, Mapping[str, str]] | None:
        return self._first.find(path, sent) or self._later.find(path, sent)

    def warm(self) -> None:
        """Prepare what is prepared once, so that the first person does not wait for it."""
        _ = self._later
        visit = begin(Visit(), _WARM, (), self.clock())
        screen = current(self.knowledge, visit)
        assert isinstance(screen, Screen)
        self.pages.question(Frame(Settings()), visit, screen)
        self.pages.answer(
            Frame(Settings()), replace(visit, case=Case(at=self.clock())), self.clock()
        )

    # ----------------------------------------------------------------------------------- a request

    def reply(self, asked: Asked, person: str, token: str = "") -> tuple[Reply, str]:
        """The reply to a person, and the id by which they come back: empty if they are forgotten.

        `token` goes into every form of the page. That a form came from a page of ours is for the
        caller to check.
        """
        sends = asked.sent is not None
        found = self._found(asked.path, sends)
        if found is None:
            status = 405 if self._found(asked.path, not sends) else 404
            return self.notice("missing", status, asked.path), person
        handler, params = found
        now = self.clock()
        visit = self._settled(self.visits.get(person, now), asked)
        if visit.left and asked.sent is not None and asked.path not in _STAYS_AWAY:
            visit = replace(visit, left=False)
        if visit.left and asked.path not in _WITHOUT_A_VISIT and asked.sent is None:
            return see("/"), person
        notice = asked.query.get("n", "") if asked.sent is None else ""
        frame = Frame(
            settings=visit.settings,
            token=token,
            revision=visit.revision,
            path=asked.path,
            notice_id=notice if notice in _NOTICES else "",
            who=self._who(person, asked.people),
            safe=self.visits.safe,
        )
        here = Here(asked, params, person, visit, now, asked.sent or {}, frame)
        try:
            return handler(here), here.person
        except MissingError:
            return self.notice("missing", 404, asked.path), here.person

    def _who(self, person: str, people: tuple[str, ...]) -> str:
        """The name of the person, where there are others."""
        names = self.visits.names((person, *people))
        return names.get(person, "") if len(names) > 1 else ""

    def notice(self, id_: str, status: int, path: str = "/") -> Reply:
        """A page that says one thing: no such page, too much was sent, our mistake and whom to call."""
        return Reply(self.pages.notice(Frame(Settings(), path=path), id_), status)

    def _settled(self, visit: Visit, asked: Asked) -> Visit:
        """The visit with a country, guessed while none is chosen."""
        if visit.settings.country:
            return visit
        country = self.pages.clinic.country or guess(self.knowledge, asked.languages)
        return replace(visit, settings=replace(visit.settings, country=country))

    # ------------------------------------------------------------------------- what handlers need

    def keep(self, here: Here, visit: Visit) -> None:
        """Keep a visit."""
        here.visit = visit
        here.person = self.visits.put(here.person, visit, here.now)

    def fresh(self, here: Here) -> Visit:
        """The visit as of now; what was dropped is dropped for good."""
        visit = fresh(self.knowledge, here.visit, here.now)
        if visit.revision != here.visit.revision:
            self.keep(here, visit)
        here.visit = visit
        here.frame = replace(here.frame, revision=visit.revision)
        if visit.expired and not here.frame.notice_id:
            here.frame = replace(here.frame, notice_id="expired")
        return visit

    def current(self, here: Here) -> Screen | Stop:
        """The screen of a visit, worked out once for the same answers, whoever gave them."""
        key = said(here.visit.case)
        if key not in self._screens:
            self._screens[key] = current(self.knowledge, here.visit)
            if len(self._screens) > _SCREENS:
                self._screens.popitem(last=False)
        self._screens.move_to_end(key)
        return self._screens[key]

    def went_on(self, here: Here, visit: Visit) -> None:
        """Keep a visit after an answer; at the end of the questions what was told is put down."""
        here.visit = visit = fresh(self.knowledge, visit, here.now)
        if not visit.empty and isinstance(self.current(here), Stop):
            visit = tell(self.pages.assess, visit, self.moment(here.now))
        self.keep(here, visit)

    def moment(self, now: datetime) -> Moment:
        """What new entries need."""
        return Moment(now, self.zone, (f"w{self.token()}" for _ in count()))

    def forget(self, here: Here) -> Gone | None:
        """Erase a person."""
        gone = self.visits.erase(here.person, here.now)
        here.person = ""
        self._screens.clear()
        self.pages.assess.forget()
        return gone

    @staticmethod
    def stale(here: Here) -> bool:
        """Whether a form was filled in on a page that is not the latest."""
        return here.sent.get("revision", "") != str(here.visit.revision)

    # --------------------------------------------------------------------------------------- files

    def figures(self, picture: str) -> Reply | None:
        """The colours and the motion of one picture; None if there is none of this id."""
        found = self.knowledge.pictures.get(picture)
        return None if found is None else Reply(stylesheet([found]), kind="text/css; charset=utf-8")

    def manifest(self) -> dict[str, Any]:
        """What makes the app installable; its name gives nothing away."""
        name = self.pages.say("name")
        icon = {"src": "/static/mark.svg", "sizes": "any", "type": "image/svg+xml"}
        return {
            "name": name,
            "short_name": name,
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": "#F8F4EF",
            "theme_color": "#F8F4EF",
            "icons": [icon | {"purpose": "any"}, icon | {"purpose": "maskable"}],
        }


class _Part(Protocol):
    def shown(self) -> Mapping[str, Handler]: ...

    def taken(self) -> Mapping[str, Handler]: ...


class _Table:
    """The routes of several parts: what can be looked at, and what can be sent."""

    def __init__(self, parts: Sequence[_Part]) -> None:
        self._shown = _Routes({path: to for one in parts for path, to in one.shown().items()})
        self._taken = _Routes({path: to for one in parts for path, to in one.taken().items()})

    def find(self, path: str, sent: bool) -> tuple[Handler, Mapping[str, str]] | None:
        """The handler of a path, as `_Routes.find`."""
        return (self._taken if sent else self._shown).find(path)


class _Routes:
    """Paths to handlers. A part in braces stands for any text without a slash."""

    def __init__(self, handlers: Mapping[str, Handler]) -> None:
        self._plain = {path: to for path, to in handlers.items() if "{" not in path}
        self._open = [(path.split("/"), to) for path, to in handlers.items() if "{" in path]

    def find(self, path: str) -> tuple[Handler, Mapping[str, str]] | None:
        """The handler of a path with the parts that it names; None if there is none."""
        if path in self._plain:
            return self._plain[path], {}
        parts = path.split("/")
        for names, to in self._open:
            named = len(names) == len(parts) and all(
                bool(part) if name.startswith("{") else name == part
                for name, part in zip(names, parts, strict=True)
            )
            if named:
                pairs = zip(names, parts, strict=True)
                return to, {name[1:-1]: part for name, part in pairs if name.startswith("{")}
        return None
