"""A record in a folder of its own, and entries to put into it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import pytest

from lumbago.events import Event, Note, Payload
from lumbago.store import Home, Record
from lumbago.store.keys import Cost, Dice

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


class Counted:
    """Dice that fall the same every time, and never twice alike."""

    def __init__(self) -> None:
        self.thrown = 0

    def __call__(self, size: int) -> bytes:
        self.thrown += 1
        return hashlib.shake_256(f"dice {self.thrown}".encode()).digest(size)


@pytest.fixture
def dice() -> Dice:
    return Counted()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def opened(home: Home, dice: Dice) -> Callable[[], Record]:
    """Open the record again and again; the test closes it."""
    return lambda: Record.open(home, now=NOW, dice=dice)


class Entry(Protocol):
    """Entry `number`, a minute after the one before."""

    def __call__(
        self,
        number: int,
        payload: Payload | None = None,
        *,
        minutes: int | None = None,
        supersedes: str = "",
    ) -> Event: ...


@pytest.fixture
def entry() -> Entry:
    def make(
        number: int,
        payload: Payload | None = None,
        *,
        minutes: int | None = None,
        supersedes: str = "",
    ) -> Event:
        at = NOW + timedelta(minutes=number if minutes is None else minutes)
        said = payload or Note(f"entry number {number}")
        return Event(f"e-{number}", at, at, "Europe/Berlin", said, supersedes=supersedes)

    return make


@pytest.fixture
def cheap() -> Cost:
    """The real cost is measured in one test alone."""
    return Cost(memory=64, passes=1, lanes=1)
