"""Erasing an episode or a person, and the proof: the files are searched for the words.

What a search of the files cannot show: blocks that a flash disk or a copying file system keeps
aside, backups, exports, and memory that was swapped out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from lumbago.event_files import event_json
from lumbago.events import Erased, Event
from lumbago.fields import dumps
from lumbago.record_files import Episode, Person
from lumbago.store import drafts
from lumbago.store.place import Home
from lumbago.store.record import Record, new_id

_WORD: Final = re.compile(r"\w{4,}")
_BLOCK: Final = 1 << 20
_STAMP: Final = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Proof:
    """What was erased, and what a search of every file of the record found of its words."""

    events: int
    words: int
    files: int
    bytes: int
    found: tuple[str, ...]
    sealed: bool


def erase(
    record: Record, person: Person, episode: Episode | None, now: datetime, zone: str
) -> Proof:
    """Delete an episode (or, with None, a person with all episodes), and search the files for it.

    The record is closed afterwards. Raises `StoreError`; what was deleted stays deleted, and the
    next start goes on where this stopped.
    """
    words = _words_to_lose(record, person, episode)
    tombstone = Event(new_id(record.dice), now, now, zone, Erased(0))
    gone = record.erase_rows(tombstone, person=person.id, episode=episode.id if episode else "")
    return _searched(record, words, gone)


def erase_draft(record: Record, id_: str) -> Proof:
    """Delete what somebody who is no person of the record began, and search the files for it.

    The record is closed afterwards. Raises `StoreError`.
    """
    words = _words(_draft(record, id_))
    record.erase_draft(id_)
    return _searched(record, words, 0)


def _searched(record: Record, words: set[str], gone: int) -> Proof:
    record.finish_erasing()
    left = "\n".join(_whatever_is_left(record))
    words -= _words((left,))
    home, sealed = record.home, record.home.is_sealed
    record.close()
    files = home.files()
    found = tuple(sorted(word for word in set(_found(files, words)) if word not in left))
    total = sum(path.stat().st_size for path in files)
    return Proof(gone, len(words), len(files), total, found, sealed)


def _words_to_lose(record: Record, person: Person, episode: Episode | None) -> set[str]:
    episodes = (episode,) if episode else record.episodes(person)
    texts = [one.id for one in episodes]
    texts += [dumps(event_json(event)) for one in episodes for event in record.log(one)]
    if episode is None:
        texts += [person.id, person.name, *person.name.split()]
        texts += _draft(record, person.id)
    return _words(texts)


def _draft(record: Record, id_: str) -> list[str]:
    found = drafts.find(record, id_)
    return [dumps(found[1])] if found else []


def _whatever_is_left(record: Record) -> Iterator[str]:
    for person in record.people():
        yield f"{person.id} {person.name} {person.added_at.isoformat()}"
    for episode in record.all_episodes():
        yield f"{episode.id} {episode.began_at.isoformat()}"
    for _, _, event in record.owners():
        yield dumps(event_json(event))
    for notice in record.notices():
        yield f"{notice.kind} {notice.noted_at.isoformat()} {notice.detail}"
    yield from drafts.texts(record)
    yield from record.structure()


def _words(texts: Iterable[str]) -> set[str]:
    """Words, ids and moments; short numbers occur in any file."""
    found = {word for text in texts for word in _WORD.findall(text)}
    return {word for word in found if not _STAMP.fullmatch(word)}


def _found(files: Iterable[Path], words: set[str]) -> Iterator[str]:
    needles = {word: word.encode() for word in words}
    longest = max((len(needle) for needle in needles.values()), default=0)
    for path in files:
        tail = b""
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                window = tail + block
                yield from (word for word, needle in needles.items() if needle in window)
                tail = window[-longest:]


def search(home: Home, words: Iterable[str]) -> tuple[str, ...]:
    """Which of some words stand in any file of the record."""
    return tuple(sorted(set(_found(home.files(), set(words)))))
