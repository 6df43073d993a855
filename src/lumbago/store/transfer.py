"""The whole record as JSON (with a schema) and as CSV, and back.

Export, import and export again gives the same bytes. In a spreadsheet no cell is read as a formula.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from lumbago import record_files
from lumbago.errors import InputError, Problem
from lumbago.event_files import payload_json
from lumbago.fields import dumps
from lumbago.record_files import FORMAT, Content, read_export
from lumbago.store.record import Record

__all__ = ["FORMAT", "Content", "read_export"]

SCHEMA: Final = Path(__file__).with_name("record.schema.json")
CSV_COLUMNS: Final = (
    *("person", "episode", "number", "event", "kind", "happened_at", "recorded_at", "zone"),
    *("corrected_by", "field", "value"),
)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


# ---------------------------------------------------------------------------------------- writing


def content(record: Record) -> Content:
    """Everything in a record."""
    return Content(record.people(), record.all_episodes(), tuple(record.owners()))


def export_json(record: Record) -> Iterator[str]:
    """The whole record as JSON text, line by line, in the order of recording."""
    return record_files.export_json(content(record))


def export_csv(record: Record) -> Iterator[str]:
    """Every value of every entry on a line of its own, for a spreadsheet."""
    names = {person.id: person.name for person in record.people()}
    numbers: dict[str, int] = {}
    of_person: dict[str, int] = {}
    for episode in record.all_episodes():
        of_person[episode.person] = of_person.get(episode.person, 0) + 1
        numbers[episode.id] = of_person[episode.person]
    owners = record.owners()
    corrected = {event.supersedes: event.id for _, _, event in owners if event.supersedes}
    yield _line(CSV_COLUMNS)
    for number, (person, episode_id, event) in enumerate(owners, 1):
        start = (
            names.get(person or "", ""),
            numbers.get(episode_id or "", ""),
            number,
            event.id,
            event.kind,
            event.happened_at.isoformat(),
            event.recorded_at.isoformat(),
            event.zone,
            corrected.get(event.id, ""),
        )
        for field, value in _leaves("", payload_json(event.payload)):
            yield _line((*start, field, value))


def _leaves(name: str, value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping) and value:
        for key, part in value.items():
            yield from _leaves(f"{name}.{key}" if name else str(key), part)
    elif isinstance(value, list) and value:
        for number, part in enumerate(value, 1):
            yield from _leaves(f"{name}.{number}", part)
    else:
        yield name, value if isinstance(value, str | int | float) else dumps(value)


def _line(cells: Iterable[object]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([_cell(cell) for cell in cells])
    return out.getvalue()


def _cell(value: object) -> object:
    """Text that a spreadsheet would take for a formula is marked as text."""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


# ---------------------------------------------------------------------------------------- reading


def take_in(record: Record, content: Content, now: datetime) -> int:
    """Add an export to a record; what is in both is left alone. Returns how many entries are new.

    Raises `InputError`, and adds nothing, where the two say different things under one id or name.
    """
    people = {person.id: person for person in record.people()}
    names = {person.name.casefold(): person for person in people.values()}
    episodes = {episode.id: episode for episode in record.all_episodes()}
    events = {event.id: (who, where, event) for who, where, event in record.owners()}
    problems = [
        Problem(f"Another person here is called '{person.name}'.", "people", "Rename one first.")
        for person in content.people
        if person.id not in people and person.name.casefold() in names
    ]
    for owned in content.events:
        id_ = owned[2].id
        if id_ in events and events[id_] != owned:
            said = f"The entry '{id_}' says something else here."
            problems.append(Problem(said, "events", "Import into a new folder: LUMBAGO_HOME"))
    if problems:
        raise InputError(problems)
    return record.take_in(
        [one for one in content.people if one.id not in people],
        [one for one in content.episodes if one.id not in episodes],
        [owned for owned in content.events if owned[2].id not in events],
        now,
    )


def schema() -> Any:
    """The JSON Schema of an export."""
    return json.loads(SCHEMA.read_text(encoding="utf-8"))
