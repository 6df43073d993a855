"""The record: what happened, kept on this computer alone, in a file that only its person can read."""

from __future__ import annotations

from lumbago.record_files import Episode, Person
from lumbago.store.place import Home
from lumbago.store.record import Notice, Record, new_id

__all__ = ["Episode", "Home", "Notice", "Person", "Record", "new_id"]
