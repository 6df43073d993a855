"""The record of the people in one home: who they are, their episodes, and what happened.

Entries are only added; a correction supersedes. Their order is that of their numbers, not of any
clock. `append` returns once the entries are on the disk.
"""

from __future__ import annotations

import base64
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Literal, Self

from lumbago.episode import Went
from lumbago.errors import InputError, Problem, StoreError, did_you_mean
from lumbago.event_files import payload_json, payload_of
from lumbago.events import Erased, Event, Log
from lumbago.fields import dumps
from lumbago.record_files import Episode, Person
from lumbago.store.engine import IN_USE, connect, transaction, translated
from lumbago.store.keys import Dice
from lumbago.store.place import Home, Mark
from lumbago.store.schema import (
    NEWEST,
    bring_up_to_date,
    looked_up,
    microseconds,
)

NoticeKind = Literal["clock_back", "older_copy", "schema", "imported", "erased"]

_LONGEST_NAME: Final = 60
_ID_BYTES: Final = 10
COLUMNS: Final = "id, happened_at, recorded_at, zone, kind, payload, knowledge, supersedes"
"""What `event_of_row` reads."""
_CORRECTED: Final = "(SELECT supersedes FROM events WHERE supersedes <> '')"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that happened to the record itself."""

    kind: NoticeKind
    noted_at: datetime
    detail: str


def new_id(dice: Dice) -> str:
    """An id that nothing else has."""
    return base64.b32encode(dice(_ID_BYTES)).decode().lower()


class Record:
    """One open record. Close it, or use it as a context manager."""

    def __init__(self, home: Home, connection: sqlite3.Connection, path: Path, dice: Dice) -> None:
        self.home = home
        self.path = path
        self.connection = connection
        self.dice = dice
        self.new: list[Notice] = []
        """What was noticed since it was opened, for the person to be told."""
        self._file = _identity(path)
        self._closed = False
        IN_USE[path] += 1

    @classmethod
    def open(cls, home: Home, *, now: datetime, dice: Dice, key: bytes | None = None) -> Record:
        """Open the record, making it if there is none. Raises `StoreError`.

        `key` is the key of a sealed record. Older files are brought up to date; newer ones refused.
        """
        home.prepare()
        home.finish()
        if home.is_sealed and key is None:
            hint = "Unlock it with your passphrase: lumbago log unlock"
            raise StoreError(Problem("The record is locked.", str(home.sealed), hint))
        path = home.database
        record = cls(home, connect(path, key if home.is_sealed else None), path, dice)
        try:
            with translated(path):
                found = bring_up_to_date(record.connection, path)
                record._look(found, now)
                record.finish_erasing()
        except BaseException:
            record.close()
            raise
        return record

    def close(self) -> None:
        """Close it; SQLite folds the log of writes back into the file."""
        self.connection.close()
        if not self._closed:
            self._closed = True
            IN_USE[self.path] -= 1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ----------------------------------------------------------------------------------- people

    def people(self) -> tuple[Person, ...]:
        """Everybody, in the order in which they were added."""
        rows = self._rows("SELECT id, name, added_at FROM people ORDER BY number")
        return tuple(Person(id_, name, datetime.fromisoformat(at)) for id_, name, at in rows)

    def person(self, name: str) -> Person:
        """Somebody by name or id. Raises `InputError` with the nearest name."""
        for person in self.people():
            if name == person.id or name.casefold() == person.name.casefold():
                return person
        known = [person.name for person in self.people()]
        hint = did_you_mean(name, known) or "Add them with: lumbago log people --add NAME"
        raise InputError(Problem(f"Nobody here is called '{name}'.", hint=hint))

    def add_person(self, name: str, now: datetime) -> Person:
        """Add somebody. Raises `InputError` if the name is empty, too long or taken."""
        name = " ".join(name.split())
        self._free_name(name)
        person = Person(new_id(self.dice), name, now)
        with self._writing():
            self._insert_person(person)
        return person

    def rename(self, person: Person, name: str) -> Person:
        """Give somebody another name."""
        name = " ".join(name.split())
        if name.casefold() != person.name.casefold():
            self._free_name(name)
        with self._writing():
            self.connection.execute("UPDATE people SET name = ? WHERE id = ?", (name, person.id))
        return Person(person.id, name, person.added_at)

    def _free_name(self, name: str) -> None:
        if not name or len(name) > _LONGEST_NAME or not name.isprintable():
            hint = f"Use up to {_LONGEST_NAME} letters."
            raise InputError(Problem("That is not a name.", hint=hint))
        if any(person.name.casefold() == name.casefold() for person in self.people()):
            raise InputError(Problem(f"Somebody is called '{name}' already.", hint="Add a letter."))

    def _insert_person(self, person: Person) -> None:
        self.connection.execute(
            "INSERT INTO people (id, name, added_at) VALUES (?, ?, ?)",
            (person.id, person.name, person.added_at.isoformat()),
        )

    # --------------------------------------------------------------------------------- episodes

    def episodes(self, person: Person) -> tuple[Episode, ...]:
        """The episodes of a person, oldest first."""
        rows = self._rows(
            "SELECT id, began_at FROM episodes WHERE person = ? ORDER BY number", person.id
        )
        return tuple(Episode(id_, person.id, datetime.fromisoformat(at)) for id_, at in rows)

    def begin(self, person: Person, now: datetime) -> Episode:
        """Begin a new episode."""
        episode = Episode(new_id(self.dice), person.id, now)
        with self._writing():
            self._insert_episode(episode)
        return episode

    def _insert_episode(self, episode: Episode) -> None:
        self.connection.execute(
            "INSERT INTO episodes (id, person, began_at) VALUES (?, ?, ?)",
            (episode.id, episode.person, episode.began_at.isoformat()),
        )

    # ----------------------------------------------------------------------------------- events

    def append(self, episode: Episode, events: Sequence[Event]) -> None:
        """Add entries, all or none; they are on the disk when it returns.

        Raises `InputError` for an id that is taken or a correction that has nothing to correct, and
        `StoreError` if they could not be kept.
        """
        with self._writing():
            for event in events:
                self._insert(episode, event)

    def _insert(self, episode: Episode, event: Event) -> None:
        self._check_place(episode, event)
        self._note_clock(event)
        payload = payload_json(event.payload)
        at = event.happened_at.isoformat()
        self.connection.execute(
            "INSERT INTO events (person, episode, id, happened_at, recorded_at, zone, kind, payload,"
            " knowledge, supersedes, happened_us, what, pain, change, outcome)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                episode.person,
                episode.id,
                event.id,
                at,
                event.recorded_at.isoformat(),
                event.zone,
                event.kind,
                dumps(payload),
                event.knowledge,
                event.supersedes,
                *looked_up(event.kind, at, payload),
            ),
        )

    def _check_place(self, episode: Episode, event: Event) -> None:
        if self._rows("SELECT 1 FROM events WHERE id = ?", event.id):
            raise InputError(Problem(f"There is an entry '{event.id}' already.", "id"))
        if not event.supersedes:
            return
        if not self._rows(
            "SELECT 1 FROM events WHERE id = ? AND episode = ? AND kind <> 'erased'",
            event.supersedes,
            episode.id,
        ):
            said = f"There is no entry '{event.supersedes}' in this episode to correct."
            raise InputError(Problem(said, "supersedes", "See: lumbago log show"))
        by = self._rows("SELECT id FROM events WHERE supersedes = ?", event.supersedes)
        if by:
            said = f"'{event.supersedes}' was corrected already."
            raise InputError(Problem(said, "supersedes", f"Correct '{by[0][0]}' instead."))

    def _note_clock(self, event: Event) -> None:
        """Note it where the clock of this computer went back since the last entry."""
        last = self._rows("SELECT recorded_at FROM events ORDER BY sequence DESC LIMIT 1")
        if last and datetime.fromisoformat(last[0][0]) > event.recorded_at:
            self._notice("clock_back", event.recorded_at, f"{last[0][0]} {event.id}")

    # ---------------------------------------------------------------------------------- reading

    def log(self, episode: Episode) -> Log:
        """Everything in an episode, in the order in which it was recorded."""
        return self._events("episode = ? ORDER BY sequence", episode.id)

    def since(self, person: Person, moment: datetime, *kinds: str) -> Log:
        """What stands of some kinds, that happened at or after a moment in any episode of a person."""
        marks = ", ".join("?" * len(kinds))
        return self._events(
            f"person = ? AND kind IN ({marks}) AND happened_us >= ?"
            f" AND id NOT IN {_CORRECTED} ORDER BY sequence",
            person.id,
            *kinds,
            microseconds(moment),
        )

    def last(self, episode: Episode, number: int) -> Log:
        """The last entries of an episode, in the order in which they were recorded."""
        found = self._events(
            "episode = ? ORDER BY sequence DESC LIMIT ?",
            episode.id,
            number,
        )
        return found[::-1]

    def pain(self, episode: Episode, last: int = -1) -> tuple[tuple[datetime, int], ...]:
        """The pain scores of an episode in tenths, by the time for which they were given.

        With `last`, only so many of the latest.
        """
        rows = self._rows(
            "SELECT happened_us, pain FROM events WHERE episode = ? AND pain IS NOT NULL"
            f" AND id NOT IN {_CORRECTED} ORDER BY happened_us DESC, pain DESC LIMIT ?",
            episode.id,
            last,
        )
        return tuple((_moment(us), tenths) for us, tenths in reversed(rows))

    def tallies(self, person: Person) -> dict[str, tuple[Went, ...]]:
        """By episode, how each measure went."""
        rows = self._rows(
            "SELECT episode, what, sum(outcome = 'done'), sum(outcome = 'worse'), count(change),"
            " avg(change) FROM events WHERE person = ? AND kind = 'step'"
            f" AND id NOT IN {_CORRECTED} GROUP BY episode, what",
            person.id,
        )
        found: dict[str, tuple[Went, ...]] = {}
        for episode, *tally in rows:
            found[episode] = (*found.get(episode, ()), Went(*tally))
        return found

    def count(self) -> int:
        """How many entries there are."""
        return int(self._rows("SELECT count(*) FROM events")[0][0])

    def notices(self) -> tuple[Notice, ...]:
        """What happened to the record itself, oldest first."""
        rows = self._rows("SELECT kind, noted_at, detail FROM notices ORDER BY number")
        return tuple(Notice(kind, datetime.fromisoformat(at), said) for kind, at, said in rows)

    def _events(self, where: str, *values: object) -> Log:
        return tuple(
            event_of_row(row)
            for row in self._rows(f"SELECT {COLUMNS} FROM events WHERE {where}", *values)
        )

    def _rows(self, statement: str, *values: object) -> list[Any]:
        with translated(self.path):
            return self.connection.execute(statement, values).fetchall()

    # ---------------------------------------------------------------------------------- writing

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One write: all or nothing, counted, and noted beside the record once it is safe."""
        with translated(self.path), transaction(self.connection):
            self._refuse_another_file()
            yield
            mark = self._count_write()
        self.home.set_mark(mark)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """A write that is no entry: not counted, and not waited for until it is on the disk."""
        with translated(self.path):
            self.connection.execute("PRAGMA synchronous = NORMAL")
            try:
                with transaction(self.connection):
                    self._refuse_another_file()
                    yield
            finally:
                self.connection.execute("PRAGMA synchronous = FULL")

    def _refuse_another_file(self) -> None:
        if _identity(self.path) != self._file or self.home.database != self.path:
            hint = "Do it again; nothing was changed."
            said = "Another program has just set or removed the passphrase."
            raise StoreError(Problem(said, str(self.path), hint))

    def _count_write(self) -> Mark:
        writes = int(self._meta("writes")) + 1
        token = self.dice(8).hex()
        self._set_meta("writes", str(writes))
        self._set_meta("token", token)
        return Mark(writes, token)

    def _meta(self, key: str) -> str:
        rows = self._rows("SELECT value FROM meta WHERE key = ?", key)
        return str(rows[0][0]) if rows else ""

    def _set_meta(self, key: str, value: str) -> None:
        self.connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def _notice(self, kind: NoticeKind, now: datetime, detail: str) -> None:
        notice = Notice(kind, now, detail)
        self.connection.execute(
            "INSERT INTO notices (kind, noted_at, detail) VALUES (?, ?, ?)",
            (notice.kind, notice.noted_at.isoformat(), notice.detail),
        )
        self.new.append(notice)

    def _look(self, version_found: int, now: datetime) -> None:
        """Note an older schema, and a file that is behind what this computer has seen."""
        mark = self.home.mark()
        writes, token = int(self._meta("writes")), self._meta("token")
        if 0 < version_found < NEWEST:
            with self._writing():
                self._notice("schema", now, f"{version_found} {NEWEST}")
        if mark is None or (mark.writes, mark.token) == (writes, token) or mark.writes < writes:
            return
        with self._writing():
            self._notice("older_copy", now, f"{writes} {mark.writes}")
            self._set_meta("writes", str(mark.writes))

    # ---------------------------------------------------------------------------------- erasing

    def erase_rows(self, erased: Event, *, person: str, episode: str = "") -> int:
        """Delete an episode, or a person with all of theirs, and leave `erased` in the place.

        The old pages are still in the file until `finish_erasing`. Returns how many entries went.
        """
        chosen, value = ("id", episode) if episode else ("person", person)
        owned = f"episode IN (SELECT id FROM episodes WHERE {chosen} = ?)"
        with self._writing():
            self._set_meta("erasing", "1")
            self._forget_notices(owned, value)
            gone = self.connection.execute(f"DELETE FROM events WHERE {owned}", (value,)).rowcount
            self.connection.execute(f"DELETE FROM episodes WHERE {chosen} = ?", (value,))
            if not episode:
                self.connection.execute("DELETE FROM events WHERE person = ?", (person,))
                self.connection.execute("DELETE FROM people WHERE id = ?", (person,))
                self.connection.execute("DELETE FROM drafts WHERE id = ?", (person,))
            self._insert_tombstone(erased, gone, person if episode else None)
        return gone

    def erase_draft(self, id_: str) -> None:
        """Delete a draft; its old pages are still in the file until `finish_erasing`."""
        with self._writing():
            self._set_meta("erasing", "1")
            self.connection.execute("DELETE FROM drafts WHERE id = ?", (id_,))

    def _forget_notices(self, owned: str, value: str) -> None:
        ids = {str(row[0]) for row in self._rows(f"SELECT id FROM events WHERE {owned}", value)}
        for number, detail in self._rows("SELECT number, detail FROM notices"):
            if ids.intersection(detail.split()):
                self.connection.execute("DELETE FROM notices WHERE number = ?", (number,))

    def _insert_tombstone(self, erased: Event, gone: int, person: str | None) -> None:
        self.connection.execute(
            "INSERT INTO events (person, episode, id, happened_at, recorded_at, zone, kind, payload,"
            " knowledge, supersedes, happened_us) VALUES (?, NULL, ?, ?, ?, ?, 'erased', ?, '', '', ?)",
            (
                person,
                erased.id,
                erased.happened_at.isoformat(),
                erased.recorded_at.isoformat(),
                erased.zone,
                dumps({"events": gone}),
                microseconds(erased.happened_at),
            ),
        )

    def finish_erasing(self) -> None:
        """Rewrite the file without what was deleted, also after a crash. Raises `StoreError`."""
        if not self._meta("erasing"):
            return
        with translated(self.path):
            self.connection.execute("VACUUM")
            self.connection.execute("DELETE FROM meta WHERE key = 'erasing'")
            busy, _, _ = self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            with translated(self.path):
                self._set_meta("erasing", "1")
            said = "Another program has the record open, so old pages are still in its files."
            hint = "Close it; the next start of lumbago finishes the erasing."
            raise StoreError(Problem(said, str(self.path), hint))

    def tombstones(self) -> Log:
        """What is left where something was erased."""
        return self._events("kind = 'erased' ORDER BY sequence")

    # ------------------------------------------------------------------------------------ tables

    def structure(self) -> tuple[str, ...]:
        """The words of the tables themselves."""
        rows = self._rows("SELECT sql FROM sqlite_master UNION ALL SELECT key FROM meta")
        return tuple(str(sql) for (sql,) in rows if sql)

    def owners(self) -> list[tuple[str | None, str | None, Event]]:
        """Every entry with its person and episode, in the order of recording."""
        rows = self._rows(f"SELECT person, episode, {COLUMNS} FROM events ORDER BY sequence")
        return [(person, episode, event_of_row(row)) for person, episode, *row in rows]

    def all_episodes(self) -> tuple[Episode, ...]:
        """The episodes of everybody, in the order in which they began."""
        rows = self._rows("SELECT id, person, began_at FROM episodes ORDER BY number")
        return tuple(Episode(id_, who, datetime.fromisoformat(at)) for id_, who, at in rows)

    def take_in(
        self,
        people: Iterable[Person],
        episodes: Iterable[Episode],
        events: Iterable[tuple[str | None, str | None, Event]],
        now: datetime,
    ) -> int:
        """Add what another record held, all or nothing. Returns how many entries were new."""
        number = 0
        with self._writing():
            for person in people:
                self._insert_person(person)
            by_id = {episode.id: episode for episode in self.all_episodes()}
            for episode in episodes:
                self._insert_episode(episode)
                by_id[episode.id] = episode
            for owner, id_, event in events:
                number += 1
                if isinstance(event.payload, Erased):
                    self._insert_tombstone(event, event.payload.events, owner)
                else:
                    self._insert(by_id[id_ or ""], event)
            self._notice("imported", now, str(number))
        return number


def event_of_row(row: Sequence[Any]) -> Event:
    """An entry as it was recorded, perhaps with other knowledge."""
    id_, happened, recorded, zone, kind, payload, knowledge, supersedes = row
    try:
        return Event(
            id=id_,
            happened_at=datetime.fromisoformat(happened),
            recorded_at=datetime.fromisoformat(recorded),
            zone=zone,
            payload=payload_of(kind, json.loads(payload), None),
            knowledge=knowledge,
            supersedes=supersedes,
        )
    except (InputError, ValueError, TypeError) as error:
        hint = "Keep a copy of the file, and import your last export into a new folder."
        raise StoreError(Problem(f"The entry '{id_}' is damaged: {error}", hint=hint)) from None


def _moment(us: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=us)


def _identity(path: Path) -> tuple[int, int]:
    """Which file lies at a path, so that a replaced one is noticed."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return (0, 0)
    return (found.st_dev, found.st_ino)
