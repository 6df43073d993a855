from __future__ import annotations

from datetime import datetime

import pytest

import lumbago
from lumbago.knowledge.model import Knowledge
from lumbago.screens import Frame, Pages, Settings
from lumbago.wording import Wording


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return lumbago.load()


@pytest.fixture(scope="session")
def wording(knowledge: Knowledge) -> Wording:
    return Wording(knowledge)


@pytest.fixture(scope="session")
def pages(knowledge: Knowledge) -> Pages:
    return Pages(knowledge)


@pytest.fixture
def now() -> datetime:
    return datetime.fromisoformat("2026-11-22T09:00:00+00:00")


@pytest.fixture
def frame() -> Frame:
    return Frame(Settings(country="GB"), token="t")
