"""Setting, changing and removing the passphrase of a record, and keeping it unlocked for a while.

The record is copied into a new file, checked there, and takes its place in one step; until that step
the old file counts, after it the new one. A crash at any moment leaves one whole record.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from lumbago.errors import Problem, StoreError, UsageError
from lumbago.fields import dumps
from lumbago.store import keys
from lumbago.store.engine import IN_USE, KEY_BYTES, WAIT_SECONDS, cipher, raw, translated
from lumbago.store.keys import Cost, Dice
from lumbago.store.place import (
    Home,
    create_private,
    sync_folder,
    wipe,
    wipe_database,
    write_private,
)
from lumbago.store.schema import APPLICATION, NEWEST

_TABLES: Final = ("people", "episodes", "events", "notices", "meta", "drafts")
_MEMORY_KINDS: Final = ("tmpfs", "ramfs")


def seal(home: Home, passphrase: str, dice: Dice, cost: Cost | None = None) -> str:
    """Encrypt the record under a passphrase. Returns the recovery key to write down.

    The record must be up to date and closed. Raises `StoreError`, `UsageError`.
    """
    if home.is_sealed:
        hint = "Change it with: lumbago log passphrase --change"
        raise UsageError(Problem("The record has a passphrase already.", hint=hint))
    key, file, shown = keys.fresh(passphrase, dice, cost)
    with home.alone():
        keys.write(home, file)
        new = home.sealed.with_name(home.sealed.name + ".new")
        with _alone_in(home.plain, None) as old:
            _copy(old, home.plain, new, key)
            _take_place(new, home.sealed)
        wipe_database(home.plain)
    return shown


def unseal(home: Home, key: bytes) -> None:
    """Take the passphrase off: the record is plain again. Raises `StoreError`."""
    with home.alone():
        new = home.plain.with_name(home.plain.name + ".new")
        gone = home.sealed.with_name(home.sealed.name + ".gone.new")
        with _alone_in(home.sealed, key) as old:
            _copy(old, home.sealed, new, None)
            _take_place(new, home.plain)
            _take_place(home.sealed, gone)
        wipe(gone)
        wipe_database(home.sealed)
        wipe(home.key)


def change(home: Home, key: bytes, passphrase: str, dice: Dice) -> None:
    """Wrap the same key under another passphrase."""
    keys.write(home, keys.changed(keys.read(home), key, passphrase, dice))


def renew_recovery(home: Home, key: bytes, dice: Dice) -> str:
    """Make another recovery key; the one before opens nothing any more."""
    file, shown = keys.renewed(keys.read(home), key, dice)
    keys.write(home, file)
    return shown


@contextmanager
def _alone_in(path: Path, key: bytes | None) -> Iterator[sqlite3.Connection]:
    """A connection through SQLCipher that nobody else shares until it is closed."""
    if IN_USE[path]:
        said = "This program still has the record open, so nothing was changed."
        raise StoreError(Problem(said, str(path), "Close it first."))
    with translated(path):
        connection: sqlite3.Connection = cipher().connect(
            str(path), timeout=WAIT_SECONDS, isolation_level=None
        )
        try:
            if key is not None:
                connection.execute(f"PRAGMA key = {raw(key)}")
            connection.execute("PRAGMA temp_store = MEMORY")
            connection.execute("PRAGMA journal_mode = DELETE").fetchone()
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("COMMIT")
            yield connection
        finally:
            connection.close()


def _copy(old: sqlite3.Connection, path: Path, new: Path, key: bytes | None) -> None:
    """Copy everything into a new database under another key, and check the copy."""
    wipe(new)
    create_private(new)
    with translated(new):
        old.execute(f"ATTACH DATABASE ? AS copy KEY {raw(key) if key else repr('')}", (str(new),))
        old.execute("SELECT sqlcipher_export('copy')")
        old.execute(f"PRAGMA copy.application_id = {APPLICATION}")
        old.execute(f"PRAGMA copy.user_version = {NEWEST}")
        (said,) = old.execute("PRAGMA copy.integrity_check").fetchone()
        same = said == "ok" and all(_same(old, table) for table in (*_TABLES, "sqlite_sequence"))
        old.execute("DETACH DATABASE copy")
    if not same:
        wipe(new)
        hint = "Nothing was changed. Check the disk."
        raise StoreError(Problem("The copy is not the same as the record.", str(path), hint))
    with new.open("rb") as file:
        os.fsync(file.fileno())


def _same(old: sqlite3.Connection, table: str) -> bool:
    return all(
        not old.execute(
            f"SELECT * FROM {one}.{table} EXCEPT SELECT * FROM {other}.{table}"
        ).fetchone()
        for one, other in (("main", "copy"), ("copy", "main"))
    )


def _take_place(new: Path, path: Path) -> None:
    new.replace(path)
    sync_folder(path.parent)


# -------------------------------------------------------------------------------------- unlocked


@dataclass(frozen=True, slots=True)
class Session:
    """Where an unlocked key waits: a file in memory that the system removes at log-out."""

    path: Path

    @classmethod
    def of(
        cls, home: Home, environment: Mapping[str, str], kind_of: Callable[[Path], str]
    ) -> Session | None:
        """The place for the key of this home; None where no folder in memory belongs to the person.

        `kind_of` names the file system of a path.
        """
        folder = Path(environment.get("XDG_RUNTIME_DIR", ""))
        if sys.platform == "win32" or not folder.is_absolute() or not folder.is_dir():
            return None
        ours = folder.stat().st_mode & 0o077 == 0 and folder.stat().st_uid == os.geteuid()
        if not ours or kind_of(folder) not in _MEMORY_KINDS:
            return None
        name = home.folder.resolve().as_posix().replace("/", "-").strip("-")
        return cls(folder / f"lumbago-{name[-100:]}.unlocked")

    def keep(self, key: bytes, now: datetime, for_: timedelta) -> None:
        """Keep the key for a while."""
        until = (now + for_).isoformat()
        write_private(
            self.path, dumps({"key": key.hex(), "from": now.isoformat(), "until": until}).encode()
        )

    def key(self, now: datetime) -> bytes | None:
        """The key, if it is kept and its time is not over; also not if the clock went back."""
        try:
            data = json.loads(self.path.read_bytes())
            begun, until = (datetime.fromisoformat(data[end]) for end in ("from", "until"))
            key = bytes.fromhex(data["key"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        if not begun <= now < until or len(key) != KEY_BYTES:
            self.forget()
            return None
        return key

    def forget(self) -> None:
        """Lock: the key is gone from here."""
        with suppress(FileNotFoundError):
            wipe(self.path)


def file_system(path: Path) -> str:
    """The kind of file system that holds a path, where the system tells (Linux)."""
    best, kind = "", ""
    with suppress(OSError):
        for line in Path("/proc/mounts").read_text(encoding="utf-8").splitlines():
            _, mount, type_, *_ = line.split()
            inside = path.resolve().is_relative_to(mount)
            if inside and len(mount) >= len(best):
                best, kind = mount, type_
    return kind
