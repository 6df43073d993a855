"""The tables of the record, by steps: version n is what step n makes of version n - 1.

Version 1 held the entries alone. Version 2 counts its writes, notes what went wrong with the clock
or the file, and adds to each entry what pages look up (`happened_us`, `what`, `pain`, `change`,
`outcome`). These are worked out from the entries and say nothing that they do not. Version 3 keeps
what is not an entry yet apart from them. Version 4 drops what version 2 held by finding: which answer
counts is for the reading of the log alone to say.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from lumbago.errors import Problem, StoreError
from lumbago.quantity import exact, to_base
from lumbago.store.engine import transaction

APPLICATION: Final = 0x6C756D62  # "lumb"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

_ONE: Final = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE people (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL COLLATE NOCASE UNIQUE,
    added_at TEXT NOT NULL
);
CREATE TABLE episodes (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    person TEXT NOT NULL REFERENCES people (id),
    began_at TEXT NOT NULL
);
CREATE TABLE events (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    person TEXT REFERENCES people (id),
    episode TEXT REFERENCES episodes (id),
    kind TEXT NOT NULL,
    happened_at TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    zone TEXT NOT NULL,
    payload TEXT NOT NULL,
    knowledge TEXT NOT NULL,
    supersedes TEXT NOT NULL,
    CHECK (kind = 'erased' OR (person IS NOT NULL AND episode IS NOT NULL))
);
CREATE INDEX events_by_episode ON events (episode, sequence);
CREATE INDEX events_superseded ON events (supersedes) WHERE supersedes <> '';
CREATE TRIGGER events_stay BEFORE DELETE ON events
WHEN NOT EXISTS (SELECT 1 FROM meta WHERE key = 'erasing')
BEGIN SELECT RAISE(ABORT, 'entries are only added'); END;
"""

_STAND: Final = """
CREATE TRIGGER events_stand BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'entries are only added'); END;
"""

_TWO: Final = """
ALTER TABLE events ADD COLUMN happened_us INTEGER NOT NULL DEFAULT 0;
ALTER TABLE events ADD COLUMN what TEXT;
ALTER TABLE events ADD COLUMN pain INTEGER;
ALTER TABLE events ADD COLUMN change INTEGER;
ALTER TABLE events ADD COLUMN outcome TEXT;
CREATE INDEX events_by_time ON events (person, kind, happened_us);
CREATE INDEX events_by_pain ON events (episode, happened_us, pain, id) WHERE pain IS NOT NULL;
CREATE INDEX events_by_what ON events (person, kind, episode, what, outcome, change, id);
CREATE TABLE latest (
    episode TEXT NOT NULL REFERENCES episodes (id),
    finding TEXT NOT NULL,
    sequence INTEGER NOT NULL REFERENCES events (sequence),
    PRIMARY KEY (episode, finding)
) WITHOUT ROWID;
CREATE TABLE notices (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    noted_at TEXT NOT NULL,
    detail TEXT NOT NULL
);
INSERT INTO meta (key, value) VALUES ('writes', '0'), ('token', '-');
"""


_THREE: Final = """
CREATE TABLE drafts (
    id TEXT PRIMARY KEY,
    kept_at TEXT NOT NULL,
    visit TEXT NOT NULL
) WITHOUT ROWID;
"""


def _first(connection: sqlite3.Connection) -> None:
    _run(connection, _ONE)
    connection.execute(_STAND)
    connection.execute(f"PRAGMA application_id = {APPLICATION}")


def _second(connection: sqlite3.Connection) -> None:
    _run(connection, _TWO)
    connection.execute("DROP TRIGGER events_stand")
    rows = connection.execute("SELECT sequence, kind, happened_at, payload FROM events").fetchall()
    for sequence, kind, happened_at, payload in rows:
        found = looked_up(kind, happened_at, json.loads(payload))
        connection.execute(
            "UPDATE events SET happened_us = ?, what = ?, pain = ?, change = ?, outcome = ?"
            " WHERE sequence = ?",
            (*found, sequence),
        )
    connection.execute(_STAND)


def _third(connection: sqlite3.Connection) -> None:
    _run(connection, _THREE)


def _fourth(connection: sqlite3.Connection) -> None:
    connection.execute("DROP TABLE latest")


STEPS: Final[tuple[Callable[[sqlite3.Connection], None], ...]] = (
    _first,
    _second,
    _third,
    _fourth,
)
NEWEST: Final = len(STEPS)


def bring_up_to_date(connection: sqlite3.Connection, path: Path) -> int:
    """Take the steps that are missing, all or none. Returns the version that was found.

    Raises `StoreError` for the file of another program, and for one that a newer lumbago wrote.
    """
    version = _version(connection)
    if version == NEWEST:
        return version
    _refuse_strangers(connection, path, version)
    try:
        with transaction(connection):
            found = _version(connection)  # another process may have taken the steps meanwhile
            for step in STEPS[found:]:
                step(connection)
            connection.execute(f"PRAGMA user_version = {NEWEST}")
    except (ValueError, AttributeError) as error:
        said = f"An entry of this record cannot be read ({error}), so it was left as it was."
        hint = "Keep a copy of the file, and open it with the lumbago that wrote it."
        raise StoreError(Problem(said, str(path), hint)) from None
    return found


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def _refuse_strangers(connection: sqlite3.Connection, path: Path, version: int) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if (tables or version) and application != APPLICATION:
        hint = "Move it away, or set LUMBAGO_HOME to another folder."
        raise StoreError(Problem("This database belongs to another program.", str(path), hint))
    if version > NEWEST:
        said = f"A newer lumbago wrote this record (version {version}; this one knows {NEWEST})."
        hint = "Nothing was changed. Install the newer lumbago to open it."
        raise StoreError(Problem(said, str(path), hint))


def _run(connection: sqlite3.Connection, script: str) -> None:
    """Statement by statement: `executescript` would end the transaction."""
    for statement in _statements(script):
        connection.execute(statement)


def _statements(script: str) -> Iterable[str]:
    whole = ""
    for line in script.strip().splitlines(keepends=True):
        whole += line
        if sqlite3.complete_statement(whole):
            yield whole
            whole = ""


# ------------------------------------------------------------------------------------- looked up


def microseconds(moment: datetime) -> int:
    """A moment as microseconds since 1970 in UTC."""
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def looked_up(
    kind: str, happened_at: str, payload: Mapping[str, Any]
) -> tuple[int, str | None, int | None, int | None, str | None]:
    """When, about what, pain and its change in tenths, and the outcome, where an entry has them."""
    us = microseconds(datetime.fromisoformat(happened_at))
    what = next((payload[key] for key in _ABOUT.get(kind, ()) if key in payload), None)
    pain = _tenths(payload.get("pain")) if kind == "check_in" else None
    before, after = _tenths(payload.get("before")), _tenths(payload.get("after"))
    change = after - before if before is not None and after is not None else None
    return us, what, pain, change, payload.get("outcome") if kind == "step" else None


_ABOUT: Final[Mapping[str, tuple[str, ...]]] = {
    "taken": ("ingredient",),
    "step": ("measure",),
    "chosen": ("choice",),
    "session": ("arm",),
}


def _tenths(value: object) -> int | None:
    return to_base(exact(value), "score") if isinstance(value, int | float) else None
