"""What stands before every request: this computer only, not too much, not from elsewhere. Pure ASGI."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lumbago.app import TooMuchError

BODY_LIMIT: Final = 64 * 1024
"""Bytes that a request may carry."""

HOSTS: Final = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})

POLICY: Final = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; object-src 'none'; "
    "base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)

HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

BURST: Final = 400.0
PER_SECOND: Final = 200.0
_CLIENTS: Final = 1000
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class Guard:
    """Sets the headers of every answer, and turns away what must not come in.

    `tick` gives seconds from any start, always growing; it is asked for the rate of requests.
    """

    def __init__(
        self, app: ASGIApp, tick: Callable[[], float], hosts: Iterable[str] = HOSTS
    ) -> None:
        self.app = app
        self.tick = tick
        self.hosts = frozenset(hosts)
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Turn a request away, or pass it on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        headers = Headers(scope=scope)
        refused = self.refused(scope, headers)
        if refused is not None:
            await refused(scope, receive, with_headers)
            return
        body = _Limited(receive)
        await self.app(scope, body, with_headers)

    def refused(self, scope: Scope, headers: Headers) -> PlainTextResponse | None:
        """The answer to a request that must not come in; None if it may."""
        host = headers.get("host", "")
        if _without_port(host) not in self.hosts:
            return PlainTextResponse("This address is not served here.", 421)
        if not self._may_go_on(scope):
            busy = "Too many requests at once. Wait a few seconds and try again."
            return PlainTextResponse(busy, 429, {"Retry-After": "3"})
        if scope["method"] not in _SAFE and _from_elsewhere(headers, host):
            return PlainTextResponse("This form was sent from elsewhere. Nothing was changed.", 403)
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > BODY_LIMIT:
            return PlainTextResponse("That is too much at once. Please send less.", 413)
        return None

    def _may_go_on(self, scope: Scope) -> bool:
        """A bucket of requests for every client that fills up again."""
        client = scope["client"][0] if scope.get("client") else ""
        now = self.tick()
        left, at = self._buckets.get(client, (BURST, now))
        left = min(BURST, left + (now - at) * PER_SECOND)
        self._buckets[client] = (max(0.0, left - 1), now)
        self._buckets.move_to_end(client)
        if len(self._buckets) > _CLIENTS:
            self._buckets.popitem(last=False)
        return left >= 1


class _Limited:
    """A request body that ends in an error when it is larger than it may be."""

    def __init__(self, receive: Receive) -> None:
        self.receive = receive
        self.seen = 0

    async def __call__(self) -> Message:
        message = await self.receive()
        if message["type"] == "http.request":
            self.seen += len(message.get("body", b""))
            if self.seen > BODY_LIMIT:
                raise TooMuchError
        return message


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0].lower()


def _from_elsewhere(headers: Headers, host: str) -> bool:
    """Whether a browser says that a request was not sent by a page of ours."""
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = headers.get("origin")
    return origin is not None and origin.partition("://")[2] != host
