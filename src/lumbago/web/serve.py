"""`lumbago serve`: the web app on a port of this computer, and nowhere else."""

from __future__ import annotations

import gc
import ipaddress
import socket
import webbrowser
from collections.abc import Callable
from datetime import datetime
from typing import Final

import uvicorn

from lumbago.errors import Problem, UsageError
from lumbago.knowledge.model import Knowledge
from lumbago.web.app import create_app

LOOPBACK: Final = "127.0.0.1"
PORT: Final = 8642
_NEXT_PORTS: Final = 10


def only_here(host: str) -> str:
    """The host, if it is this computer. Raises `UsageError` otherwise."""
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise UsageError(
            Problem(
                f"lumbago does not serve {host}: others in the network could read what you type.",
                hint="It serves this computer alone. Leave --host out.",
            )
        )
    return LOOPBACK if host == "localhost" else host


def bind(host: str, port: int | None) -> socket.socket:
    """A socket on a port; without one, the usual port or the next that is free.

    Raises `UsageError` if the port is taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    wanted = (port,) if port is not None else tuple(range(PORT, PORT + _NEXT_PORTS))
    for number in wanted:
        sock = socket.socket(family, socket.SOCK_STREAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((host, number))
            sock.listen()
        except OSError:
            sock.close()
            continue
        return sock
    said = f"Port {wanted[0]} is taken or not allowed." if port else "No port is free."
    raise UsageError(Problem(said, hint="Choose another one with --port."))


def serve(
    knowledge: Knowledge,
    sock: socket.socket,
    clock: Callable[[], datetime],
    token: Callable[[], str],
    tick: Callable[[], float],
    *,
    open_browser: bool,
) -> None:
    """Serve until it is stopped."""
    app = create_app(knowledge, clock, token, tick)
    gc.collect()
    gc.freeze()  # the knowledge never goes; searching it for garbage would hold up a page
    config = uvicorn.Config(
        app, access_log=False, log_level="warning", server_header=False, proxy_headers=False
    )
    if open_browser:
        webbrowser.open(address(sock))
    uvicorn.Server(config).run(sockets=[sock])


def address(sock: socket.socket) -> str:
    """The address to type into a browser."""
    host, port = sock.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}/"
