"""What is remembered of a log is what is in the record, whoever writes there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from lumbago.events import Event, Note
from lumbago.store import Episode, Home, Record, logs
from lumbago.store.erase import erase
from lumbago.store.logs import Logs

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def note(number: int, supersedes: str = "") -> Event:
    at = NOW + timedelta(minutes=number)
    return Event(f"n{number}", at, at, "UTC", Note(f"word {number}"), supersedes=supersedes)


def open_record(tmp_path: Path, seed: int = 1) -> Record:
    return Record.open(Home(tmp_path / "home"), now=NOW, dice=Random(seed).randbytes)


def begun(record: Record, name: str) -> Episode:
    return record.begin(record.add_person(name, NOW), NOW)


def test_it_follows_what_is_added_here_and_by_another_program(tmp_path: Path) -> None:
    known = Logs()
    with open_record(tmp_path) as record, open_record(tmp_path, 2) as other:
        episode, another = begun(record, "Anna"), begun(record, "Ben")
        assert known.log(record, episode) == ()
        record.append(episode, [note(1), note(2)])
        first = known.log(record, episode)
        assert first == record.log(episode)
        record.append(another, [note(3)])
        assert known.log(record, episode) == first
        other.append(episode, [note(4, supersedes="n1")])
        grown = known.log(record, episode)
        assert grown == record.log(episode)
        assert [event.id for event in grown] == ["n1", "n2", "n4"]
        assert grown[0] is first[0]  # what was read is not read again
        assert known.log(record, another) == record.log(another)


def test_what_was_erased_is_gone_from_it(tmp_path: Path) -> None:
    known = Logs()
    with open_record(tmp_path) as record:
        episode, another = begun(record, "Anna"), begun(record, "Ben")
        record.append(episode, [note(1), note(2)])
        record.append(another, [note(3)])
        assert len(known.log(record, episode)) == 2
        with open_record(tmp_path, 2) as other:
            erase(other, other.person("Anna"), None, NOW, "UTC")
        assert known.log(record, episode) == ()
        assert len(known.log(record, another)) == 1
        known.clear()
        assert known.log(record, another) == record.log(another)


def test_it_keeps_a_few_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MOST", 2)
    known = Logs()
    with open_record(tmp_path) as record:
        episodes = [begun(record, f"P{number}") for number in range(4)]
        for number, episode in enumerate(episodes):
            record.append(episode, [note(number)])
        for _ in range(2):
            assert [known.log(record, one) for one in episodes] == [
                record.log(one) for one in episodes
            ]
