"""Out and back to the byte, checked by a schema; and a spreadsheet that runs nothing."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from lumbago.errors import InputError
from lumbago.events import (
    Assessed,
    CheckIn,
    Chosen,
    Event,
    Note,
    Session,
    SessionScored,
    StepDone,
    Taken,
    Told,
    TrialBegun,
    TrialStopped,
)
from lumbago.knowledge.model import Knowledge
from lumbago.store import Home, Record
from lumbago.store.erase import erase
from lumbago.store.keys import Dice
from lumbago.store.transfer import (
    CSV_COLUMNS,
    export_csv,
    export_json,
    read_export,
    schema,
    take_in,
)

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
Entry = Callable[..., Event]
Opened = Callable[[], Record]


@pytest.fixture
def exported(opened: Opened, entry: Entry) -> str:
    with opened() as record:
        anna, bert = record.add_person("Anna “Ännchen”", NOW), record.add_person("=Bert", NOW)
        one, two, gone = record.begin(bert, NOW), record.begin(anna, NOW), record.begin(anna, NOW)
        record.append(one, [entry(1, Told({"lumbago": 1, "text": "it locked\n😀"}))])
        record.append(two, [entry(2, Assessed({"triage": {"disposition": "unsettled"}}))])
        record.append(gone, [entry(3, Note("to be erased"))])
        record.append(
            one,
            [
                entry(4, CheckIn(65, {"put on socks": 45}, {"fever": "no"}, 12)),
                entry(5, Taken("ibuprofen", 400, "=HYPERLINK(1)")),
                entry(6, StepDone("walking", "worse", 20, 60, 75)),
                entry(7, Chosen("warmth", "heat")),
                entry(8, Session("heat", 60, 40, 30, 2)),
                entry(18, TrialBegun("5eed", ("heat", "cold"), 7)),
                entry(19, Session("heat", 60, block=1, trial="e-18", number=1)),
                entry(20, SessionScored("e-19", after=50)),
                entry(21, SessionScored("e-19", later=40, trouble="skin")),
                entry(22, TrialStopped("e-18", "enough")),
                entry(9, Note("+ ask about work", "doctor"), supersedes="e-7"),
            ],
        )
    record = opened()
    erase(record, record.person("Anna “Ännchen”"), gone, NOW, "Europe/Berlin")
    with opened() as record:
        return "".join(export_json(record))


def fresh(tmp_path: Path, dice: Dice) -> Record:
    return Record.open(Home(tmp_path / "other"), now=NOW, dice=dice)


def test_export_import_export_is_the_same_to_the_byte(
    exported: str, tmp_path: Path, dice: Dice
) -> None:
    with fresh(tmp_path, dice) as other:
        assert take_in(other, read_export(exported.encode(), None), NOW) == 14
        assert "".join(export_json(other)) == exported
        assert take_in(other, read_export(exported, None), NOW) == 0, "nothing twice"
        assert "".join(export_json(other)) == exported
        assert len(other.pain(other.episodes(other.person("=Bert"))[0])) == 1


def test_the_export_keeps_its_schema(exported: str) -> None:
    jsonschema_rs.meta.validate(schema())
    validator = jsonschema_rs.validator_for(schema())
    data = json.loads(exported)
    assert validator.is_valid(data)
    assert len(data["events"]) == 14


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("people", 0, "nam"), "x"),
        (("episodes", 0, "began_at"), "yesterday"),
        (("events", 2, "event", "payload", "pain"), 11),
        (("events", 2, "event", "kind"), "noted"),
        (("events", 3, "event", "payload", "milligrams"), 0.5),
        (("events", 4, "event", "payload", "outcome"), "maybe"),
        (("events", 0, "event", "payload", "case"), None),
        (("record",), 2),
    ],
)
def test_schema_and_reader_refuse_the_same(
    exported: str, path: tuple[Any, ...], value: Any
) -> None:
    data = json.loads(exported)
    place = data
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    assert not jsonschema_rs.validator_for(schema()).is_valid(data)
    with pytest.raises(InputError):
        read_export(json.dumps(data), None)


def test_a_damaged_export_adds_nothing_and_names_every_problem(
    exported: str, tmp_path: Path, dice: Dice, knowledge: Knowledge
) -> None:
    data = json.loads(exported)
    data["events"][0]["event"]["payload"]["case"]["txt"] = "x"
    data["events"][3]["event"]["zone"] = "Mars"
    with pytest.raises(InputError) as caught:
        read_export(json.dumps(data), knowledge)
    where = [problem.where for problem in caught.value.problems]
    assert where == [
        "events[0].event", "events[3].zone", "events[3].payload.ingredient", "events[4].payload.measure",
    ] or where[0].startswith("events[0]")  # fmt: skip
    with pytest.raises(InputError):
        read_export(exported[: len(exported) // 2], None)
    with fresh(tmp_path, dice) as other:
        assert other.count() == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda data: data["people"].pop(0), "of nobody in here"),
        (lambda data: data["episodes"].pop(0), "in no episode of this person"),
        (lambda data: data["people"].append(data["people"][0]), "The id is there twice"),
        (lambda data: data["events"].append(data["events"][0]), "already"),
        (lambda data: data["events"].insert(0, data["events"].pop(12)), "is no event before"),
        (lambda data: data["events"][0].pop("person"), "names no person and episode"),
        (lambda data: data.update(more=1), "Unknown key 'more'"),
        (lambda data: data.update(people={}), "It must be a list"),
        (lambda data: data["people"].append(1), "It must be an object"),
    ],
)
def test_loose_ends_are_refused(
    exported: str, change: Callable[[Any], object], message: str
) -> None:
    data = json.loads(exported)
    change(data)
    with pytest.raises(InputError, match=message):
        read_export(json.dumps(data), None)


def test_two_that_say_different_things_are_not_mixed(
    exported: str, tmp_path: Path, dice: Dice, entry: Entry
) -> None:
    with fresh(tmp_path, dice) as other:
        episode = other.begin(other.add_person("=Bert", NOW), NOW)
        other.append(episode, [entry(1, Note("something else"))])
        with pytest.raises(InputError) as caught:
            take_in(other, read_export(exported, None), NOW)
        assert [problem.where for problem in caught.value.problems] == ["people", "events"]
        assert other.count() == 1


def test_a_spreadsheet_gets_every_value_and_runs_none(exported: str, opened: Opened) -> None:
    with opened() as record:
        rows = list(csv.reader(io.StringIO("".join(export_csv(record)))))
    assert tuple(rows[0]) == CSV_COLUMNS
    assert {len(row) for row in rows} == {len(CSV_COLUMNS)}
    values = {(row[3], row[-2]): row[-1] for row in rows[1:]}
    assert values["e-4", "pain"] == "6.5"
    assert values["e-4", "activities.put on socks"] == "4.5"
    assert values["e-5", "product"] == "'=HYPERLINK(1)"
    assert values["e-9", "text"] == "'+ ask about work"
    assert next(row for row in rows if row[3] == "e-7")[-3] == "e-9"
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)
    assert {row[0] for row in rows[1:]} == {"'=Bert", "Anna “Ännchen”"}
