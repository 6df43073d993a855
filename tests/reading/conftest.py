"""The shipped lexicon, compiled once."""

from __future__ import annotations

import pytest

from lumbago.knowledge.model import Knowledge
from lumbago.reading import Lexicon


@pytest.fixture(scope="session")
def lexicon(knowledge: Knowledge) -> Lexicon:
    return Lexicon(knowledge.words["en"])
