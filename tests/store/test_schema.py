"""Every earlier schema opens, whole, and a newer one is refused."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lumbago.errors import StoreError
from lumbago.event_files import event_json
from lumbago.events import CheckIn, Event, Note, StepDone, Taken, Told
from lumbago.store import Home, Record
from lumbago.store.keys import Dice
from lumbago.store.schema import APPLICATION, NEWEST, STEPS, microseconds

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
Entry = Callable[..., Event]


@pytest.fixture
def written(entry: Entry) -> list[Event]:
    return [
        entry(1, Told({"lumbago": 1, "text": "it locked"})),
        entry(2, CheckIn(pain=70, answers={"fever": "no", "chest_pain": "no"})),
        entry(3, StepDone("walking", "done", 10, 70, 50)),
        entry(4, Taken("ibuprofen", 400)),
        entry(5, CheckIn(pain=60, answers={"fever": "yes"})),
        entry(6, CheckIn(pain=50, answers={"fever": "no"}), minutes=5, supersedes="e-5"),
        entry(7, Note("done")),
    ]


def write_as(version: int, home: Home, events: list[Event]) -> None:
    """A record as lumbago wrote it when `version` was the newest."""
    home.prepare()
    connection = sqlite3.connect(home.plain, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("BEGIN")
    for step in STEPS[:version]:
        step(connection)
    connection.execute(f"PRAGMA user_version = {version}")
    connection.execute("COMMIT")
    if version:
        at = NOW.isoformat()
        connection.execute("INSERT INTO people (id, name, added_at) VALUES ('p', 'Anna', ?)", (at,))
        connection.execute(
            "INSERT INTO episodes (id, person, began_at) VALUES ('s', 'p', ?)", (at,)
        )
    for event in events if version else ():
        data = event_json(event)
        connection.execute(
            "INSERT INTO events (id, person, episode, kind, happened_at, recorded_at, zone, payload,"
            " knowledge, supersedes) VALUES (?, 'p', 's', ?, ?, ?, ?, ?, '', ?)",
            (
                *(event.id, event.kind, data["happened_at"], data["recorded_at"], event.zone),
                *(json.dumps(data["payload"]), event.supersedes),
            ),
        )
    connection.close()


def test_the_first_schema_opens_and_knows_what_pages_look_up(
    home: Home, opened: Callable[[], Record], written: list[Event]
) -> None:
    write_as(1, home, written)
    with opened() as record:
        assert [notice.detail for notice in record.new] == [f"1 {NEWEST}"]
        person = record.person("Anna")
        (episode,) = record.episodes(person)
        assert record.log(episode) == tuple(written)
        assert [tenths for _, tenths in record.pain(episode)] == [70, 50]
        assert record.tallies(person)["s"][0].mean_change == -20
        assert len(record.since(person, NOW, "taken")) == 1
        record.append(episode, [Event("e-8", NOW, NOW, "UTC", Note("and on"))])
    with opened() as record:
        assert record.new == []
        assert record.count() == len(written) + 1


@pytest.mark.parametrize("version", range(NEWEST + 1))
def test_every_schema_ends_the_same(home: Home, opened: Callable[[], Record], version: int) -> None:
    write_as(version, home, [])
    with opened() as record:
        assert record.connection.execute("PRAGMA user_version").fetchone() == (NEWEST,)
        assert record.connection.execute("PRAGMA application_id").fetchone() == (APPLICATION,)
        with pytest.raises(sqlite3.IntegrityError):
            record.connection.execute("INSERT INTO events (id, kind) VALUES ('x', 'note')")
        names = {name for (name,) in record.connection.execute("SELECT name FROM sqlite_master")}
        assert {"events", "notices", "events_stand", "events_stay"} <= names
        assert "latest" not in names


def test_a_step_that_fails_leaves_the_schema_before_it(
    home: Home, opened: Callable[[], Record], written: list[Event]
) -> None:
    write_as(1, home, written)
    connection = sqlite3.connect(home.plain)
    (trigger,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'events_stand'")
    connection.execute("DROP TRIGGER events_stand")
    connection.execute("UPDATE events SET happened_at = 'once upon a time' WHERE id = 'e-4'")
    connection.execute(trigger[0])
    connection.commit()
    connection.close()
    with pytest.raises(StoreError, match="once upon a time"):
        opened()
    connection = sqlite3.connect(home.plain)
    assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    assert connection.execute("SELECT count(*) FROM events").fetchone() == (len(written),)
    connection.close()


def test_a_newer_schema_is_refused_and_left_as_it_is(
    home: Home, opened: Callable[[], Record], written: list[Event]
) -> None:
    write_as(NEWEST, home, written)
    connection = sqlite3.connect(home.plain)
    connection.execute(f"PRAGMA user_version = {NEWEST + 1}")
    connection.close()
    before = home.plain.read_bytes()
    with pytest.raises(StoreError) as caught:
        opened()
    (problem,) = caught.value.problems
    assert problem.message == (
        f"A newer lumbago wrote this record (version {NEWEST + 1}; this one knows {NEWEST})."
    )
    assert problem.hint == "Nothing was changed. Install the newer lumbago to open it."
    assert home.plain.read_bytes() == before


def test_two_that_open_an_old_record_at_once_take_the_steps_once(
    home: Home, written: list[Event], dice: Dice
) -> None:
    write_as(1, home, written)
    first = Record.open(home, now=NOW, dice=dice)
    second = Record.open(home, now=NOW, dice=dice)
    assert first.count() == second.count() == len(written)
    first.close()
    second.close()


@given(st.datetimes(timezones=st.just(UTC)))
def test_microseconds_are_exact(moment: datetime) -> None:
    assert microseconds(moment) == (moment - datetime(1970, 1, 1, tzinfo=UTC)) // (
        datetime.resolution
    )
