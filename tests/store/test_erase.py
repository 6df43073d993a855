"""Erased means gone: the files are searched for the words."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lumbago.errors import StoreError
from lumbago.events import CheckIn, Erased, Event, Note, Told
from lumbago.store import Home, Record, keys, seal
from lumbago.store.erase import Proof, erase, search
from lumbago.store.keys import Cost, Dice
from lumbago.store.transfer import export_json

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
Entry = Callable[..., Event]
Opened = Callable[[], Record]
ANNA = ("Annegret", "walrus", "narwhal", "Blutgruppe", "e-1", "e-3")
BERT = ("Bertold", "giraffe", "e-10")


@pytest.fixture
def filled(opened: Opened, entry: Entry) -> None:
    with opened() as record:
        anna, bert = record.add_person("Annegret", NOW), record.add_person("Bertold", NOW)
        one, two = record.begin(anna, NOW), record.begin(anna, NOW)
        other = record.begin(bert, NOW)
        record.append(one, [entry(1, Told({"lumbago": 1, "text": "walrus " * 2000}))])
        record.append(one, [entry(2, Note("Blutgruppe"), minutes=-5)])
        record.append(two, [entry(3, CheckIn(pain=50, activities={"narwhal": 30}))])
        record.append(other, [entry(10, Note("giraffe " * 100))])


def by_name(record: Record, name: str, number: int) -> Proof:
    person = record.person(name)
    return erase(record, person, record.episodes(person)[number], NOW, "UTC")


@pytest.mark.usefixtures("filled")
def test_an_episode_is_gone_from_every_file(opened: Opened, home: Home) -> None:
    assert set(search(home, (*ANNA, *BERT))) == {*ANNA, *BERT}
    proof = by_name(opened(), "Annegret", 0)
    assert proof.events == 2
    assert proof.found == ()
    assert proof.words > 3
    assert not proof.sealed
    assert search(home, ("walrus", "Blutgruppe", "e-1\x00", "e-2")) == ()
    with opened() as record:
        assert [notice.kind for notice in record.notices()] == [], "its clock is forgotten too"
        (tombstone,) = record.tombstones()
        assert tombstone.payload == Erased(2)
        anna = record.person("Annegret")
        assert len(record.episodes(anna)) == 1
        assert [event.id for event in record.log(record.episodes(anna)[0])] == ["e-3"]


@pytest.mark.usefixtures("filled")
def test_a_person_is_gone_from_every_file(opened: Opened, home: Home) -> None:
    record = opened()
    proof = erase(record, record.person("Annegret"), None, NOW, "UTC")
    assert (proof.events, proof.found) == (3, ())
    assert search(home, ("Annegret", "walrus", "narwhal", "Blutgruppe")) == ()
    with opened() as record:
        assert [person.name for person in record.people()] == ["Bertold"]
        assert [event.payload for event in record.tombstones()] == [Erased(3)]
        (episode,) = record.episodes(record.person("Bertold"))
        assert [event.id for event in record.log(episode)] == ["e-10"]
        text = "".join(export_json(record))
        assert "walrus" not in text


@pytest.mark.usefixtures("filled")
def test_a_number_is_never_given_twice(opened: Opened, entry: Entry) -> None:
    with opened() as record:
        (last,) = record.connection.execute("SELECT max(sequence) FROM events").fetchone()
    by_name(opened(), "Bertold", 0)
    with opened() as record:
        numbers = record.connection.execute("SELECT sequence FROM events WHERE kind = 'erased'")
        assert numbers.fetchone() == (last + 1,)


@pytest.mark.usefixtures("filled")
def test_a_crash_in_the_middle_is_finished_at_the_next_start(
    opened: Opened, home: Home, tmp_path: Path, dice: Dice
) -> None:
    record = opened()
    person = record.person("Annegret")
    tombstone = Event("t", NOW, NOW, "UTC", Erased(0))
    record.erase_rows(tombstone, person=person.id)
    crashed = Home(tmp_path / "crashed")
    shutil.copytree(home.folder, crashed.folder)
    assert "walrus" in search(crashed, ("walrus",)), "still in the file or its log"
    with Record.open(crashed, now=NOW, dice=dice) as after:
        assert [one.name for one in after.people()] == ["Bertold"]
    assert search(crashed, ("walrus", "narwhal", "Annegret")) == ()
    record.close()


@pytest.mark.usefixtures("filled")
def test_somebody_who_is_reading_is_waited_for(opened: Opened, home: Home) -> None:
    reader = opened()
    reader.connection.execute("BEGIN")
    reader.count()
    with pytest.raises(StoreError, match="old pages are still in its files"):
        by_name(opened(), "Annegret", 0)
    reader.connection.execute("ROLLBACK")
    reader.close()
    opened().close()
    assert search(home, ("walrus", "Blutgruppe")) == ()


@pytest.mark.usefixtures("filled")
def test_a_sealed_record_is_rewritten_too(
    opened: Opened, home: Home, dice: Dice, cheap: Cost
) -> None:
    seal.seal(home, "four quiet horses", dice, cheap)
    key = keys.opened(keys.read(home), "four quiet horses")
    proof = by_name(Record.open(home, now=NOW, dice=dice, key=key), "Annegret", 0)
    assert proof.sealed
    seal.unseal(home, key)
    assert search(home, ("walrus", "Blutgruppe")) == ()
    assert search(home, ("narwhal",)) == ("narwhal",)
