"""One connection to the record: SQLite, or SQLCipher where a key is given; errors in plain words."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Final, cast

from lumbago.errors import Problem, StoreError, UsageError
from lumbago.store.place import create_private

KEY_BYTES: Final = 32
WAIT_SECONDS: Final = 5.0
"""How long a writer waits for another one."""

IN_USE: Final[Counter[Path]] = Counter()
"""How many connections of this process are open to a file. The system's locks tell processes apart,
but not two copies of SQLite in one process, so those must not meet in a file."""

# The first words of SQLite's messages, and what they mean to a person. The first that fits counts.
_MEANING: Final = (
    (
        ("database is locked", "database table is locked", "locking protocol"),
        "Another program is using the record, so nothing was changed.",
        "Close it, or try again in a moment.",
    ),
    (
        ("database or disk is full",),
        "There is no room left, so this was not kept; everything before it was.",
        "Make room on the disk, then do it again.",
    ),
    (
        ("attempt to write a readonly database",),
        "The record may be read here, but not written.",
        "Check who may write to the file and its folder.",
    ),
    (
        ("file is not a database",),
        "This file is not a record, or it is damaged; it was left as it is.",
        "Keep a copy of it, and import your last export into a new folder.",
    ),
    (
        ("database disk image is malformed", "malformed database schema"),
        "The record is damaged; it was left as it is.",
        "Keep a copy of it, and import your last export into a new folder.",
    ),
    (
        ("unable to open database file",),
        "The record cannot be opened.",
        "Check that the folder is there and that you may use it.",
    ),
)
_OTHERWISE: Final = "Nothing was changed. Check the disk, and keep a copy of the file."


@lru_cache(maxsize=1)
def cipher() -> ModuleType:
    """SQLCipher. Raises `UsageError` where it is not installed."""
    try:
        from sqlcipher3 import dbapi2
    except ImportError:
        hint = "pip install 'lumbago[store]'"
        raise UsageError(Problem("A passphrase needs more packages.", hint=hint)) from None
    return cast("ModuleType", dbapi2)


def connect(path: Path, key: bytes | None) -> sqlite3.Connection:
    """Open a database, creating it for the person alone. Raises `StoreError`.

    Every commit is on the disk before it returns, what is deleted is overwritten, and nothing is
    put into temporary files.
    """
    create_private(path)
    with translated(path):
        if key is None:
            connection = sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None)
        else:
            connection = cipher().connect(str(path), timeout=WAIT_SECONDS, isolation_level=None)
            connection.execute(f"PRAGMA key = {raw(key)}")
        try:
            connection.execute("PRAGMA temp_store = MEMORY")
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
        except BaseException:
            connection.close()
            raise
    return connection


def raw(key: bytes) -> str:
    """A raw key as SQLCipher wants it, so that it derives none of its own."""
    if len(key) != KEY_BYTES:
        raise StoreError(Problem(f"A key has {KEY_BYTES} bytes."))
    return f"\"x'{key.hex()}'\""


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """What SQLite finds wrong, in two plain lines."""
    try:
        yield
    except sqlite3.Error as error:
        raise _plainly(path, error) from None
    except Exception as error:
        if not type(error).__module__.startswith("sqlcipher3"):
            raise
        raise _plainly(path, error) from None


def _plainly(path: Path, error: Exception) -> StoreError:
    said = str(error)
    for starts, message, hint in _MEANING:
        if said.startswith(starts):
            return StoreError(Problem(message, str(path), hint))
    return StoreError(Problem(f"The record cannot be used: {said}.", str(path), _OTHERWISE))


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of it or nothing; waits for another writer first."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
