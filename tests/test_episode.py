"""What the log says apart from the case: series, doses, earlier episodes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.logs import NOW, logs

from lumbago.episode import (
    OVER,
    Went,
    activities,
    doses_since,
    how_it_went,
    is_over,
    pain_series,
    remembered,
)
from lumbago.events import CheckIn, Chosen, Event, Log, Note, Payload, StepDone, Taken, standing
from lumbago.knowledge.model import Knowledge
from lumbago.store import Home, Record

HOUR = timedelta(hours=1)


def at(hours: float, payload: Payload, *, supersedes: str = "", id_: str = "") -> Event:
    when = NOW + timedelta(hours=hours)
    return Event(id_ or f"e{hours}", when, when, "Europe/Berlin", payload, supersedes=supersedes)


def checked(hours: float, **answers: Any) -> Event:
    return at(hours, CheckIn(answers=answers))


payloads: st.SearchStrategy[Payload] = st.one_of(
    st.builds(CheckIn, st.none() | st.integers(0, 100)),
    st.sampled_from([Taken("ibuprofen", 400), Taken("codeine", 30), Note("x"), OVER]),
)


@settings(
    max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(log=logs(payloads), minutes=st.integers(-4000, 4000))
def test_the_record_looks_up_what_the_log_says(
    tmp_path_factory: pytest.TempPathFactory, log: Log, minutes: int
) -> None:
    now = NOW + timedelta(minutes=minutes)
    dice = iter(range(10**6))
    with Record.open(
        Home(tmp_path_factory.mktemp("home")),
        now=NOW,
        dice=lambda size: next(dice).to_bytes(size, "big"),
    ) as record:
        person = record.add_person("Anna", NOW)
        episode = record.begin(person, NOW)
        record.append(episode, log)
        doses = record.since(person, now - timedelta(days=7), "taken")
        assert record.log(episode) == log
        assert record.pain(episode) == pain_series(log)
        assert doses_since(log, now) == doses_since(doses, now)


def test_series_follow_time_and_leave_out_what_was_corrected() -> None:
    log = (
        at(2, CheckIn(pain=50, activities={"socks": 30})),
        at(1, CheckIn(pain=70, activities={"socks": 20, "stairs": 10})),
        at(3, CheckIn(pain=60), supersedes="e2"),
    )
    assert [tenths for _, tenths in pain_series(log)] == [70, 60]
    assert {name: len(points) for name, points in activities(log).items()} == {
        "socks": 1, "stairs": 1,
    }  # fmt: skip
    assert len(standing(log)) == 2


def test_an_earlier_episode_is_remembered(knowledge: Knowledge) -> None:
    log = (
        at(0, StepDone("walking", "done", 20, 60, 40)),
        at(1, StepDone("walking", "worse", 20, 60, 70)),
        at(2, StepDone("heat", "done", 20)),
        at(3, StepDone("warm_up", "done")),
        at(4, StepDone("cold", "skipped")),
        at(24, OVER),
        at(30, Note("thanks")),
    )
    assert how_it_went(log)[2] == Went("walking", 1, 1, 2, -5.0)
    found = remembered(knowledge, NOW, log, how_it_went(log), NOW + timedelta(days=91))
    assert found.over
    assert found.last_at == NOW + 24 * HOUR
    assert found.since == timedelta(days=90)
    assert [one.measure for one in found.eased] == ["walking"]
    assert [one.measure for one in found.not_eased] == ["heat", "warm_up"]
    assert found.prevented == {"warm_up": 1}
    assert is_over(log)
    assert not is_over((*log, checked(31, fever="no")))
    assert not is_over((Event("c", NOW, NOW, "UTC", Chosen("warmth", "heat")),))
