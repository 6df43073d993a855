"""The web app: one page at a time, and many people at once against one server on this machine."""

from __future__ import annotations

import asyncio
import gc
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from random import Random
from typing import Any

import httpx2
import pytest

import lumbago
from lumbago.interview import Screen
from lumbago.screens import Frame, Pages, Settings, Visit
from lumbago.screens.visit import begin, current
from lumbago.web.serve import bind

Benchmark = Any

CROWDS = {"100 people, a page every 5 s": (100, 5.0), "50 people, a page every 1.5 s": (50, 1.5)}
"""How many people, and how many seconds somebody looks at a page, on average."""

KEPT = httpx2.Limits(keepalive_expiry=3)
"""A connection is given up before the server gives it up, as browsers do."""

PATIENCE = 60.0
"""Seconds to wait for a page: a slow one is to be measured, not to end the run."""

NOW = datetime.fromisoformat("2026-11-22T09:00:00+00:00")


def test_start_page(benchmark: Benchmark) -> None:
    pages = Pages(lumbago.load())
    benchmark(pages.start, Frame(Settings("GB")), Visit())


def test_question_page(benchmark: Benchmark) -> None:
    knowledge = lumbago.load()
    pages = Pages(knowledge)
    visit = begin(Visit(), "", (), NOW)
    screen = current(knowledge, visit)
    assert isinstance(screen, Screen)
    benchmark(pages.question, Frame(Settings("GB")), visit, screen)


def test_answer_page(benchmark: Benchmark) -> None:
    pages = Pages(lumbago.load())
    visit = begin(Visit(), "bent to pick up a box, pain 8/10", (), NOW)
    benchmark(pages.answer, Frame(Settings("GB")), visit, NOW)


@pytest.mark.parametrize("crowd", CROWDS)
def test_many_people_at_once(benchmark: Benchmark, crowd: str) -> None:
    people, pause = CROWDS[crowd]
    with _server() as address:
        times = benchmark.pedantic(_crowd, args=(address, people, pause), rounds=1, iterations=1)
    times.sort()
    p50, p99 = times[len(times) // 2], times[int(len(times) * 0.99)]
    benchmark.extra_info |= {"pages": len(times), "p50_ms": p50, "p99_ms": p99}


@contextmanager
def _server() -> Iterator[str]:
    """A server over a record of its own, never the one of whoever runs this."""
    with tempfile.TemporaryDirectory() as home:
        yield from _served({**os.environ, "LUMBAGO_HOME": home})


def _served(environment: dict[str, str]) -> Iterator[str]:
    probe = bind("127.0.0.1", 0)
    port = probe.getsockname()[1]
    probe.close()
    command = [sys.executable, "-m", "lumbago.cli", "serve", "--no-open", "--port", str(port)]
    address = f"http://127.0.0.1:{port}"
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment) as process:
        try:
            for _ in range(200):
                try:
                    httpx2.get(address)
                    break
                except httpx2.TransportError:
                    time.sleep(0.05)
            yield address
        finally:
            process.terminate()


def _crowd(address: str, people: int, pause: float) -> list[float]:
    gc.collect()
    gc.freeze()  # what other benchmarks left is not to be searched while pages are waited for
    try:
        return asyncio.run(_all(address, people, pause))
    finally:
        gc.unfreeze()


async def _all(address: str, people: int, pause: float) -> list[float]:
    times: list[float] = []
    crowd = (_person(address, pause, Random(seed), times) for seed in range(people))
    await asyncio.gather(*crowd)
    return times


async def _person(address: str, pause: float, dice: Random, times: list[float]) -> None:
    """One interview, a pause before every page; the time of each request alone is kept."""
    english = {"accept-language": "en-GB"}
    async with httpx2.AsyncClient(
        base_url=address, headers=english, limits=KEPT, timeout=PATIENCE
    ) as client:

        async def ask(method: str, path: str, data: dict[str, str] | None = None) -> Any:
            started = time.perf_counter()
            response = await client.request(method, path, data=data)
            times.append((time.perf_counter() - started) * 1000)
            return response

        await asyncio.sleep(dice.uniform(0, 2 * pause))
        page = (await ask("GET", "/")).text
        path = "/begin"
        said: dict[str, str] = {}
        while True:
            await asyncio.sleep(dice.uniform(0.2, 2 * pause - 0.2))
            response = await ask("POST", path, _hidden(page) | said)
            to = response.headers.get("location")
            if to is None:
                raise AssertionError(response.text[:500])
            page = (await ask("GET", to)).text
            if "location" not in page and 'name="screen"' not in page:
                break
            path, said = "/answers", _answers(page, dice)
        await ask("GET", "/answer")


def _hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))


def _answers(page: str, dice: Random) -> dict[str, str]:
    said = dict.fromkeys(re.findall(r'id="row-([\w.]+)"', page), "no")
    return said | {
        "age_years.number": str(dice.randint(18, 64)),
        "sex_at_birth": dice.choice(("male", "other")),
        "pregnancy_status": "unsure",
        "pain_severity_0_10.number": str(dice.randint(1, 9)),
        "pain_duration_days.number": str(dice.randint(0, 20)),
    }
