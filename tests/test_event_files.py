"""What happened: read strictly, written the same every time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lumbago.errors import InputError
from lumbago.event_files import event_json, event_of, read_log, zone_of
from lumbago.events import (
    Assessed,
    CheckIn,
    Chosen,
    Erased,
    Event,
    Note,
    Payload,
    Session,
    SessionScored,
    StepDone,
    Taken,
    Told,
    TrialBegun,
    TrialStopped,
    standing,
)
from lumbago.fields import dumps, loads
from lumbago.knowledge.care import Care, Measure, Medicine
from lumbago.knowledge.model import Knowledge

AT = datetime(2026, 11, 21, 8, 30, tzinfo=timezone(timedelta(hours=1)))
EVENT = {
    "lumbago": 1,
    "id": "e-1",
    "kind": "note",
    "happened_at": "2026-11-21T08:30:00+01:00",
    "recorded_at": "2026-11-21T08:31:00+01:00",
    "zone": "Europe/Berlin",
    "payload": {"text": "Ask about the new shoes."},
}


@pytest.fixture(scope="module")
def caring(knowledge: Knowledge) -> Knowledge:
    measure = Measure("walking", "walking", "default", "low", ())
    medicine = Medicine("ibuprofen", "nsaid", "choice", "oral", "low", ())
    return replace(
        knowledge, care=Care(measures={"walking": measure}, medicines={"ibuprofen": medicine})
    )


scores = st.none() | st.integers(0, 100)
ids = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9._:-]{0,20}", fullmatch=True)
words = st.text(st.characters(codec="utf-8"), max_size=30)
whole = st.none() | st.integers(0, 1000)
payloads: st.SearchStrategy[Payload] = st.one_of(
    st.builds(Told, st.just({"lumbago": 1, "text": "it locked"})),
    st.builds(Assessed, st.just({"lumbago": 1, "triage": {"disposition": "unsettled"}})),
    st.builds(
        CheckIn,
        scores,
        st.dictionaries(words, st.integers(0, 100), max_size=3),
        st.dictionaries(st.sampled_from(["fever", "chest_pain"]), st.sampled_from(["yes", "no"])),
        st.none() | st.integers(0, 24),
    ),
    st.builds(Taken, ids, st.integers(1, 4000), words),
    st.builds(
        StepDone,
        ids,
        st.sampled_from(["done", "skipped", "worse", "stopped"]),
        whole,
        scores,
        scores,
    ),
    st.builds(Chosen, ids, ids),
    st.builds(
        Session,
        ids,
        st.integers(0, 100),
        scores,
        scores,
        st.integers(0, 9),
        st.just("") | ids,
        st.integers(0, 30),
    ),
    st.builds(
        TrialBegun,
        ids,
        st.lists(ids, min_size=2, max_size=3, unique=True).map(tuple),
        st.integers(1, 99),
    ),
    st.builds(SessionScored, ids, scores, st.integers(0, 100), st.just("") | ids),
    st.builds(TrialStopped, ids, words),
    st.builds(Note, words.filter(str.strip), words),
    st.builds(Erased, st.integers(0, 10_000)),
)
moments = st.datetimes(
    datetime(1950, 1, 1),  # noqa: DTZ001  the zone is drawn beside it
    datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, AT.tzinfo]),
)
events = st.builds(
    Event,
    id=ids,
    happened_at=moments,
    recorded_at=moments,
    zone=st.sampled_from(["Europe/Berlin", "UTC", "America/Argentina/Buenos_Aires"]),
    payload=payloads,
    knowledge=st.just("") | ids,
    supersedes=st.just(""),
)


@given(events)
def test_an_event_survives_the_round_trip_to_the_byte(event: Event) -> None:
    text = dumps(event_json(event))
    read = event_of(loads(text.encode()), None)
    assert read == event
    assert dumps(event_json(read)) == text


@given(st.lists(events, max_size=6, unique_by=lambda event: event.id))
def test_a_log_survives_the_round_trip(log: list[Event]) -> None:
    lines = [dumps(event_json(event)) for event in log]
    assert read_log(lines, None) == tuple(log)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(sorted(EVENT)), anything)
def test_any_value_anywhere_is_read_or_refused_in_words(key: str, value: Any) -> None:
    try:
        event = event_of({**EVENT, key: value}, None)
    except InputError:
        return
    assert event_of(event_json(event), None) == event


def changed(kind: str, payload: Any, **more: Any) -> dict[str, Any]:
    return {**EVENT, "kind": kind, "payload": payload, **more}


@pytest.mark.parametrize(
    ("data", "where", "message", "hint"),
    [
        (changed("notes", {}), "kind", "'notes' is not a kind of event.", "Did you mean 'note'?"),
        ({**EVENT, "kind": 5}, "kind", "is not a kind of event.", "Use one of: told"),
        (changed("note", {"txt": "x", "text": "y"}), "payload", "Unknown key 'txt'.", "'text'"),
        (changed("note", {"text": " "}), "payload.text", "There must be some text.", ""),
        (changed("note", {"text": "\ud800"}), "payload", "Half a character", "Type it again."),
        (changed("note", "x"), "payload", "It must be an object.", ""),
        ({**EVENT, "zone": "Berlin"}, "zone", "not the name of a time zone", "'Europe/Berlin'"),
        ({**EVENT, "zone": "Europe/Berlni"}, "zone", "not the name", "'Europe/Berlin'"),
        ({**EVENT, "zone": "../etc/passwd"}, "zone", "not the name", "like Europe/Berlin"),
        ({**EVENT, "zone": "localtime"}, "zone", "not the name", ""),
        ({**EVENT, "zone": 1}, "zone", "not the name", ""),
        ({**EVENT, "happened_at": "2026-11-21T08:30"}, "happened_at", "has no UTC offset.", "like"),
        ({**EVENT, "happened_at": None}, "happened_at", "It is missing.", "like"),
        ({**EVENT, "recorded_at": "0001-01-01T00:00+14:00"}, "recorded_at", "not a moment", "year"),
        ({**EVENT, "id": "a b"}, "id", "'a b' is not an id.", "Use up to"),
        ({**EVENT, "lumbago": 2}, "lumbago", "Version 2 is not known.", 'Add "lumbago": 1.'),
        ({**EVENT, "supersedes": "e-1"}, "supersedes", "An event cannot supersede itself.", ""),
        ({**EVENT, "recordet_at": 1}, "", "Unknown key 'recordet_at'.", "'recorded_at'"),
        (changed("taken", {"ingredient": "ibuprofn", "milligrams": 400}), "payload.ingredient",
         "Unknown ingredient 'ibuprofn'.", "'ibuprofen'"),
        (changed("taken", {"ingredient": "ibuprofen"}), "payload.milligrams", "It is missing.", ""),
        (changed("taken", {"ingredient": "ibuprofen", "milligrams": "400 mg"}),
         "payload.milligrams", "not a whole number", ""),
        (changed("taken", {"ingredient": "ibuprofen", "milligrams": True}),
         "payload.milligrams", "not a whole number", ""),
        (changed("taken", {"ingredient": "ibuprofen", "milligrams": 0}),
         "payload.milligrams", "not a whole number", ""),
        (changed("trial", {"seed": "x", "arms": ["heat", "colt"], "blocks": 5}), "payload.arms",
         "Unknown arm 'colt'.", "'cold'"),
        (changed("trial", {"seed": "x", "arms": ["heat", "heat"], "blocks": 5}), "payload.arms",
         "two or more arms, each once", ""),
        (changed("trial", {"seed": "x", "arms": ["heat", {}], "blocks": 5}), "payload.arms",
         "{} is not an id.", ""),
        (changed("trial", {"seed": "x", "arms": ["heat", "cold"]}), "payload.blocks", "missing", ""),
        (changed("session", {"arm": "hot", "before": 5}), "payload.arm", "Unknown arm 'hot'.", ""),
        (changed("scored", {"session": "s"}), "payload.later", "Nothing was scored.", "later"),
        (changed("scored", {"session": "s", "later": 11}), "payload.later", "0 to 10", ""),
        (changed("stopped", {"trail": "t"}), "payload", "Unknown key 'trail'.", "'trial'"),
        (changed("step", {"measure": "walkng", "outcome": "done"}), "payload.measure",
         "Unknown measure 'walkng'.", "'walking'"),
        (changed("step", {"measure": "walking", "outcome": "don"}), "payload.outcome",
         "'don' is not known.", "Did you mean 'done'?"),
        (changed("check_in", {"pain": 11}), "payload.pain", "not a number from 0 to 10", ""),
        (changed("check_in", {"pain": "7"}), "payload.pain", "not a number from 0 to 10", ""),
        (changed("check_in", {"pain": float("inf")}), "payload", "too large", ""),
        (changed("check_in", {"activities": {"socks": -1}}), "payload.activities.socks",
         "not a number from 0 to 10", ""),
        (changed("check_in", {"answers": {"fevr": "no"}}), "payload.answers.fevr",
         "Unknown finding 'fevr'.", "'fever'"),
        (changed("check_in", {"answers": {"fever": "nope"}}), "payload.answers.fever",
         "'nope' is not an answer to fever.", ""),
        (changed("check_in", {"answers": {"pregnancy_status": [{}]}}),
         "payload.answers.pregnancy_status", "is not a choice of", "Use one of"),
        (changed("check_in", {"answers": {"fever": {"value": "no", "from": "tip"}}}),
         "payload.answers.fever", "not where an answer comes from", "'tap'"),
        (changed("check_in", {"roland_morris": 25}), "payload.roland_morris", "from 0 to 24", ""),
        (changed("session", {"arm": "heat"}), "payload.before", "It is missing.", ""),
        (changed("told", {}), "payload.case", "It must be an object.", ""),
        (changed("assessed", {"assessment": {"triage": {"disposition": "routine"}}}),
         "payload.assessment", "while more urgent questions are open", "as it was printed"),
        (changed("assessed", {"assessment": {}}), "payload.assessment", "not a disposition", ""),
        (changed("erased", {}), "payload.events", "It is missing.", ""),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(
    caring: Knowledge, data: dict[str, Any], where: str, message: str, hint: str
) -> None:
    with pytest.raises(InputError) as caught:
        event_of(data, caring)
    found = [p for p in caught.value.problems if p.where == where]
    assert found, caught.value
    assert message in found[0].message
    assert hint in found[0].hint


def test_every_problem_comes_at_once(caring: Knowledge) -> None:
    data = changed("check_in", {"pain": 12, "answers": {"fevr": 1, "fever": 2}}, zone="x", id="")
    with pytest.raises(InputError) as caught:
        event_of(data, caring)
    assert {p.where for p in caught.value.problems} == {
        "id", "zone", "payload.pain", "payload.answers.fevr", "payload.answers.fever",
    }  # fmt: skip


def test_scores_are_tenths_inside_and_numbers_outside(caring: Knowledge) -> None:
    event = event_of(changed("check_in", {"pain": 6.5, "activities": {"socks": 4}}), caring)
    assert event.payload == CheckIn(pain=65, activities={"socks": 40})
    assert event_json(event)["payload"] == {"pain": 6.5, "activities": {"socks": 4}}


def test_a_medicine_may_be_one_of_the_profile(caring: Knowledge) -> None:
    event = event_of(changed("taken", {"ingredient": "warfarin", "milligrams": 5}), caring)
    assert event.payload == Taken("warfarin", 5)


def test_own_records_are_read_with_other_knowledge() -> None:
    data = changed("check_in", {"answers": {"a_sign_of_next_year": "yes"}})
    event = event_of(data, None)
    assert isinstance(event.payload, CheckIn)
    assert event.payload.answers == {"a_sign_of_next_year": "yes"}


def test_a_log_names_the_line(caring: Knowledge) -> None:
    lines: list[str | bytes] = [
        dumps(EVENT),
        "",
        dumps(EVENT),
        "{",
        dumps({**EVENT, "id": "e-2", "supersedes": "e-9"}),
        dumps({**EVENT, "id": "e-3", "zone": "Mars"}),
        b"\xff",
        '{"id": "' + "x" * 1_000_001 + '"}',
    ]
    with pytest.raises(InputError) as caught:
        read_log(lines, caring)
    assert [p.where for p in caught.value.problems] == [
        "line 3, id",
        "line 4, line 1, column 2",
        "line 5, supersedes",
        "line 6, zone",
        "line 7, byte 1",
        "line 8",
    ]
    assert "'e-1' was on line 1 already" in caught.value.problems[0].message
    assert caught.value.problems[2].hint == "Did you mean 'e-1'?"


def test_a_correction_stands_in_the_place_of_what_it_corrects(caring: Knowledge) -> None:
    other = {**EVENT, "id": "e-2"}
    better = {**EVENT, "id": "e-3", "supersedes": "e-1"}
    best = {**EVENT, "id": "e-4", "supersedes": "e-3"}
    log = read_log([dumps(event) for event in (EVENT, other, better, best)], caring)
    assert [event.id for event in standing(log)] == ["e-4", "e-2"]
    assert [event.id for event in standing(log[:3])] == ["e-3", "e-2"]


def test_what_is_corrected_already_names_its_correction(caring: Knowledge) -> None:
    lines = [EVENT, {**EVENT, "id": "e-2", "supersedes": "e-1"}]
    lines.append({**EVENT, "id": "e-3", "supersedes": "e-1"})
    with pytest.raises(InputError, match=r"line 3, supersedes: .* already\. Correct 'e-2'"):
        read_log([dumps(event) for event in lines], caring)


def test_zones_are_those_of_the_world() -> None:
    assert zone_of("America/New_York") == "America/New_York"
