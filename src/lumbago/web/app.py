"""The routes: a request to a visit, a visit to a page. All that is said comes from the screens."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from lumbago.answers import Case
from lumbago.assess import assess
from lumbago.draw.figure import stylesheet
from lumbago.event_files import event_json
from lumbago.interview import Screen, Stop
from lumbago.knowledge.model import Knowledge
from lumbago.screens import Frame, Pages, Settings, Visit
from lumbago.screens import note as notes
from lumbago.screens import stuck as floor
from lumbago.screens.calling import UNKNOWN, guess
from lumbago.screens.care import Moment, tell
from lumbago.screens.pages import may_note
from lumbago.screens.questions import filled
from lumbago.screens.visit import (
    TEXT_LIMIT,
    TEXT_SIZES,
    Note,
    again,
    answered,
    back,
    begin,
    changed,
    current,
    fresh,
    stuck_reports,
)
from lumbago.store.erase import Proof
from lumbago.web.care import Care
from lumbago.web.here import Handler, Here, see
from lumbago.web.middleware import Guard, TooMuchError
from lumbago.web.sessions import COOKIE, InMemory, Keys, Visits

STATIC: Final = Path(__file__).parent / "static"

_NOTICES: Final = frozenset(
    {
        *("second_tab", "expired", "mine_saved", "plan_changed", "plan_noted", "check_saved"),
        *("plan_noted_done", "plan_noted_skipped", "plan_noted_worse", "plan_noted_dose"),
    }
)
_SCREENS: Final = 500
_COOKIE_DAYS: Final = 400
_FIELDS: Final = 200
_YEAR: Final = "public, max-age=31536000, immutable"
_WARM: Final = "my lower back locked up when I bent down this morning, no numbness"


class App:
    """The web app over one knowledge base. `clock` gives the moment, `token` unguessable text."""

    def __init__(
        self,
        knowledge: Knowledge,
        clock: Callable[[], datetime],
        token: Callable[[], str],
        visits: Visits | None = None,
        zone: str = "UTC",
        secret: str = "",
    ) -> None:
        self.knowledge = knowledge
        self.clock = clock
        self.zone = zone
        self.keys = Keys(token, secret)
        self.token = token
        self.visits: Visits = visits if visits is not None else InMemory()
        self.assets = _assets()
        self.pages = Pages(knowledge, assets=self.assets)
        self.care = Care(self)
        self._screens: OrderedDict[bytes, Screen | Stop] = OrderedDict()
        self._warm()

    def _warm(self) -> None:
        """Prepare what is prepared once, so that the first person does not wait for it."""
        visit = begin(Visit(), _WARM, (), self.clock())
        screen = current(self.knowledge, visit)
        assert isinstance(screen, Screen)
        self.pages.question(Frame(Settings()), visit, screen)
        self.pages.answer(
            Frame(Settings()), replace(visit, case=Case(at=self.clock())), self.clock()
        )

    # ----------------------------------------------------------------------------------- a request

    def page(
        self, handler: Handler, *, safe: bool = True
    ) -> Callable[[Request], Awaitable[Response]]:
        """A handler with its visit; one that changes something needs the token of a page of ours."""

        async def endpoint(request: Request) -> Response:
            now = self.clock()
            known = self.keys.person(request.cookies.get(COOKIE, ""))
            person = known or self.keys.new()
            sent = {} if safe else await _form(request)
            visit = self._settled(self.visits.get(person, now), request)
            token = self.keys.form(person)
            notice = request.query_params.get("n", "") if safe else ""
            frame = Frame(
                settings=visit.settings,
                token=token,
                revision=visit.revision,
                path=request.url.path,
                notice_id=notice if notice in _NOTICES else "",
            )
            here = Here(request, person, visit, now, sent, frame)
            if not safe and not self.keys.is_form(person, sent.get("token", "")):
                response: Response = HTMLResponse(self.pages.notice(frame, "failed"), 403)
            else:
                response = handler(here)
            if here.person not in (known, ""):
                cookie = self.keys.cookie(here.person)
                response.set_cookie(
                    COOKIE,
                    cookie,
                    max_age=_COOKIE_DAYS * 86400 if self.visits.place else None,
                    httponly=True,
                    samesite="strict",
                    path="/",
                )
            return response

        return endpoint

    def _settled(self, visit: Visit, request: Request) -> Visit:
        """The visit with a country, guessed while none is chosen."""
        if visit.settings.country:
            return visit
        country = guess(self.knowledge, request.headers.get("accept-language", ""))
        return replace(visit, settings=replace(visit.settings, country=country))

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

    def _current(self, here: Here) -> Screen | Stop:
        """The screen of a visit, worked out once for the same answers, whoever gave them."""
        key = _said(here.visit.case)
        if key not in self._screens:
            self._screens[key] = current(self.knowledge, here.visit)
            if len(self._screens) > _SCREENS:
                self._screens.popitem(last=False)
        self._screens.move_to_end(key)
        return self._screens[key]

    def _went_on(self, here: Here, visit: Visit) -> None:
        """Keep a visit after an answer; at the end of the questions what was told is put down."""
        here.visit = visit = fresh(self.knowledge, visit, here.now)
        if not visit.empty and isinstance(self._current(here), Stop):
            visit = tell(self.knowledge, visit, self.moment(here.now))
        self.keep(here, visit)

    def moment(self, now: datetime) -> Moment:
        """What new entries need."""
        return Moment(now, self.zone, (f"w{self.token()}" for _ in count()))

    def _forget(self, here: Here) -> Proof | None:
        proof = self.visits.erase(here.person, here.now)
        here.person = ""
        self._screens.clear()
        return proof

    @staticmethod
    def stale(here: Here) -> bool:
        """Whether a form was filled in on a page that is not the latest."""
        return here.sent.get("revision", "") != str(here.visit.revision)

    # ------------------------------------------------------------------------------------ the visit

    def start(self, here: Here) -> Response:
        """The first page."""
        self.fresh(here)
        return HTMLResponse(self.pages.start(here.frame, here.visit))

    def begin(self, here: Here) -> Response:
        """Own words and marked places begin an interview."""
        if self.stale(here) and here.visit.started:
            return see("/next?n=second_tab")
        text = here.sent.get("text", "").replace("\r\n", "\n").strip()
        marked = tuple(p for p in here.sent.get("place", "").split("\n") if p in self.pages.places)
        if len(text) > TEXT_LIMIT:
            page = self.pages.start(here.frame, here.visit, text, marked, "text_long")
            return HTMLResponse(page, 422)
        self._went_on(here, begin(here.visit, text, marked, here.now))
        return see("/next")

    def next(self, here: Here) -> Response:
        """The screen to answer now, or the answer."""
        visit = self.fresh(here)
        if not visit.started and visit.empty and visit.stuck is None:
            return see("/")
        screen = self._current(here)
        if isinstance(screen, Stop):
            return see("/answer")
        return HTMLResponse(self.pages.question(here.frame, visit, screen))

    def answers(self, here: Here) -> Response:
        """A screen that was filled in."""
        visit = self.fresh(here)
        screen = self._current(here)
        if self.stale(here) or isinstance(screen, Stop) or here.sent.get("screen") != screen.id:
            return see("/next?n=second_tab" if not visit.expired else "/next?n=expired")
        said = filled(self.knowledge, visit.case, screen, here.sent)
        if said.wrong:
            page = self.pages.question(here.frame, visit, screen, here.sent, said.wrong)
            return HTMLResponse(page, 422)
        self._went_on(here, answered(self.knowledge, visit, screen, said.chosen, here.now))
        return see("/next")

    def back(self, here: Here) -> Response:
        """One step back; from the first screen to the start."""
        if self.stale(here):
            return see("/next?n=second_tab")
        if not here.visit.before:
            return see("/")
        self.keep(here, back(here.visit))
        return see("/next")

    def change(self, here: Here) -> Response:
        """One answer is taken back and asked again."""
        if self.stale(here):
            return see("/next?n=second_tab")
        self.keep(here, changed(here.visit, here.sent.get("finding", "")))
        return see("/next")

    def again(self, here: Here) -> Response:
        """Something changed: every danger question is asked again."""
        self.keep(here, again(self.knowledge, here.visit))
        return see("/next")

    def answer(self, here: Here) -> Response:
        """The answer to what was told so far."""
        visit = self.fresh(here)
        if visit.empty:
            return see("/")
        return HTMLResponse(self.pages.answer(here.frame, visit, here.now))

    def emergency(self, here: Here) -> Response:
        """Whom to call, whatever was or was not told."""
        return HTMLResponse(self.pages.emergency(here.frame))

    def stuck(self, here: Here) -> Response:
        """Stuck on the floor."""
        visit = self.fresh(here)
        if "again" in here.request.query_params and visit.stuck is not None:
            visit = replace(visit, stuck=None)
            self.keep(here, visit)
        return HTMLResponse(self.pages.stuck(here.frame, visit, here.now))

    def stuck_answers(self, here: Here) -> Response:
        """The questions of the stuck mode, filled in."""
        said, missing = floor.read_stuck(self.knowledge, here.sent, here.now)
        yes = any(answer == "yes" for answer in said.answers.values())
        if missing and not yes:
            page = self.pages.stuck(here.frame, here.visit, here.now, here.sent, missing)
            return HTMLResponse(page, 422)
        heard = {**said.answers, **dict.fromkeys(missing, "unsure")}
        visit = replace(here.visit, stuck=replace(said, answers=heard))
        visit = replace(visit, started=True)
        self.keep(here, stuck_reports(self.knowledge, visit, here.now))
        return see("/stuck")

    # ------------------------------------------------------------------------------ mine and others

    def country(self, here: Here) -> Response:
        """The country is changed in one tap, from wherever it is shown."""
        country = here.sent.get("country", "")
        to = here.sent.get("back", "")
        if country in self.knowledge.countries and country != UNKNOWN:
            settings = replace(here.visit.settings, country=country)
            self.keep(here, replace(here.visit, settings=settings))
        return see(to if to in ("/emergency", "/answer", "/stuck") else "/")

    def mine(self, here: Here) -> Response:
        """What is kept."""
        self.fresh(here)
        return HTMLResponse(self.pages.mine(here.frame, here.visit, self.visits.place))

    def settings(self, here: Here) -> Response:
        """Country and text size."""
        settings, sent = here.visit.settings, here.sent
        country = sent.get("country", "")
        if country == "" or (country in self.knowledge.countries and country != UNKNOWN):
            settings = replace(settings, country=country)
        size = next((s for s in TEXT_SIZES if s == sent.get("text_size")), settings.text_size)
        self.keep(here, replace(here.visit, settings=replace(settings, text_size=size)))
        return see("/mine?n=mine_saved")

    def export(self, here: Here) -> Response:
        """Everything that is kept, as a file."""
        self.fresh(here)
        data = json.dumps(self.pages.export(here.visit), indent=2, ensure_ascii=False)
        named = {"Content-Disposition": 'attachment; filename="notes.json"'}
        return Response(data + "\n", media_type="application/json", headers=named)

    def log(self, here: Here) -> Response:
        """What was told, done, taken and felt, one entry a line."""
        lines = [json.dumps(event_json(e), ensure_ascii=False) + "\n" for e in here.visit.log]
        named = {"Content-Disposition": 'attachment; filename="log.ndjson"'}
        return Response("".join(lines), media_type="application/x-ndjson", headers=named)

    def erase(self, here: Here) -> Response:
        """Everything is forgotten, and the cookie with it."""
        number = len(here.visit.case.given)
        proof = self._forget(here)
        frame = replace(here.frame, settings=Settings())
        response = HTMLResponse(self.pages.erased(frame, number, proof_of(proof)))
        return _forgotten(response)

    def leave(self, here: Here) -> Response:
        """Quick exit: everything is forgotten, and the page says nothing."""
        self._forget(here)
        return _forgotten(see("/away"))

    def away(self, here: Here) -> Response:
        """The page after a quick exit."""
        return HTMLResponse(self.pages.left(here.frame))

    def note(self, here: Here) -> Response:
        """The note for an appointment: its form, or what it became."""
        visit = self.fresh(here)
        if not may_note(assess(self.knowledge, visit.case)):
            return HTMLResponse(self.pages.notice(here.frame, "note_now"), 409)
        if visit.note is None or "edit" in here.request.query_params:
            shown = visit.note or Note()
            return HTMLResponse(self.pages.note(here.frame, shown, here.now))
        return HTMLResponse(self.pages.note_shown(here.frame, visit))

    def note_saved(self, here: Here) -> Response:
        """The form of the note, filled in."""
        visit = self.fresh(here)
        if not may_note(assess(self.knowledge, visit.case)):
            return HTMLResponse(self.pages.notice(here.frame, "note_now"), 409)
        note, wrong = notes.read_note(here.sent, here.now.date())
        if wrong:
            return HTMLResponse(self.pages.note(here.frame, note, here.now, wrong), 422)
        self.keep(here, replace(visit, note=note))
        return see("/note")

    def note_calendar(self, here: Here) -> Response:
        """The note as a reminder in a calendar."""
        if here.visit.note is None:
            return see("/note")
        uid = self.token()
        text = notes.calendar(self.pages.wording, here.visit.note, here.now, uid)
        named = {"Content-Disposition": 'attachment; filename="reminder.ics"'}
        return Response(text, media_type="text/calendar; charset=utf-8", headers=named)

    # -------------------------------------------------------------------------------------- believe

    def believe(self, here: Here) -> Response:
        """Everything the answers rest on."""
        return HTMLResponse(self.pages.believe(here.frame))

    def believe_part(self, here: Here) -> Response:
        """The rules of a level, one rule, the sources, the hazards."""
        part, id_ = here.request.path_params["part"], here.request.path_params.get("id", "")
        makers: Mapping[str, Callable[[], str | None]] = {
            "rules": lambda: self.pages.rules(here.frame, id_),
            "rule": lambda: self.pages.rule(here.frame, id_),
            "sources": lambda: None if id_ else self.pages.sources(here.frame),
            "hazards": lambda: None if id_ else self.pages.hazards(here.frame),
        }
        page = makers[part]() if part in makers else None
        if page is None:
            raise HTTPException(404)
        return HTMLResponse(page)

    def offline(self, here: Here) -> Response:
        """The danger check and the numbers, kept by the browser for when nothing else is there."""
        return HTMLResponse(self.pages.offline(here.frame))

    # --------------------------------------------------------------------------------------- files

    async def worker(self, _: Request) -> Response:
        """The service worker, from the root so that it may look after every page."""
        text = (STATIC / "sw.js").read_text(encoding="utf-8").replace("ASSETS", self.assets)
        return Response(text, media_type="text/javascript", headers={"Cache-Control": "no-cache"})

    async def figures(self, request: Request) -> Response:
        """The colours and the motion of one picture."""
        picture = self.knowledge.pictures.get(request.path_params["picture"])
        if picture is None:
            raise HTTPException(404)
        return Response(stylesheet([picture]), media_type="text/css")

    async def manifest(self, _: Request) -> Response:
        """What makes the app installable; its name gives nothing away."""
        name = self.pages.say("name")
        icon = {"src": "/static/mark.svg", "sizes": "any", "type": "image/svg+xml"}
        data: dict[str, Any] = {
            "name": name,
            "short_name": name,
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": "#F8F4EF",
            "theme_color": "#F8F4EF",
            "icons": [icon | {"purpose": "any"}, icon | {"purpose": "maskable"}],
        }
        return Response(json.dumps(data), media_type="application/manifest+json")

    async def missing(self, request: Request, error: Exception) -> Response:
        """There is no such page."""
        status = error.status_code if isinstance(error, HTTPException) else 404
        frame = Frame(Settings(), path=request.url.path)
        return HTMLResponse(self.pages.notice(frame, "missing"), status)

    async def too_much(self, _: Request, __: Exception) -> Response:
        """More was sent than is read."""
        return HTMLResponse(self.pages.notice(Frame(Settings()), "large"), 413)

    async def broken(self, _: Request, __: Exception) -> Response:
        """Our mistake: it says so, and whom to call."""
        return HTMLResponse(self.pages.notice(Frame(Settings()), "broken"), 500)


def create_app(
    knowledge: Knowledge,
    clock: Callable[[], datetime],
    token: Callable[[], str],
    tick: Callable[[], float],
    visits: Visits | None = None,
    zone: str = "UTC",
    secret: str = "",
) -> Starlette:
    """The app to be served. `tick` gives seconds that only grow, for the limit of requests.

    `zone` is the name of the time zone of the place; `secret` signs cookies over a restart.
    """
    app = App(knowledge, clock, token, visits, zone, secret)
    shown = {
        "/": app.start,
        "/next": app.next,
        "/answer": app.answer,
        "/emergency": app.emergency,
        "/stuck": app.stuck,
        "/mine": app.mine,
        "/mine/export": app.export,
        "/mine/log": app.log,
        "/away": app.away,
        "/note": app.note,
        "/note.ics": app.note_calendar,
        "/believe": app.believe,
        "/believe/{part}": app.believe_part,
        "/believe/{part}/{id}": app.believe_part,
        "/offline": app.offline,
        **app.care.shown(),
    }
    taken = {
        "/begin": app.begin,
        "/answers": app.answers,
        "/back": app.back,
        "/change": app.change,
        "/again": app.again,
        "/stuck": app.stuck_answers,
        "/country": app.country,
        "/settings": app.settings,
        "/erase": app.erase,
        "/leave": app.leave,
        "/note": app.note_saved,
        **app.care.taken(),
    }
    return Starlette(
        routes=[
            *(Route(path, app.page(handler), methods=["GET"]) for path, handler in shown.items()),
            *(
                Route(path, app.page(handler, safe=False), methods=["POST"])
                for path, handler in taken.items()
            ),
            Route("/sw.js", app.worker),
            Route("/manifest.webmanifest", app.manifest),
            Route("/figures/{picture}.css", app.figures),
            Mount("/static", _Files(directory=STATIC)),
        ],
        middleware=[Middleware(Guard, tick=tick)],
        exception_handlers={
            404: app.missing,
            405: app.missing,
            TooMuchError: app.too_much,
            Exception: app.broken,
        },
    )


class _Files(StaticFiles):
    """Static files that may be kept for ever where their address names their version."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        versioned = bool(scope.get("query_string"))
        response.headers["Cache-Control"] = _YEAR if versioned else "no-cache"
        return response


def _assets() -> str:
    """A short digest of the style and the scripts."""
    total = hashlib.sha256()
    for file in sorted(STATIC.iterdir()):
        total.update(file.name.encode() + b"\0" + file.read_bytes())
    return total.hexdigest()[:10]


def _said(case: Case) -> bytes:
    """A digest of all that decides which screen comes next; what was said is not kept by it."""
    given = [(f, str(g.value), g.origin.kind, g.origin.detail) for f, g in case.given.items()]
    moment = case.at.isoformat() if case.text and case.at else ""
    return hashlib.sha256(json.dumps([case.text, moment, given]).encode()).digest()


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form; several values of one name are joined by line ends."""
    body = await request.body()
    found: dict[str, str] = {}
    text = body.decode("utf-8", errors="replace")
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_FIELDS)
    except ValueError:
        raise TooMuchError from None
    for name, value in pairs:
        found[name] = f"{found[name]}\n{value}" if name in found else value
    return found


def proof_of(proof: Proof | None) -> tuple[int, int, int, int] | None:
    """What a search of the files found: entries gone, words looked for, files, words found."""
    if proof is None:
        return None
    return proof.events, proof.words, proof.files, len(proof.found)


def _forgotten(response: Response) -> Response:
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
