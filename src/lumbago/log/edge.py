"""Where `lumbago log` meets the world: the clock, the dice, the terminal, the place, the key."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from rich.console import Console

from lumbago.errors import InputError, Problem, StoreError, UsageError
from lumbago.event_files import zone_of
from lumbago.knowledge.model import Knowledge
from lumbago.store import Home, Notice, Person, Record, keys
from lumbago.store.keys import Dice
from lumbago.store.seal import Session, file_system
from lumbago.wording import Wording

_LOCALTIME: Final = Path("/etc/localtime")


@dataclass(frozen=True, slots=True)
class Edge:
    """What the command line hands in; `secret` asks for a word that is not shown."""

    knowledge: Knowledge
    now: Callable[[], datetime]
    dice: Dice
    environment: Mapping[str, str]
    out: Console
    errors: Console
    interactive: bool
    secret: Callable[[str], str]

    @property
    def home(self) -> Home:
        """The folder of the record."""
        return Home.default(self.environment)

    @property
    def session(self) -> Session | None:
        """Where an unlocked key can wait, if anywhere."""
        return Session.of(self.home, self.environment, file_system)

    def message(self, id_: str, **values: object) -> str:
        """A fixed message."""
        return Wording(self.knowledge).message(id_, **values)

    def say(self, id_: str, **values: object) -> None:
        """Print a fixed message."""
        self.out.print(f"  {self.message(id_, **values)}", markup=False)

    def ask(self, id_: str, **values: object) -> str:
        """Ask for a line."""
        self.out.print(f"  {self.message(id_, **values)}", markup=False)
        return self.out.input("  > ").strip()

    def zone(self, options: argparse.Namespace) -> str:
        """The time zone of the place. Raises `InputError` if a given one is unknown."""
        if named := getattr(options, "zone", ""):
            return zone_of(named)
        for name in (self.environment.get("TZ", ""), _zone_of_file(_LOCALTIME)):
            try:
                return zone_of(name.removeprefix(":"))
            except InputError:
                continue
        return "UTC"


def _zone_of_file(path: Path) -> str:
    try:
        return path.resolve().as_posix().partition("/zoneinfo/")[2]
    except OSError:
        return ""


def open_record(edge: Edge, options: argparse.Namespace) -> Record:
    """Open the record, asking for the passphrase where it must. Raises `StoreError`."""
    home = edge.home
    key = unlocked(edge, options) if home.is_sealed else None
    record = Record.open(home, now=edge.now(), dice=edge.dice, key=key)
    tell(edge, record.new)
    return record


def tell(edge: Edge, notices: list[Notice]) -> None:
    """Say what happened to the record itself, and say it once."""
    for notice in notices:
        have, _, seen = notice.detail.partition(" ")
        if notice.kind in ("clock_back", "older_copy", "schema"):
            said = edge.message(f"notice_{notice.kind}", have=have, seen=seen)
            edge.errors.print(f"lumbago: {said}", markup=False)
    notices.clear()


def unlocked(edge: Edge, options: argparse.Namespace, *, fresh: bool = False) -> bytes:
    """The key of a sealed record; with `fresh`, the passphrase must be given now."""
    kept = None if fresh else waiting_key(edge)
    if kept is not None:
        return kept
    file = keys.read(edge.home)
    if getattr(options, "recovery", False):
        return keys.recovered(file, secret(edge, options, "log_recovery_prompt"))
    return keys.opened(file, secret(edge, options, "log_passphrase_prompt"))


def waiting_key(edge: Edge) -> bytes | None:
    """The key of a sealed record while it is unlocked for a while; None otherwise."""
    session = edge.session
    return session.key(edge.now()) if session and edge.home.is_sealed else None


def secret(edge: Edge, options: argparse.Namespace, prompt: str, line: int = 0) -> str:
    """A secret word from a line of `--passphrase-file`, or typed. Raises `StoreError` without either."""
    if name := getattr(options, "passphrase_file", ""):
        try:
            lines = Path(name).read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            raise InputError(Problem("The file cannot be read.", name)) from None
        if line >= len(lines):
            raise InputError(Problem(f"The file has no line {line + 1}.", name))
        return lines[line]
    if not edge.interactive:
        hint = "Unlock it first: lumbago log unlock, or use --passphrase-file"
        raise StoreError(Problem("The record is locked.", str(edge.home.sealed), hint))
    return edge.secret(f"  {edge.message(prompt)}: ")


def who(edge: Edge, options: argparse.Namespace, record: Record) -> Person:
    """The person it is for: named, the only one, or asked. Raises `UsageError` if it cannot ask."""
    if name := getattr(options, "person", ""):
        return record.person(name)
    people = record.people()
    if len(people) == 1:
        return people[0]
    if not edge.interactive:
        if not people:
            hint = "Add somebody: lumbago log people --add NAME"
            raise UsageError(Problem("Nobody is in the record yet.", hint=hint))
        names = ", ".join(person.name for person in people)
        raise UsageError(Problem("Who is it for?", hint=f"Use --for with one of: {names}."))
    if not people:
        return record.add_person(edge.ask("log_first_name"), edge.now())
    names = " · ".join(f"{number} {person.name}" for number, person in enumerate(people, 1))
    typed = edge.ask("log_who_of", names=names)
    if typed.isdecimal() and 1 <= int(typed) <= len(people):
        return people[int(typed) - 1]
    return record.person(typed)
