from __future__ import annotations

import asyncio
from collections.abc import Iterable

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from lumbago.app import TooMuchError
from lumbago.web.middleware import BODY_LIMIT, BURST, HEADERS, PER_SECOND, Guard


async def echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


class Ticks:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def client(ticks: Ticks) -> TestClient:
    inner = Starlette(routes=[Route("/", echo, methods=["GET", "POST"])])
    return TestClient(Guard(inner, ticks), base_url="http://127.0.0.1")


def test_every_answer_has_the_headers(client: TestClient) -> None:
    for response in (
        client.get("/"),
        client.get("/nothing"),
        client.get("/", headers={"host": "evil.example"}),
        client.post("/", headers={"origin": "http://evil.example"}),
    ):
        for name, value in HEADERS.items():
            assert response.headers[name] == value
        assert response.headers["cache-control"] == "no-store"


def test_the_policy_allows_nothing_from_elsewhere() -> None:
    policy = dict(part.split(" ", 1) for part in HEADERS["Content-Security-Policy"].split("; "))
    assert set(policy.values()) == {"'self'", "'none'"}
    assert policy["default-src"] == policy["script-src"] == policy["form-action"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["object-src"] == "'none'"


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200),
        ("localhost:8642", 200),
        ("LOCALHOST", 200),
        ("[::1]:8642", 200),
        ("evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("", 421),
    ],
)
def test_another_name_of_this_computer_is_not_served(
    host: str, status: int, client: TestClient
) -> None:
    assert client.get("/", headers={"host": host}).status_code == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"origin": "http://127.0.0.1"}, 200),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://127.0.0.1:9999"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
    ],
)
def test_a_form_from_elsewhere_is_refused(
    headers: dict[str, str], status: int, client: TestClient
) -> None:
    assert client.post("/", headers=headers).status_code == status
    assert client.get("/", headers=headers).status_code == 200


def test_a_body_has_an_end(client: TestClient) -> None:
    assert client.post("/", content=b"x" * BODY_LIMIT).text == str(BODY_LIMIT)
    assert client.post("/", content=b"x" * (BODY_LIMIT + 1)).status_code == 413
    assert client.get("/", headers={"content-length": "many"}).status_code == 413


def test_a_body_that_does_not_say_its_size_ends_too(client: TestClient) -> None:
    def pieces() -> Iterable[bytes]:
        for _ in range(20):
            yield b"x" * 8192

    with pytest.raises(TooMuchError):
        client.post("/", content=pieces())


def test_a_client_that_asks_too_often_waits_and_then_goes_on(
    client: TestClient, ticks: Ticks
) -> None:
    answers = [client.get("/").status_code for _ in range(int(BURST) + 1)]
    assert answers[-2:] == [200, 429]
    assert client.get("/").headers["retry-after"] == "3"
    ticks.now += 2 / PER_SECOND
    assert [client.get("/").status_code for _ in range(3)] == [200, 200, 429]


def test_what_is_no_request_passes() -> None:
    seen = []

    async def inner(scope: object, receive: object, send: object) -> None:
        seen.append(scope)

    scope = {"type": "lifespan"}
    asyncio.run(Guard(inner, lambda: 0.0)(scope, None, None))  # type: ignore[arg-type]
    assert seen == [scope]
