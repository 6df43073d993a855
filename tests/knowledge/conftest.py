"""A minimal knowledge base without any problem, and the ways in which it can be broken."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from lumbago.errors import KnowledgeError, Problem
from lumbago.knowledge.check import check
from lumbago.knowledge.snapshot import compile_files

HERE = Path(__file__).parent

ProblemsWith = Callable[..., list[Problem]]


@pytest.fixture
def kb(tmp_path: Path) -> Path:
    """A copy of the minimal knowledge base, to be changed by a test."""
    return Path(shutil.copytree(HERE / "minimal", tmp_path / "kb"))


@pytest.fixture
def problems_with(kb: Path) -> ProblemsWith:
    """Every problem of the minimal knowledge base with folders of `tests/kb_bad` laid over it."""

    def problems(*mistakes: str) -> list[Problem]:
        for mistake in mistakes:
            shutil.copytree(HERE.parent / "kb_bad" / mistake, kb, dirs_exist_ok=True)
        try:
            return check(compile_files(kb))
        except KnowledgeError as error:
            return list(error.problems)

    return problems
