"""Overlays for the tests: read from text, or made in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lumbago.knowledge.model import Knowledge
from lumbago.knowledge.overlay import Overlay, read_overlay
from lumbago.simulate import ordinary
from lumbago.whatif.people import Crowd, Kind

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
HEAD = "title: A try\nwhy: Somebody wants to know this.\n"

Made = Callable[[str], Overlay]


@pytest.fixture(scope="session")
def made(knowledge: Knowledge) -> Made:
    return lambda sections: read_overlay(knowledge, (HEAD + sections).encode(), "o.yaml")


@pytest.fixture(scope="session")
def loosened(knowledge: Knowledge) -> Overlay:
    path = EXAMPLES / "overlay-loosened.yaml"
    return read_overlay(knowledge, path.read_bytes(), path.name)


@pytest.fixture(scope="session")
def tightened(knowledge: Knowledge) -> Overlay:
    path = EXAMPLES / "overlay-tightened.yaml"
    return read_overlay(knowledge, path.read_bytes(), path.name)


@pytest.fixture(scope="session")
def unchanged(knowledge: Knowledge) -> Overlay:
    return Overlay(
        "Nothing", "Nobody asks for anything.", knowledge, replace(knowledge, overlay="x")
    )


@pytest.fixture(scope="session")
def crowd(knowledge: Knowledge) -> Crowd:
    table = ordinary(knowledge, 3000, np.random.default_rng(1))
    return Crowd(Kind.ORDINARY, table, (), np.zeros((3000, 0), np.bool_))
