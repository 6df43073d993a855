"""What is not an entry yet: an interview that goes on, settings, a running timer. It comes and goes.

A draft belongs to the id of a person, or of somebody who is none yet. A crash of the program loses
none; one of the whole computer may lose the last.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from lumbago.fields import dumps
from lumbago.store.record import Record


def keep(record: Record, id_: str, data: object, now: datetime) -> None:
    """Keep a draft in the place of the one before. Raises `StoreError`."""
    with record.aside():
        record.connection.execute(
            "INSERT OR REPLACE INTO drafts (id, kept_at, visit) VALUES (?, ?, ?)",
            (id_, now.isoformat(), dumps(data)),
        )


def find(record: Record, id_: str) -> tuple[datetime, Any] | None:
    """When a draft was kept, and its data; None if there is none."""
    rows = record.connection.execute(
        "SELECT kept_at, visit FROM drafts WHERE id = ?", (id_,)
    ).fetchall()
    return (datetime.fromisoformat(rows[0][0]), json.loads(rows[0][1])) if rows else None


def texts(record: Record) -> Iterator[str]:
    """Every draft as it is written."""
    for row in record.connection.execute("SELECT id, kept_at, visit FROM drafts"):
        yield " ".join(row)


def drop(record: Record, id_: str) -> None:
    """Let a draft go."""
    with record.aside():
        record.connection.execute("DELETE FROM drafts WHERE id = ?", (id_,))


def drop_strangers(record: Record, before: datetime) -> None:
    """Let go of old drafts of those who never became a person of the record."""
    with record.aside():
        rows = record.connection.execute(
            "SELECT id, kept_at FROM drafts WHERE id NOT IN (SELECT id FROM people)"
        ).fetchall()
        old = [(id_,) for id_, at in rows if datetime.fromisoformat(at) < before]
        record.connection.executemany("DELETE FROM drafts WHERE id = ?", old)
