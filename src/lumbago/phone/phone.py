"""One request of the page to the app and its reply, both as JSON text.

A request: `{"path", "query", "sent", "languages", "now", "zone", "kept", "place"}`; `kept` is what was
kept of the person, or null, and `place` says how (see `Place`). A reply: `{"path", "status", "kind",
"body", "file", "forget", "country", "kept"}`; the path is where redirects ended, `file` the name of a
download, and `kept` is there where it changed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from lumbago.app import App, Asked, Reply
from lumbago.errors import InputError, LumbagoError
from lumbago.interview.steps import danger_screens
from lumbago.knowledge.model import Knowledge
from lumbago.phone.kept import Kept, SeveralPeopleError
from lumbago.screens import Frame
from lumbago.screens.clinic import NO_CLINIC, Clinic
from lumbago.screens.questions import filled
from lumbago.screens.visit import TEXT_LIMIT, Visit, answered, begin

_HOPS: Final = 6
_NAME: Final = re.compile(r'filename="([^"]+)"')
_PERSON: Final = "here"
_ELSEWHERE: Final = frozenset({"people", "lock", "unlock"})
"""A phone has one person, and the browser itself keeps what is sealed."""


@dataclass(frozen=True, slots=True)
class Place:
    """How the browser keeps things: at all, behind a passphrase, and whether it promised to."""

    kept: bool = True
    sealed: bool = False
    lasting: bool = False


class Phone:
    """The app for the one person of a phone. `token` gives unguessable text."""

    def __init__(
        self, knowledge: Knowledge, token: Callable[[], str], clinic: Clinic = NO_CLINIC
    ) -> None:
        self._now = datetime.min.replace(tzinfo=UTC)
        self.app = App(knowledge, lambda: self._now, token, clinic=clinic)
        self.app.pages.be_on_phone()
        self.kept = Kept(knowledge, token, self.app.pages.say("record_me"))
        self.app.visits = self.kept

    def reply(self, text: str) -> str:
        """The reply to a request, as JSON text. Raises `ValueError` if it is not a request.

        A reply that fails leaves nothing half done: the next one begins with what was kept.
        """
        try:
            return json.dumps(self._replied(json.loads(text)))
        except BaseException:
            self.kept.let_go()
            raise

    def _replied(self, data: Mapping[str, Any]) -> dict[str, Any]:
        self._now = datetime.fromisoformat(data["now"])
        self.app.zone = data["zone"]
        asked = Asked(data["path"], data["query"], data["sent"], data["languages"])
        known = {one.name for one in fields(Place)}
        place = Place(**{key: bool(value) for key, value in data["place"].items() if key in known})
        try:
            self.kept.open(data["kept"])
        except InputError:
            return _told(self.app.notice("phone_unreadable", 500), asked.path)
        return self._followed(asked, place)

    def _followed(self, asked: Asked, place: Place) -> dict[str, Any]:
        """The reply at the end of every way on to another page."""
        reply = self._one(asked, place)
        forget = reply.forget
        for _ in range(_HOPS):
            if "Location" not in reply.headers:
                break
            to = urlsplit(reply.headers["Location"])
            query = dict(parse_qsl(to.query, keep_blank_values=True))
            asked = Asked(to.path, query, None, asked.languages)
            reply = self._one(asked, place)
            forget = forget or reply.forget
        told = _told(reply, _address(asked))
        told["forget"] = forget
        told["country"] = self.kept.get(_PERSON, self._now).settings.country
        if self.kept.changed or forget:
            told["kept"] = None if forget else self.kept.text
        return told

    def _one(self, asked: Asked, place: Place) -> Reply:
        own = self._shown if asked.sent is None else self._taken
        if asked.path in own:
            return own[asked.path](asked, place)
        if asked.path.split("/")[1] in _ELSEWHERE:
            return Reply("", 303, headers={"Location": "/mine"})
        reply, _ = self.app.reply(asked, _PERSON)
        return reply

    # ------------------------------------------------------------------- what only a phone has

    @property
    def _shown(self) -> Mapping[str, Callable[[Asked, Place], Reply]]:
        return {"/phone": self._page, "/phone/export": self._export, "/locked": self._locked}

    @property
    def _taken(self) -> Mapping[str, Callable[[Asked, Place], Reply]]:
        return {"/handed": self._handed, "/phone/import": self._import}

    def _frame(self, asked: Asked, notice: str = "") -> Frame:
        visit = self.kept.get(_PERSON, self._now)
        return Frame(visit.settings, revision=visit.revision, path=asked.path, notice_id=notice)

    def _page(self, asked: Asked, place: Place, **more: object) -> Reply:
        """What this phone keeps and how: passphrase, file to another device, file from one."""
        said = {"wrong": "", "several": (), "file": "", **more}
        notice = asked.query.get("n", "")
        notice = notice if notice in ("phone_sealed", "phone_opened", "phone_taken_in") else ""
        frame = self._frame(asked, notice)
        page = self.app.pages.page(
            "phone.html", frame, place=place, entries=self.kept.entries, **said
        )
        return Reply(page, 422 if said["wrong"] else 200)

    def _locked(self, asked: Asked, place: Place) -> Reply:
        """What stands before a sealed record; the page opens it, this only asks."""
        wrong = "wrong" in asked.query
        page = self.app.pages.page("locked.html", self._frame(asked), wrong=wrong, place=place)
        return Reply(page)

    def _export(self, _: Asked, __: Place) -> Reply:
        """The record, as a file for another device."""
        name = {"Content-Disposition": 'attachment; filename="record.json"'}
        return Reply(self.kept.export(), kind="application/json", headers=name)

    def _import(self, asked: Asked, place: Place) -> Reply:
        """A file from another device."""
        sent = asked.sent or {}
        file = sent.get("file", "")
        try:
            self.kept.take_in(file, self._now, sent.get("person", ""))
        except SeveralPeopleError as several:
            return self._page(asked, place, several=several.people, file=file)
        except LumbagoError as error:
            return self._page(asked, place, wrong=str(error))
        return Reply("", 303, headers={"Location": "/phone?n=phone_taken_in"})

    def _handed(self, asked: Asked, _: Place) -> Reply:
        """What was said on the plain pages before the app was there: own words, places, dangers."""
        sent = asked.sent or {}
        visit = self.app.visits.get(_PERSON, self._now)
        text = sent.get("text", "").replace("\r\n", "\n").strip()[:TEXT_LIMIT]
        places = tuple(p for p in sent.get("place", "").split("\n") if p in self.app.pages.places)
        if text or places or not visit.started:
            visit = begin(visit, text, places, self._now)
        for id_ in (one.id for one in self.app.knowledge.screens):
            visit = self._danger(visit, id_, sent)
        self.app.visits.put(_PERSON, visit, self._now)
        return Reply("", 303, headers={"Location": "/next"})

    def _danger(self, visit: Visit, id_: str, sent: Mapping[str, str]) -> Visit:
        """The visit with what was answered of a danger screen; the rest of it stays open."""
        knowledge = self.app.knowledge
        for screen in danger_screens(knowledge, visit.case):
            said = {row.id: sent[row.id] for row in screen.rows if sent.get(row.id)}
            chosen = filled(knowledge, visit.case, screen, said).chosen
            if screen.id == id_ and chosen:
                blocks = tuple(
                    replace(one, style="each", rows=tuple(r for r in one.rows if r.id in chosen))
                    for one in screen.blocks
                )
                part = replace(screen, blocks=blocks)
                return answered(knowledge, visit, part, chosen, self._now)
        return visit


def _address(asked: Asked) -> str:
    query = "&".join(f"{key}={value}" for key, value in asked.query.items() if key != "n")
    return f"{asked.path}?{query}" if query else asked.path


def _told(reply: Reply, path: str) -> dict[str, Any]:
    found = _NAME.search(reply.headers.get("Content-Disposition", ""))
    body = reply.body if isinstance(reply.body, str) else reply.body.decode("utf-8")
    told = {"path": path, "status": reply.status, "kind": reply.kind, "body": body}
    return told | {"file": found[1] if found else "", "forget": reply.forget}
