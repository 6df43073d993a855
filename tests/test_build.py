"""Compiling the knowledge base into the snapshot."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from lumbago.build import build
from lumbago.knowledge.model import Knowledge
from lumbago.knowledge.snapshot import KB, load
from lumbago.reading import Lexicon, read

AT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)


def test_the_snapshot_reads_own_words_like_the_files(knowledge: Knowledge, tmp_path: Path) -> None:
    """The ready rows of the snapshot find what the phrases of the files find."""
    snapshot = tmp_path / "kb.snapshot.json"
    built = build(KB, snapshot)
    loaded = load(KB, snapshot)
    assert loaded.hashes == built.hashes
    text = "I can't feel when I wipe and my left foot drags. no fever. worried it could be cancer"
    files, ready = Lexicon(knowledge.words["en"]), Lexicon(loaded.words["en"])
    assert read(text, files, AT) == read(text, ready, AT)
    assert read(text, ready, AT).mentions
