from __future__ import annotations

import pytest

import lumbago
from lumbago.knowledge.model import Knowledge


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return lumbago.load()
