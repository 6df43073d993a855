"""A passphrase: no plain word in any file, and no way in without it or the recovery key."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lumbago.errors import StoreError, UsageError
from lumbago.events import Event, Note
from lumbago.store import Home, Record, keys, seal
from lumbago.store.erase import search
from lumbago.store.keys import Cost, Dice

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
PASSPHRASE = "four quiet horses swim"
WORDS = ("zebra", "Anastasia", "e-1")
Entry = Callable[..., Event]
Opened = Callable[[], Record]


@pytest.fixture
def filled(opened: Opened, entry: Entry) -> None:
    with opened() as record:
        episode = record.begin(record.add_person("Anastasia", NOW), NOW)
        record.append(episode, [entry(n, Note(f"zebra {n} " * 40)) for n in range(1, 40)])


def with_key(home: Home, dice: Dice, key: bytes) -> Record:
    return Record.open(home, now=NOW, dice=dice, key=key)


@pytest.mark.usefixtures("filled")
def test_no_plain_word_in_any_file(home: Home, dice: Dice, cheap: Cost, entry: Entry) -> None:
    assert set(search(home, WORDS)) == set(WORDS)
    seal.seal(home, PASSPHRASE, dice, cheap)
    assert search(home, WORDS) == ()
    assert not home.plain.exists()
    key = keys.opened(keys.read(home), PASSPHRASE)
    with with_key(home, dice, key) as record:
        (episode,) = record.episodes(record.person("Anastasia"))
        record.append(episode, [entry(n, Note(f"zebra {n} " * 400)) for n in range(50, 99)])
        record.connection.execute("SELECT * FROM events ORDER BY payload DESC").fetchall()
        names = {path.suffix for path in home.files()}
        assert {".db-wal", ".db-shm"} <= names, "searched while it is written to"
        assert search(home, (*WORDS, "SQLite format 3")) == ()
        assert temporary_files() == []
        assert len(record.log(episode)) == 88
    assert search(home, (*WORDS, "SQLite format 3", key.hex())) == ()


def temporary_files() -> list[str]:
    """Files that this process holds open although they have no name, and SQLite's own."""
    if not Path("/proc/self/fd").is_dir():
        return []
    held = [str(one.readlink()) for one in Path("/proc/self/fd").iterdir() if one.exists()]
    return [name for name in held if "etilqs" in name]


@pytest.mark.usefixtures("filled")
def test_wrong_passphrases_and_no_passphrase_open_nothing(
    home: Home, dice: Dice, cheap: Cost, opened: Opened
) -> None:
    seal.seal(home, PASSPHRASE, dice, cheap)
    before = home.sealed.read_bytes()
    with pytest.raises(StoreError, match=r"not the passphrase of this record. Try again"):
        keys.opened(keys.read(home), PASSPHRASE + " ")
    with pytest.raises(StoreError, match=r"The record is locked. Unlock it"):
        opened()
    with pytest.raises(StoreError, match="not a record, or it is damaged"):
        with_key(home, dice, bytes(32))
    assert home.sealed.read_bytes() == before


@pytest.mark.usefixtures("filled")
def test_the_recovery_key_opens_it_and_a_new_one_ends_the_old(
    home: Home, dice: Dice, cheap: Cost
) -> None:
    shown = seal.seal(home, PASSPHRASE, dice, cheap)
    assert len(shown.split("-")) == 9
    typed = shown.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    key = keys.recovered(keys.read(home), typed)
    assert key == keys.opened(keys.read(home), PASSPHRASE)
    newer = seal.renew_recovery(home, key, dice)
    with pytest.raises(StoreError, match="not the recovery key"):
        keys.recovered(keys.read(home), shown)
    assert keys.recovered(keys.read(home), newer) == key
    flipped = ("B" if newer[0] == "A" else "A") + newer[1:]
    for misspelt in (flipped, newer[:-1], "", "ÄÖ" + newer[2:]):
        with pytest.raises(StoreError, match=r"misspelt. It has 9 groups"):
            keys.recovered(keys.read(home), misspelt)


@pytest.mark.usefixtures("filled")
def test_the_passphrase_can_be_changed_and_removed(home: Home, dice: Dice, cheap: Cost) -> None:
    seal.seal(home, PASSPHRASE, dice, cheap)
    key = keys.opened(keys.read(home), PASSPHRASE)
    seal.change(home, key, "another quiet horse", dice)
    with pytest.raises(StoreError):
        keys.opened(keys.read(home), PASSPHRASE)
    key = keys.opened(keys.read(home), "another quiet horse")
    with with_key(home, dice, key) as record:
        log = record.log(record.episodes(record.person("Anastasia"))[0])
    seal.unseal(home, key)
    assert not home.is_sealed
    assert not home.key.exists()
    with Record.open(home, now=NOW, dice=dice) as record:
        assert record.log(record.episodes(record.person("Anastasia"))[0]) == log
        assert record.new == []


def test_a_passphrase_is_the_same_however_it_is_typed(home: Home, dice: Dice, cheap: Cost) -> None:
    key, file, _ = keys.fresh("Größe und Länge", dice, cheap)
    assert keys.opened(file, "Gro\u0308ße und La\u0308nge") == key
    with pytest.raises(UsageError, match="at least 8 characters"):
        keys.fresh("short", dice, cheap)


@pytest.mark.usefixtures("filled")
def test_a_damaged_or_missing_key_file_is_named(home: Home, dice: Dice, cheap: Cost) -> None:
    seal.seal(home, PASSPHRASE, dice, cheap)
    whole = json.loads(home.key.read_bytes())
    damage = [
        b"", b"{}", b"[]", b"\xff",
        json.dumps({**whole, "argon2id": {"memory": 1 << 30, "passes": 1, "lanes": 1}}).encode(),
        json.dumps({**whole, "argon2id": {"memory": 64, "passes": 1, "lane": 1}}).encode(),
        json.dumps({**whole, "passphrase": {"salt": "AA==", "nonce": "", "sealed": ""}}).encode(),
    ]  # fmt: skip
    for content in damage:
        home.key.write_bytes(content)
        with pytest.raises(StoreError, match="key file is damaged"):
            keys.read(home)
    home.key.write_bytes(json.dumps({**whole, "format": 9}).encode())
    with pytest.raises(StoreError, match="A newer lumbago wrote this key"):
        keys.read(home)
    home.key.unlink()
    with pytest.raises(StoreError, match="The key file is missing"):
        keys.read(home)


@pytest.mark.usefixtures("filled")
def test_a_slot_cannot_stand_in_for_the_other(home: Home, dice: Dice, cheap: Cost) -> None:
    _, file, shown = keys.fresh(PASSPHRASE, dice, cheap)
    swapped = keys.KeyFile(file.cost, file.recovery, file.passphrase)
    with pytest.raises(StoreError):
        keys.opened(swapped, PASSPHRASE)
    with pytest.raises(StoreError):
        keys.recovered(swapped, shown)


HOLD = textwrap.dedent("""
    import sqlite3, sys
    connection = sqlite3.connect(sys.argv[1])
    connection.execute("SELECT count(*) FROM events").fetchone()
    print("held", flush=True)
    sys.stdin.readline()
""")


@pytest.mark.usefixtures("filled")
def test_nobody_else_has_it_open_while_it_is_sealed(
    home: Home, dice: Dice, cheap: Cost, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seal, "WAIT_SECONDS", 0.1)
    with opened(), pytest.raises(StoreError, match="This program still has the record open"):
        seal.seal(home, PASSPHRASE, dice, cheap)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home.plain)], stdout=subprocess.PIPE, stdin=subprocess.PIPE
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(StoreError, match="Another program is using the record"):
        seal.seal(home, PASSPHRASE, dice, cheap)
    holder.communicate(b"\n", timeout=30)
    assert home.plain.exists()
    assert not home.is_sealed
    with opened() as record:
        assert record.count() == 39
    seal.seal(home, PASSPHRASE, dice, cheap)
    with pytest.raises(UsageError, match="has a passphrase already"):
        seal.seal(home, PASSPHRASE, dice, cheap)


@pytest.mark.usefixtures("filled")
def test_a_program_that_still_has_the_old_file_writes_nothing_into_it(
    home: Home, dice: Dice, opened: Opened, entry: Entry, cheap: Cost
) -> None:
    with opened() as late:
        (episode,) = late.episodes(late.person("Anastasia"))
        copy = home.folder.with_name("copy")
        copy.mkdir()
        other = Home(copy)
        other.plain.write_bytes(home.plain.read_bytes())
        other.plain.replace(home.plain)
        with pytest.raises(StoreError, match=r"just set or removed the passphrase. Do it again"):
            late.append(episode, [entry(99)])


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("plain_first", [True, False])
def test_what_a_crash_left_is_put_in_order(
    home: Home, dice: Dice, cheap: Cost, plain_first: bool
) -> None:
    """Both files are there: sealing was not finished, or removing was not."""
    plain = home.plain.read_bytes()
    seal.seal(home, PASSPHRASE, dice, cheap)
    home.plain.write_bytes(plain if plain_first else plain[:5000])
    (home.folder / "record.db.new").write_bytes(b"half a zebra")
    key = keys.opened(keys.read(home), PASSPHRASE)
    with with_key(home, dice, key) as record:
        assert record.count() == 39
    assert not home.plain.exists()
    assert search(home, WORDS) == ()


def test_an_unlocked_key_waits_in_memory_until_its_time_is_over(tmp_path: Path) -> None:
    home, key = Home(tmp_path / "home"), bytes(range(32))
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    environment = {"XDG_RUNTIME_DIR": str(runtime)}
    assert seal.Session.of(home, {}, lambda _: "tmpfs") is None
    assert seal.Session.of(home, environment, lambda _: "ext4") is None
    session = seal.Session.of(home, environment, lambda _: "tmpfs")
    assert session is not None
    assert session.key(NOW) is None
    session.keep(key, NOW, timedelta(minutes=15))
    assert session.path.stat().st_mode & 0o777 == 0o600
    assert session.key(NOW + timedelta(minutes=14)) == key
    assert session.key(NOW + timedelta(minutes=15)) is None
    assert not session.path.exists()
    session.keep(key, NOW, timedelta(minutes=15))
    assert session.key(NOW - timedelta(minutes=1)) is None, "the clock went back"
    session.keep(key, NOW, timedelta(minutes=15))
    session.forget()
    assert session.key(NOW) is None
    session.path.write_text("{}")
    assert session.key(NOW) is None
    runtime.chmod(0o755)
    assert seal.Session.of(home, environment, lambda _: "tmpfs") is None


def test_the_file_system_is_named_where_the_system_tells() -> None:
    if Path("/dev/shm").is_dir() and Path("/proc/mounts").exists():
        assert seal.file_system(Path("/dev/shm")) == "tmpfs"


def test_the_real_cost_is_felt(dice: Dice) -> None:
    before = time.perf_counter()
    keys.fresh(PASSPHRASE, dice)
    assert time.perf_counter() - before > 0.02, "guessing must cost something"
