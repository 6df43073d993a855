"""A whole record as JSON, both ways, without the place it is kept in: a database, or a phone.

Export, import and export again gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

from lumbago.errors import InputError, Problem
from lumbago.event_files import event_json, event_of, out_of_place, payload_json
from lumbago.events import Event
from lumbago.fields import VERSION, collect, dumps, loads, moment, unknown_keys
from lumbago.knowledge.model import Knowledge
from lumbago.wire import case_of

FORMAT: Final = 1
_KEYS: Final = ("lumbago", "record", "people", "episodes", "events")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a record, by the name they chose."""

    id: str
    name: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Episode:
    """One spell of pain of one person; `began_at` is when the record of it began."""

    id: str
    person: str
    began_at: datetime


Owned = tuple[str | None, str | None, Event]
"""An entry with the ids of its person and its episode."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a record holds."""

    people: tuple[Person, ...] = ()
    episodes: tuple[Episode, ...] = ()
    events: tuple[Owned, ...] = ()


# ---------------------------------------------------------------------------------------- writing


def export_json(content: Content) -> Iterator[str]:
    """A whole record as JSON text, line by line, in the order of recording."""
    yield f'{{"lumbago": {VERSION}, "record": {FORMAT},\n"people": ['
    yield from _listed(
        {"id": one.id, "name": one.name, "added_at": one.added_at.isoformat()}
        for one in content.people
    )
    yield '],\n"episodes": ['
    yield from _listed(
        {"id": one.id, "person": one.person, "began_at": one.began_at.isoformat()}
        for one in content.episodes
    )
    yield '],\n"events": ['
    yield from _listed(_owned_json(*owned) for owned in content.events)
    yield "]}\n"


def _listed(entries: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    start = "\n"
    for entry in entries:
        yield start + dumps(entry)
        start = ",\n"


def _owned_json(person: str | None, episode: str | None, event: Event) -> dict[str, Any]:
    owner = {"person": person, "episode": episode}
    return {key: value for key, value in owner.items() if value} | {"event": event_json(event)}


# ---------------------------------------------------------------------------------------- reading


def read_export(text: str | bytes, knowledge: Knowledge | None) -> Content:
    """An export, checked whole. Raises `InputError` with every problem in it.

    With `knowledge`, findings, medicines and measures must be known to it, which a record of an older
    or a newer lumbago may not fulfil.
    """
    data = loads(text)
    if not isinstance(data, dict):
        raise InputError(Problem("An export must be a JSON object, like {...}."))
    problems = unknown_keys(data, _KEYS, "")
    for key, version in (("lumbago", VERSION), ("record", FORMAT)):
        if data.get(key) != version:
            hint = "Was it written by a newer lumbago, or is it no export?"
            problems.append(Problem(f"Version {data.get(key)!r} is not known.", key, hint))
    if problems:
        raise InputError(problems)
    people = [collect(problems, partial(_person, *at)) for at in _entries(data, "people", problems)]
    episodes = [
        collect(problems, partial(_episode, *at)) for at in _entries(data, "episodes", problems)
    ]
    events = [
        collect(problems, partial(_event, *at, knowledge))
        for at in _entries(data, "events", problems)
    ]
    if problems:
        raise InputError(problems)
    content = Content(
        tuple(one for one in people if one),
        tuple(one for one in episodes if one),
        tuple(one for one in events if one),
    )
    _refuse_loose_ends(content)
    return content


def _entries(
    data: Mapping[str, Any], key: str, problems: list[Problem]
) -> Iterator[tuple[Mapping[str, Any], str]]:
    entries = data.get(key)
    if not isinstance(entries, list):
        problems.append(Problem("It must be a list.", key))
        return
    for number, entry in enumerate(entries):
        if isinstance(entry, dict):
            yield entry, f"{key}[{number}]"
        else:
            problems.append(Problem("It must be an object.", f"{key}[{number}]"))


def _person(data: Mapping[str, Any], where: str) -> Person:
    _refuse_unknown(data, ("id", "name", "added_at"), where)
    return Person(
        _text(data, "id", where), _text(data, "name", where), _moment(data, "added_at", where)
    )


def _episode(data: Mapping[str, Any], where: str) -> Episode:
    _refuse_unknown(data, ("id", "person", "began_at"), where)
    return Episode(
        _text(data, "id", where), _text(data, "person", where), _moment(data, "began_at", where)
    )


def _event(data: Mapping[str, Any], where: str, knowledge: Knowledge | None) -> Owned:
    _refuse_unknown(data, ("person", "episode", "event"), where)
    try:
        event = event_of(data.get("event"), knowledge)
        if event.kind == "told":
            case_of(payload_json(event.payload)["case"])
    except InputError as error:
        raise InputError(
            [Problem(p.message, f"{where}.{p.where}".rstrip("."), p.hint) for p in error.problems]
        ) from None
    person = _text(data, "person", where) if "person" in data else None
    episode = _text(data, "episode", where) if "episode" in data else None
    if event.kind != "erased" and (person is None or episode is None):
        raise InputError(Problem("It names no person and episode.", where))
    return person, episode, event


def _refuse_unknown(data: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    if problems := unknown_keys(data, known, where):
        raise InputError(problems)


def _text(data: Mapping[str, Any], key: str, where: str) -> str:
    value = data.get(key)
    if isinstance(value, str) and value.strip() and value.isprintable():
        return value
    raise InputError(Problem("There must be some text.", f"{where}.{key}"))


def _moment(data: Mapping[str, Any], key: str, where: str) -> datetime:
    found = moment(data.get(key), f"{where}.{key}")
    if found is None:
        raise InputError(Problem("It is missing.", f"{where}.{key}"))
    return found


def _refuse_loose_ends(content: Content) -> None:
    """Everything that is named is there, and in the right place."""
    problems: list[Problem] = []
    people = _unique(problems, "people", content.people)
    episodes = _unique(problems, "episodes", content.episodes)
    for number, episode in enumerate(content.episodes):
        if episode.person not in people:
            problems.append(Problem("It is of nobody in here.", f"episodes[{number}].person"))
    places: dict[str, int] = {}
    corrected: dict[str, str] = {}
    for number, (person, id_, event) in enumerate(content.events):
        where = f"events[{number}]"
        owner = episodes.get(id_ or "")
        if event.kind != "erased" and (owner is None or owner.person != person):
            problems.append(Problem("It is in no episode of this person.", where))
        for found in out_of_place(event, places, corrected):
            problems.append(Problem(found.message, f"{where}.{found.where}", found.hint))
        places.setdefault(event.id, number)
        if event.supersedes:
            corrected.setdefault(event.supersedes, event.id)
    if problems:
        raise InputError(problems)


def _unique(
    problems: list[Problem], key: str, entries: Sequence[Person | Episode]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for number, entry in enumerate(entries):
        if entry.id in found:
            problems.append(Problem("The id is there twice.", f"{key}[{number}].id"))
        found[entry.id] = entry
    return found
