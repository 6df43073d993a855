from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

import lumbago
from lumbago.knowledge.model import Knowledge

START = datetime.fromisoformat("2026-11-22T09:00:00+00:00")


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **step: float) -> None:
        self.now += timedelta(**step)


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return lumbago.load()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def counting() -> Callable[[], Callable[[], str]]:
    def make() -> Callable[[], str]:
        numbers = iter(range(10**6))
        return lambda: f"id{next(numbers)}"

    return make
