"""Logs of episodes, read once: after that only what was added, by this program or by another."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from lumbago.events import Log
from lumbago.record_files import Episode
from lumbago.store.engine import translated
from lumbago.store.record import COLUMNS, Record, event_of_row

MOST: Final = 100
"""So many episodes are kept in memory."""


class Logs:
    """What `Record.log` gives, from memory as far as it was read before.

    Entries are never changed, only added, or erased; that shows in how many there are.
    """

    def __init__(self) -> None:
        self._read: OrderedDict[str, tuple[int, Log]] = OrderedDict()

    def log(self, record: Record, episode: Episode) -> Log:
        """Everything in an episode, in the order in which it was recorded. Raises `StoreError`."""
        newest, log = self._read.pop(episode.id, (0, ()))
        newest, log = self._grown(record, episode, newest, log)
        if len(log) != self._number(record, episode):
            newest, log = self._grown(record, episode, 0, ())
        self._read[episode.id] = newest, log
        if len(self._read) > MOST:
            self._read.popitem(last=False)
        return log

    def clear(self) -> None:
        """Forget all of it."""
        self._read.clear()

    @staticmethod
    def _number(record: Record, episode: Episode) -> int:
        statement = "SELECT COUNT(*) FROM events WHERE episode = ?"
        with translated(record.path):
            return int(record.connection.execute(statement, (episode.id,)).fetchone()[0])

    @staticmethod
    def _grown(record: Record, episode: Episode, newest: int, log: Log) -> tuple[int, Log]:
        statement = (
            f"SELECT sequence, {COLUMNS} FROM events WHERE episode = ? AND sequence > ?"
            " ORDER BY sequence"
        )
        with translated(record.path):
            rows = record.connection.execute(statement, (episode.id, newest)).fetchall()
        if not rows:
            return newest, log
        return rows[-1][0], (*log, *(event_of_row(row) for _, *row in rows))
