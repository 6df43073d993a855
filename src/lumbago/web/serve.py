"""`lumbago serve`: the web app on a port of this computer, and nowhere else."""

from __future__ import annotations

import gc
import ipaddress
import os
import socket
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from lumbago.errors import Problem, StoreError, UsageError
from lumbago.store import Home

LOOPBACK: Final = "127.0.0.1"
SECRET: Final = "web.key"
"""The file of the secret that signs cookies."""
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
        # said to be TCP, or asyncio leaves small packets waiting: 40 ms for every page
        sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((host, number))
            sock.listen()
        except (OSError, OverflowError):  # the second: no such port
            sock.close()
            continue
        return sock
    said = f"Port {wanted[0]} is taken or not allowed." if port else "No port is free."
    raise UsageError(Problem(said, hint="Choose another one with --port."))


def secret_of(home: Home, token: Callable[[], str]) -> str:
    """The secret that signs cookies, kept beside the record for the person alone.

    Raises `StoreError` if the folder cannot be used.
    """
    home.prepare()
    file = home.folder / SECRET
    try:
        with suppress(FileExistsError):
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as new:
                new.write(token())
        found = file.read_text(encoding="ascii")
    except OSError as error:
        raise StoreError(Problem(f"{error.strerror}.", str(file))) from None
    return found or token()


def serve(app: ASGIApp, sock: socket.socket, *, open_browser: bool) -> None:
    """Serve an app until it is stopped."""
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
