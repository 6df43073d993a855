"""The app in a browser: `serve` on this computer, `site` to be hosted for phones."""

from __future__ import annotations

import argparse
import importlib.util
import os
import secrets
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from lumbago import load
from lumbago.cli.edge import DONE, _Commands, _count, _now, _Parser, _read
from lumbago.errors import InputError, Problem, UsageError
from lumbago.knowledge.model import Knowledge

if TYPE_CHECKING:
    from lumbago.screens.clinic import Clinic


def _add_serve(commands: _Commands[_Parser]) -> None:
    command = commands.add_parser("serve", help="open the app in a browser, on this computer alone")
    command.add_argument("--port", type=_count, metavar="N", help="the port (default: a free one)")
    command.add_argument("--host", default="127.0.0.1", help="this computer; others are refused")
    command.add_argument("--no-open", action="store_true", help="do not open a browser")
    command.add_argument("--clinic", metavar="FILE", help="the details of a clinic, for the notes")
    command.set_defaults(run=_serve)


def _add_site(commands: _Commands[_Parser]) -> None:
    command = commands.add_parser("site", help="write the app that runs on a phone, to be hosted")
    command.add_argument("out", metavar="DIR", help="a new folder, or one written before")
    command.add_argument("--clinic", metavar="FILE", help="the details of a clinic")
    command.add_argument(
        "--pyodide", metavar="DIR", default="node_modules/pyodide", help="the unpacked npm package"
    )
    command.set_defaults(run=_site)


def _serve(options: argparse.Namespace) -> int:
    if any(importlib.util.find_spec(name) is None for name in ("jinja2", "starlette", "uvicorn")):
        hint = "pip install 'lumbago[web]'"
        raise UsageError(Problem("The web app is not installed.", hint=hint))
    from lumbago.app import App
    from lumbago.app.visits import KEPT_FOR
    from lumbago.log.command import edge_of
    from lumbago.log.edge import waiting_key
    from lumbago.store import Record, drafts
    from lumbago.web.app import assets_digest, create_app
    from lumbago.web.kept import InRecord
    from lumbago.web.serve import address, bind, only_here, secret_of, serve
    from lumbago.wording import Wording

    knowledge = load()
    clinic = _clinic(options.clinic, knowledge)
    sock = bind(only_here(options.host), options.port)
    edge = edge_of(knowledge, _now, os.urandom, os.environ)
    home, zone = edge.home, edge.zone(options)
    key = waiting_key(edge)

    def record(key: bytes | None) -> Record:
        return Record.open(home, now=_now(), dice=os.urandom, key=key)

    if key is not None or not home.is_sealed:
        with record(key) as opened:
            drafts.drop_strangers(opened, _now() - KEPT_FOR)
    name = str(Wording(knowledge).words["screens"]["record_me"])
    app = App(
        knowledge,
        _now,
        lambda: secrets.token_urlsafe(24),
        InRecord(knowledge, home, record, name, zone, os.urandom, key),
        zone,
        assets_digest(),
        clinic,
    )
    secret = secret_of(home, lambda: secrets.token_urlsafe(32))
    print(f"lumbago is at {address(sock)}  (stop it with Ctrl-C)", flush=True)
    try:
        serve(create_app(app, time.monotonic, secret), sock, open_browser=not options.no_open)
    except KeyboardInterrupt:
        print()
    return DONE


def _site(options: argparse.Namespace) -> int:
    for name in ("jinja2", "icalendar"):
        if importlib.util.find_spec(name) is None:
            hint = "pip install 'lumbago[web,handoff]'"
            raise UsageError(Problem(f"{name} is not installed.", hint=hint))
    from lumbago.site.build import build
    from lumbago.site.node import node

    knowledge = load()
    clinic = _clinic(options.clinic, knowledge)
    out = Path(options.out)
    built = build(knowledge, out, Path(options.pyodide), node(), clinic)
    print(f"{out}: {built.files} files; a first visit loads {built.packed / 1e6:.1f} MB")
    print(f"version {built.version}")
    return DONE


def _clinic(name: str | None, knowledge: Knowledge) -> Clinic:
    from lumbago.screens.clinic import NO_CLINIC, read_clinic

    if name is None:
        return NO_CLINIC
    try:
        return read_clinic(_read(name), knowledge.countries)
    except InputError as error:
        places = [
            replace(p, where=f"{name}, {p.where}" if p.where else name) for p in error.problems
        ]
        raise InputError(places) from None
