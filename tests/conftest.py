"""What many tests share: the shipped knowledge base, compiled once from its files."""

from __future__ import annotations

import pytest
from hypothesis import settings

from lumbago.knowledge.model import Knowledge
from lumbago.knowledge.snapshot import KB, compile_files

settings.register_profile("lumbago", deadline=None)  # a busy machine is not a failure
settings.load_profile("lumbago")


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return compile_files(KB)
