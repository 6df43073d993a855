"""The app on a free port in a thread of this process, to be tried in a browser."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import uvicorn
from starlette.types import ASGIApp

from lumbago.app import App, Visits
from lumbago.knowledge.model import Knowledge
from lumbago.web.app import assets_digest, create_app
from lumbago.web.serve import LOOPBACK, address, bind


@contextmanager
def running(app: ASGIApp) -> Iterator[str]:
    """Serve an app until the block ends; gives its address. Raises `RuntimeError` if it won't start."""
    sock = bind(LOOPBACK, 0)
    config = uvicorn.Config(app, access_log=False, log_level="error", server_header=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
    thread.start()
    pause = threading.Event()
    for _ in range(500):
        if server.started or not thread.is_alive():
            break
        pause.wait(0.01)
    if not server.started:
        raise RuntimeError("The app did not start.")
    try:
        yield address(sock).rstrip("/")
    finally:
        server.should_exit = True
        thread.join(10)
        sock.close()


def app(
    knowledge: Knowledge,
    clock: Callable[[], datetime],
    tick: Callable[[], float] | None = None,
    visits: Visits | None = None,
) -> ASGIApp:
    """An app with ids that count up; its rate of requests is not limited unless `tick` is given."""
    numbers = iter(range(10**9))
    hour = iter(range(0, 10**9, 3600))
    ticks = tick if tick is not None else lambda: float(next(hour))
    made = App(knowledge, clock, lambda: f"trial-{next(numbers)}", visits, assets=assets_digest())
    return create_app(made, ticks)
