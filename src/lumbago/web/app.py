"""The app over HTTP: cookies, form tokens and files around the same replies as everywhere."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from lumbago.app import App, Asked, Reply, TooMuchError, fields
from lumbago.web.middleware import Guard
from lumbago.web.sessions import COOKIE, MOST_PEOPLE, Keys

STATIC: Final = Path(__file__).parent / "static"

_COOKIE_DAYS: Final = 400
_YEAR: Final = "public, max-age=31536000, immutable"


class Server:
    """Requests to the app, and its replies to HTTP."""

    def __init__(self, app: App, keys: Keys) -> None:
        self.app = app
        self.keys = keys

    async def page(self, request: Request) -> Response:
        """A page; a form is taken only with the token of a page of ours."""
        known = self.keys.people(request.cookies.get(COOKIE, ""))
        person = known[0] if known else self.keys.new()
        asked = Asked(
            path=request.url.path,
            query=request.query_params,
            sent=await _form(request) if request.method == "POST" else None,
            languages=request.headers.get("accept-language", ""),
            people=known,
        )
        if asked.sent is not None and not self.keys.is_form(person, asked.sent.get("token", "")):
            reply = self.app.notice("failed", 403, asked.path)
        else:
            reply, person = self.app.reply(asked, person, self.keys.form(person))
        response = _http(reply)
        if reply.forget or reply.left:
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        self._set_cookie(response, known, (person, *reply.others))
        return response

    def _set_cookie(
        self, response: Response, known: tuple[str, ...], first: tuple[str, ...]
    ) -> None:
        """Who is here comes first, then the others; who was forgotten is left out."""
        visits = self.app.visits
        others = known if visits.safe == "locked" else visits.names(known)
        people = tuple(dict.fromkeys(p for p in (*first, *others) if p))[:MOST_PEOPLE]
        if people == known:
            return
        if not people:
            response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
            return
        response.set_cookie(
            COOKIE,
            self.keys.cookie(people),
            max_age=_COOKIE_DAYS * 86400 if visits.place else None,
            httponly=True,
            samesite="strict",
            path="/",
        )

    async def worker(self, _: Request) -> Response:
        """The service worker, from the root so that it may look after every page."""
        text = (
            (STATIC / "sw.js").read_text(encoding="utf-8").replace("ASSETS", self.app.pages.assets)
        )
        return Response(text, media_type="text/javascript", headers={"Cache-Control": "no-cache"})

    async def figures(self, request: Request) -> Response:
        """The colours and the motion of one picture."""
        found = self.app.figures(request.path_params["picture"])
        return _http(found or self.app.notice("missing", 404, request.url.path))

    async def manifest(self, _: Request) -> Response:
        """What makes the app installable."""
        return JSONResponse(self.app.manifest(), media_type="application/manifest+json")

    async def missing(self, request: Request, _: Exception) -> Response:
        """There is no such page."""
        return _http(self.app.notice("missing", 404, request.url.path))

    async def too_much(self, _: Request, __: Exception) -> Response:
        """More was sent than is read."""
        return _http(self.app.notice("large", 413))

    async def broken(self, _: Request, __: Exception) -> Response:
        """Our mistake: it says so, and whom to call."""
        return _http(self.app.notice("broken", 500))


def create_app(app: App, tick: Callable[[], float], secret: str = "") -> Starlette:
    """An app to be served. `tick` gives seconds that only grow, for the limit of requests.

    `secret` signs cookies over a restart.
    """
    app.warm()
    server = Server(app, Keys(app.token, secret))
    return Starlette(
        routes=[
            Route("/sw.js", server.worker),
            Route("/manifest.webmanifest", server.manifest),
            Route("/figures/{picture}.css", server.figures),
            Mount("/static", _Files(directory=STATIC)),
            Route("/{path:path}", server.page, methods=["GET", "POST"]),
        ],
        middleware=[Middleware(Guard, tick=tick)],
        exception_handlers={
            404: server.missing,
            405: server.missing,
            TooMuchError: server.too_much,
            Exception: server.broken,
        },
    )


class _Files(StaticFiles):
    """Static files that may be kept for ever where their address names their version."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        versioned = bool(scope.get("query_string"))
        response.headers["Cache-Control"] = _YEAR if versioned else "no-cache"
        return response


def assets_digest() -> str:
    """A short digest of the style and the scripts."""
    total = hashlib.sha256()
    for file in sorted(STATIC.iterdir()):
        total.update(file.name.encode() + b"\0" + file.read_bytes())
    return total.hexdigest()[:10]


async def _form(request: Request) -> dict[str, str]:
    return fields((await request.body()).decode("utf-8", errors="replace"))


def _http(reply: Reply) -> Response:
    return Response(reply.body, reply.status, dict(reply.headers), reply.kind)
