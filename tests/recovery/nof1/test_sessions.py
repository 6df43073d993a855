"""A comparison out of a log: what counts, what is missed, what is not of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lumbago import load
from lumbago.events import (
    Event,
    Log,
    Payload,
    Session,
    SessionScored,
    StepDone,
    Taken,
    TrialBegun,
    TrialStopped,
)
from lumbago.recovery.nof1.design import Design, order
from lumbago.recovery.nof1.sessions import Trial, at_work, last_trial, observations, trials

KNOWLEDGE = load()
DESIGN = Design.of(KNOWLEDGE.recovery)
CARE = KNOWLEDGE.care
AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
SEED, ARMS = "5eed", ("heat", "cold", "rest")
SLOTS = order(SEED, ARMS, 5)


def event(id_: str, minutes: float, payload: Payload, supersedes: str = "") -> Event:
    at = AT + timedelta(minutes=minutes)
    return Event(id_, at, at, "UTC", payload, supersedes=supersedes)


BEGUN = event("trial", 0, TrialBegun(SEED, ARMS, 5))


def session(number: int, minutes: float, before: int = 50) -> Event:
    slot = SLOTS[number - 1]
    payload = Session(slot.arm, before, block=slot.block, trial="trial", number=number)
    return event(f"s{number}", minutes, payload)


def scored(number: int, minutes: float, later: int | None = 40, trouble: str = "") -> Event:
    return event(f"l{number}-{minutes}", minutes, SessionScored(f"s{number}", None, later, trouble))


def whole(count: int) -> Log:
    """So many sessions, four hours apart, each scored in time."""
    pairs = [
        (session(n, 240 * n), scored(n, 240 * n + 50, 40 if SLOTS[n - 1].arm == "heat" else 50))
        for n in range(1, count + 1)
    ]
    return (BEGUN, *(one for pair in pairs for one in pair))


def trial(log: Log) -> Trial:
    found = last_trial(log, DESIGN)
    assert found is not None
    return found


def test_sessions_and_scores_are_put_together() -> None:
    found = trial(whole(4))
    assert [s.slot.number for s in found.sittings] == [1, 2, 3, 4]
    assert all(s.counts for s in found.sittings)
    assert found.blocks_done(AT + timedelta(days=1), DESIGN) == 1
    assert found.next_slot() == SLOTS[4]


def test_a_score_out_of_its_time_does_not_count() -> None:
    early, late = scored(1, 30, 40), scored(1, 90, 40)
    for one in (early, late):
        found = trial((BEGUN, session(1, 0), one)).sittings[0]
        assert not found.counts
    first = trial((BEGUN, session(1, 0), scored(1, 50, 40), scored(1, 60, 10))).sittings[0]
    assert first.later == 40, "the first one that counts stays"


def test_a_session_without_a_score_lapses_and_is_missed() -> None:
    found = trial((BEGUN, session(1, 0)))
    soon, late = AT + timedelta(minutes=79), AT + timedelta(minutes=81)
    assert found.pending(soon, DESIGN) is not None
    assert found.pending(late, DESIGN) is None
    log = (*whole(2), session(3, 720))
    assert trial(log).blocks_done(AT + timedelta(minutes=730), DESIGN) == 0
    assert trial(log).blocks_done(AT + timedelta(minutes=900), DESIGN) == 1
    assert len(observations(trial(log), log, CARE, DESIGN, 1)) == 2


def test_an_arm_that_was_not_dealt_does_not_count() -> None:
    wrong = Session("cold" if SLOTS[0].arm != "cold" else "heat", 50, trial="trial", number=1)
    log = (BEGUN, event("s1", 0, wrong), event("s9", 5, Session("heat", 50)))
    assert trial(log).sittings == ()
    other = (BEGUN, event("x", 0, Session(SLOTS[0].arm, 50, trial="another", number=1)))
    assert trial(other).sittings == ()


def test_trouble_with_the_skin_ends_the_arm() -> None:
    log = (*whole(1), event("skin", 290, SessionScored("s1", trouble="skin")))
    found = trial(log)
    assert found.ended == {SLOTS[0].arm}
    following = found.next_slot()
    assert following is not None
    assert following.arm != SLOTS[0].arm
    assert SLOTS[0].arm not in found.open_arms


def test_a_correction_takes_the_place_of_what_it_corrects() -> None:
    right = event("new", 300, SessionScored("s1", later=70), supersedes="l1-290")
    moved = Event("new", AT + timedelta(minutes=290), AT, "UTC", right.payload, "", "l1-290")
    assert trial((*whole(1), moved)).sittings[0].later == 70


def test_stopping_says_why_and_the_last_comparison_counts() -> None:
    stopped = event("stop", 400, TrialStopped("trial", "my own reasons"))
    again = event("trial2", 500, TrialBegun("other", ARMS, 5))
    assert trial((*whole(1), stopped)).because == "my own reasons"
    assert [one.id for one in trials((*whole(1), stopped, again), DESIGN)] == ["trial", "trial2"]
    assert last_trial((), DESIGN) is None


def test_doses_and_what_is_left_of_the_session_before_are_seen() -> None:
    dose = event("dose", 235, Taken("ibuprofen", 400))
    log = (*whole(2), dose)
    seen = observations(trial(log), log, CARE, DESIGN, 5)
    assert seen[0].dose > 0.5, "it began to work between the two scores"
    assert seen[0].hours == 0
    if SLOTS[0].arm != "rest":
        weight = (seen[1].carry or {})[SLOTS[0].arm]
        assert weight == pytest.approx(0.16, abs=0.01), "three hours and forty minutes of two"
    pad = event("pad", 470, StepDone("heat_pad", "done", 15))
    after = observations(trial((*whole(2), pad)), (*whole(2), pad), CARE, DESIGN, 5)
    assert (after[1].carry or {})["heat"] == pytest.approx(0.92, abs=0.01)


@pytest.mark.parametrize(
    ("hours", "share"), [(-1, 0), (0, 0), (0.5, 0.5), (1, 1), (4, 1), (4.1, 0)]
)
def test_a_dose_rises_stays_and_goes(hours: float, share: float) -> None:
    assert at_work([AT], AT + timedelta(hours=hours), DESIGN) == pytest.approx(share)
