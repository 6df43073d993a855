"""Compiling the knowledge base into the snapshot that the program loads."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from lumbago.knowledge.model import Knowledge, Words
from lumbago.knowledge.snapshot import KB, SNAPSHOT, compile_files, digest_of_files, write
from lumbago.reading import index_of


def build(kb: Path = KB, out: Path = SNAPSHOT) -> Knowledge:
    """Compile `kb` and write the snapshot, whole or not at all.

    The phrases of each language go in as ready rows, so that reading own words starts at once.
    Raises `KnowledgeError` with every problem.
    """
    knowledge = compile_files(kb)
    words = {language: _ready(kinds) for language, kinds in knowledge.words.items()}
    write(replace(knowledge, words=MappingProxyType(words)), digest_of_files(kb), out)
    return knowledge


def _ready(kinds: Words) -> Words:
    if "lexicon" not in kinds:
        return kinds
    others = {kind: words for kind, words in kinds.items() if kind != "lexicon"}
    return {**others, "lexicon_index": index_of(kinds)}
