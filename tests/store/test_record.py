"""The record: what is added stays, in its order, and every trouble is said plainly."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import textwrap
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lumbago.episode import Went
from lumbago.errors import InputError, StoreError
from lumbago.events import CheckIn, Event, Note, StepDone, Taken
from lumbago.store import Episode, Home, Record
from lumbago.store import engine as engine_module
from lumbago.store.keys import Dice

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
Opened = Callable[[], Record]
Entry = Callable[..., Event]


def test_what_is_added_is_there_in_its_order(opened: Opened, entry: Entry) -> None:
    with opened() as record:
        episode = record.begin(record.add_person("Anna", NOW), NOW)
        events = (entry(1, minutes=9), entry(2, minutes=1), entry(3, minutes=5))
        record.append(episode, events[:2])
        record.append(episode, events[2:])
    with opened() as record:
        (person,) = record.people()
        (episode,) = record.episodes(person)
        assert record.log(episode) == events
        assert record.last(episode, 2) == events[1:]
        assert record.count() == 3


def test_several_people_in_one_home(opened: Opened, entry: Entry) -> None:
    with opened() as record:
        anna, bert = record.add_person("Anna", NOW), record.add_person("  Bert  B. ", NOW)
        first, second = record.begin(anna, NOW), record.begin(bert, NOW)
        record.append(first, [entry(1)])
        record.append(second, [entry(2)])
        assert bert.name == "Bert B."
        assert record.person("anna") == anna
        assert record.person(bert.id) == bert
        assert [event.id for event in record.log(first)] == ["e-1"]
        assert record.since(bert, NOW, "note") == (entry(2),)
        assert record.rename(anna, "Änna").name == "Änna"
        assert [person.name for person in record.people()] == ["Änna", "Bert B."]
        with pytest.raises(InputError, match=r"Nobody here is called 'Bret'"):
            record.person("Bret")


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a\x00b", "ANNA"])
def test_a_name_that_cannot_be_is_refused(opened: Opened, name: str) -> None:
    with opened() as record:
        record.add_person("Anna", NOW)
        with pytest.raises(InputError):
            record.add_person(name, NOW)
        assert len(record.people()) == 1


def test_a_correction_supersedes_and_nothing_is_changed(opened: Opened, entry: Entry) -> None:
    with opened() as record:
        episode = record.begin(record.add_person("Anna", NOW), NOW)
        record.append(episode, [entry(1, CheckIn(pain=70)), entry(2, CheckIn(pain=60))])
        record.append(episode, [entry(3, CheckIn(pain=40), minutes=1, supersedes="e-1")])
        assert len(record.log(episode)) == 3
        assert [tenths for _, tenths in record.pain(episode)] == [40, 60]
        with pytest.raises(InputError, match=r"Correct 'e-3' instead"):
            record.append(episode, [entry(4, supersedes="e-1")])
        with pytest.raises(InputError, match=r"no entry 'e-9' in this episode"):
            record.append(episode, [entry(4, supersedes="e-9")])
        with pytest.raises(InputError, match="an entry 'e-1' already"):
            record.append(episode, [entry(5), entry(1)])
        assert record.count() == 3, "all of it or nothing"
        for statement in ("UPDATE events SET payload = '{}'", "DELETE FROM events"):
            with pytest.raises(sqlite3.IntegrityError, match="entries are only added"):
                record.connection.execute(statement)


def test_what_pages_look_up_agrees_with_the_log(opened: Opened, entry: Entry) -> None:
    with opened() as record:
        anna = record.add_person("Anna", NOW)
        old, new = record.begin(anna, NOW), record.begin(anna, NOW)
        record.append(
            old,
            [
                entry(1, StepDone("walking", "done", 20, 60, 40)),
                entry(2, StepDone("walking", "worse", 20, 60, 70)),
                entry(3, StepDone("walking", "done", 20)),
                entry(4, StepDone("heat", "skipped")),
            ],
        )
        record.append(new, [entry(5, CheckIn(pain=65)), entry(6, Taken("ibuprofen", 400))])
        assert record.tallies(anna) == {
            old.id: (
                Went("heat", 0, 0, 0, None),
                Went("walking", 2, 1, 2, -5.0),
            )
        }
        assert record.pain(new) == ((NOW + timedelta(minutes=5), 65),)
        assert [e.id for e in record.since(anna, NOW + timedelta(minutes=6), "taken")] == ["e-6"]
        assert record.since(anna, NOW + timedelta(minutes=7), "taken") == ()


def test_only_the_person_may_read_the_files(opened: Opened, home: Home) -> None:
    home.folder.mkdir(mode=0o777)
    home.folder.chmod(0o777)
    record = opened()
    record.add_person("Anna", NOW)
    assert stat.S_IMODE(home.folder.stat().st_mode) == 0o700
    assert len(home.files()) >= 4, "with the write-ahead log and its index"
    assert {stat.S_IMODE(path.stat().st_mode) for path in home.files()} == {0o600}
    record.close()
    home.plain.chmod(0o644)
    opened().close()
    assert stat.S_IMODE(home.plain.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({"LUMBAGO_HOME": "/a/b"}, Path("/a/b")),
        ({"XDG_DATA_HOME": "/data"}, Path("/data/lumbago")),
        ({"XDG_DATA_HOME": "data"}, Path("~/.local/share/lumbago").expanduser()),
        ({}, Path("~/.local/share/lumbago").expanduser()),
    ],
)
def test_where_the_record_lies(environment: dict[str, str], folder: Path) -> None:
    assert Home.default(environment).folder == folder


# --------------------------------------------------------------------------------------- trouble


def two_lines(error: pytest.ExceptionInfo[StoreError]) -> str:
    (problem,) = error.value.problems
    assert problem.message
    assert problem.hint, "what to do"
    return f"{problem.message} {problem.hint}"


def test_a_clock_that_went_back_is_noted_and_the_order_stays(opened: Opened, entry: Entry) -> None:
    back = Event("e-2", NOW, NOW - timedelta(days=3), "Europe/Berlin", Note("after the reset"))
    with opened() as record:
        episode = record.begin(record.add_person("Anna", NOW), NOW)
        record.append(episode, [entry(1)])
        assert record.new == []
        record.append(episode, [back])
        (notice,) = record.new
        assert notice.kind == "clock_back"
        assert [event.id for event in record.log(episode)] == ["e-1", "e-2"]
    with opened() as record:
        assert [notice.kind for notice in record.notices()] == ["clock_back"]


def test_an_older_copy_put_back_is_noticed_once(opened: Opened, entry: Entry, home: Home) -> None:
    with opened() as record:
        episode = record.begin(record.add_person("Anna", NOW), NOW)
        record.append(episode, [entry(1)])
    copy = home.plain.read_bytes()
    with opened() as record:
        record.append(episode, [entry(2)])
        record.append(episode, [entry(3)])
    home.plain.write_bytes(copy)
    with opened() as record:
        assert [(notice.kind, notice.detail) for notice in record.new] == [("older_copy", "3 5")]
        record.append(episode, [entry(4)])
    with opened() as record:
        assert record.new == []
        assert [event.id for event in record.log(episode)] == ["e-1", "e-4"]


def test_another_history_of_the_same_length_is_noticed(
    opened: Opened, entry: Entry, home: Home
) -> None:
    with opened() as record:
        episode = record.begin(record.add_person("Anna", NOW), NOW)
    copy = home.plain.read_bytes()
    with opened() as record:
        record.append(episode, [entry(1)])
    ours = home.mark_file.read_bytes()
    home.plain.write_bytes(copy)
    home.mark_file.unlink()
    with opened() as record:
        record.append(episode, [entry(2)])
    home.mark_file.write_bytes(ours)
    with opened() as record:
        assert [notice.kind for notice in record.new] == ["older_copy"]


def test_a_record_that_vanished_is_noticed(opened: Opened, home: Home) -> None:
    with opened() as record:
        record.add_person("Anna", NOW)
    home.plain.unlink()
    with opened() as record:
        assert [notice.kind for notice in record.new] == ["older_copy"]


def test_a_mark_that_cannot_be_read_costs_no_entry(
    opened: Opened, entry: Entry, home: Home
) -> None:
    with opened() as record:
        episode = record.begin(record.add_person("Anna", NOW), NOW)
    home.mark_file.write_bytes(b"\xff\x00")
    with opened() as record:
        record.append(episode, [entry(1)])
        assert record.new == []
        assert record.count() == 1


def test_a_locked_record_is_said_to_be_in_use(
    opened: Opened, entry: Entry, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "WAIT_SECONDS", 0.1)
    with opened() as record:
        episode = record.begin(record.add_person("Anna", NOW), NOW)
        holder = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(home.plain)],
            stdout=subprocess.PIPE,
            stdin=subprocess.PIPE,
        )
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(StoreError) as caught:
            record.append(episode, [entry(1)])
        assert "Another program is using the record" in two_lines(caught)
        holder.communicate(b"\n", timeout=30)
        record.append(episode, [entry(1)])
        assert record.count() == 1


HOLD = textwrap.dedent("""
    import sqlite3, sys
    connection = sqlite3.connect(sys.argv[1], isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    print("held", flush=True)
    sys.stdin.readline()
    connection.execute("ROLLBACK")
""")


def test_two_processes_write_side_by_side(opened: Opened, home: Home) -> None:
    with opened() as record:
        record.begin(record.add_person("Anna", NOW), NOW)
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITE, str(home.folder), name]) for name in "ab"
    ]
    assert [writer.wait(timeout=120) for writer in writers] == [0, 0]
    with opened() as record:
        (episode,) = record.episodes(record.person("Anna"))
        ids = [event.id for event in record.log(episode)]
        assert len(ids) == 100
        for name in "ab":
            assert [id_ for id_ in ids if id_[0] == name] == [f"{name}-{n}" for n in range(50)]
        assert record.new == []


WRITE = textwrap.dedent("""
    import os, sys
    from datetime import UTC, datetime
    from pathlib import Path
    from lumbago.events import Event, Note
    from lumbago.store import Episode, Home, Record
    now = datetime(2026, 11, 22, 8, tzinfo=UTC)
    with Record.open(Home(Path(sys.argv[1])), now=now, dice=os.urandom) as record:
        (episode,) = record.episodes(record.person("Anna"))
        for n in range(50):
            record.append(episode, [Event(f"{sys.argv[2]}-{n}", now, now, "UTC", Note("x"))])
""")


def test_a_full_file_says_so_and_keeps_what_was_there(opened: Opened, entry: Entry) -> None:
    with opened() as record:
        episode = record.begin(record.add_person("Anna", NOW), NOW)
        record.append(episode, [entry(1)])
        (pages,) = record.connection.execute("PRAGMA page_count").fetchone()
        record.connection.execute(f"PRAGMA max_page_count = {pages + 1}")
        with pytest.raises(StoreError) as caught:
            record.append(episode, [entry(2, Note("long " * 10_000))])
        assert "no room left" in two_lines(caught)
        record.connection.execute("PRAGMA max_page_count = 100000")
        record.append(episode, [entry(3)])
    with opened() as record:
        assert [event.id for event in record.log(episode)] == ["e-1", "e-3"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Path:
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(disk)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a small disk can only be mounted by an administrator")
    return disk


def test_a_full_disk_says_so_and_keeps_the_rest(small_disk: Path, entry: Entry, dice: Dice) -> None:
    home = Home(small_disk / "home")
    kept = 0
    try:
        with Record.open(home, now=NOW, dice=dice) as record:
            episode = record.begin(record.add_person("Anna", NOW), NOW)
            while _fits(record, episode, entry(kept, Note("long " * 500))):
                kept += 1
            assert kept > 0
            assert len(record.log(episode)) == kept
        with Record.open(home, now=NOW, dice=dice) as record:
            assert [event.id for event in record.log(episode)] == [f"e-{n}" for n in range(kept)]
    finally:
        subprocess.run(["umount", str(small_disk)], check=True)


def _fits(record: Record, episode: Episode, event: Event) -> bool:
    try:
        record.append(episode, [event])
    except StoreError as error:
        if "no room left" in str(error):
            return False
        raise
    return True


def test_what_is_no_record_is_left_as_it_is(opened: Opened, home: Home) -> None:
    home.folder.mkdir()
    home.plain.write_bytes(b"Dear diary, " * 500)
    with pytest.raises(StoreError) as caught:
        opened()
    assert "not a record, or it is damaged" in two_lines(caught)
    assert home.plain.read_bytes() == b"Dear diary, " * 500


def test_the_database_of_another_program_is_left_as_it_is(opened: Opened, home: Home) -> None:
    home.folder.mkdir()
    other = sqlite3.connect(home.plain)
    other.execute("CREATE TABLE recipes (name)")
    other.commit()
    other.close()
    with pytest.raises(StoreError) as caught:
        opened()
    assert "belongs to another program" in two_lines(caught)
    assert sqlite3.connect(home.plain).execute("SELECT count(*) FROM recipes").fetchone() == (0,)


def test_a_damaged_record_says_so_and_is_left_as_it_is(
    opened: Opened, entry: Entry, home: Home
) -> None:
    with opened() as record:
        episode = record.begin(record.add_person("Anna", NOW), NOW)
        record.append(episode, [entry(n, Note("word " * 300)) for n in range(50)])
    damaged = bytearray(home.plain.read_bytes())
    damaged[8192:] = os.urandom(len(damaged) - 8192)
    home.plain.write_bytes(damaged)
    with pytest.raises(StoreError) as caught, opened() as record:
        record.log(episode)
    assert "damaged" in two_lines(caught)
    assert len(home.plain.read_bytes()) == len(damaged)


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path, dice: Dice) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError) as caught:
        Record.open(Home(tmp_path / "file" / "home"), now=NOW, dice=dice)
    assert "LUMBAGO_HOME" in two_lines(caught)


def test_moments_keep_their_offset_and_order_in_utc(opened: Opened) -> None:
    east = datetime.fromisoformat("2026-11-22T09:30:00+01:00")
    west = datetime(2026, 11, 22, 8, 45, tzinfo=UTC)
    with opened() as record:
        episode = record.begin(record.add_person("Anna", NOW), NOW)
        record.append(
            episode,
            [
                Event("w", west, west, "UTC", CheckIn(pain=10)),
                Event("e", east, west, "Europe/Berlin", CheckIn(pain=90)),
            ],
        )
        assert [tenths for _, tenths in record.pain(episode)] == [90, 10]
        assert record.log(episode)[1].happened_at.isoformat() == "2026-11-22T09:30:00+01:00"
