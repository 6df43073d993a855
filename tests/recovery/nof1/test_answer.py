"""What a comparison amounts to, and when it may be said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from lumbago import load
from lumbago.evaluate_trials import ALL, BOTH
from lumbago.events import Event, Log, Session, SessionScored, TrialBegun, TrialStopped
from lumbago.recovery.nof1.answer import Result, preferred, result_of
from lumbago.recovery.nof1.design import order

KNOWLEDGE = load()
AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
GAPS = (0, 4, 8, 24, 28, 32, 48, 52, 56, 72, 76, 80, 96, 100, 104)


def compared(
    effects: dict[str, int], sessions: int, arms: tuple[str, ...] = ALL, seed: str = "5eed"
) -> Log:
    """A log of so many sessions in which each arm has exactly its effect, in tenths."""
    slots = order(seed, arms, 15 // len(arms))
    dice = Random(seed)
    events = [Event("trial", AT, AT, "UTC", TrialBegun(seed, arms, 15 // len(arms)))]
    for slot, hours in zip(slots[:sessions], GAPS, strict=False):
        at, id_ = AT + hours * HOUR, f"s{slot.number}"
        before = 70 - 2 * slot.number
        begun = Session(slot.arm, before, block=slot.block, trial="trial", number=slot.number)
        later = max(0, before + effects.get(slot.arm, 0) + dice.choice((-3, 0, 3)))
        end = at + timedelta(minutes=50)
        events.append(Event(id_, at, at, "UTC", begun))
        events.append(Event(f"{id_}-l", end, end, "UTC", SessionScored(id_, later=later)))
    return tuple(events)


def result(log: Log, hours: float = 200) -> Result:
    found = result_of(KNOWLEDGE.recovery, KNOWLEDGE.care, log, AT + hours * HOUR)
    assert found is not None
    return found


def test_a_large_difference_is_told() -> None:
    found = result(compared({"heat": -25}, 15))
    assert found.state == "complete"
    assert found.looked is not None
    assert found.looked.best == "heat"
    assert found.looked.settled
    pair = found.heat_or_cold
    assert pair is not None
    assert (pair.kind, pair.better, pair.other) == ("helps_more", "heat", "cold")
    assert pair.probability == pair.helps_more > 0.8
    assert pair.low < pair.mean < pair.high
    assert preferred(KNOWLEDGE.recovery, found) == "heat"


def test_no_difference_is_told_too() -> None:
    found = result(compared({}, 15))
    assert found.looked is not None
    assert {pair.kind for pair in found.looked.pairs} == {"no_difference"}
    assert found.looked.best == ""
    assert preferred(KNOWLEDGE.recovery, found) == ""


def test_rest_that_helps_more_than_both_speaks_for_neither() -> None:
    found = result(compared({"heat": 25, "cold": 25}, 15))
    assert preferred(KNOWLEDGE.recovery, found) == "neither"


def test_before_the_first_look_there_is_no_answer() -> None:
    for sessions in range(12):
        found = result(compared({"heat": -40}, sessions), max(0, GAPS[sessions] - 1))
        assert found.looked is None
        assert found.first_look == 4
        assert found.next_look == 4
    assert result(compared({"heat": -40}, 12), 79).looked is None, "the last is not scored yet"
    assert result(compared({"heat": -40}, 12), 78).state == "running"


def test_between_two_looks_nothing_changes() -> None:
    at_look = result(compared({"heat": -15}, 12), 82)
    assert at_look.looked is not None
    assert at_look.next_look == 5
    for sessions in (13, 14):
        later = result(compared({"heat": -15}, sessions), 103)
        assert later.looked is not None
        assert later.looked.pairs == at_look.looked.pairs


def test_it_says_how_it_ended() -> None:
    assert result(compared({}, 15), 105).state == "complete"
    assert result(compared({}, 9), 105).state == "running"
    assert result(compared({}, 9), 121).state == "out_of_time"
    stop = Event("stop", AT + 70 * HOUR, AT, "UTC", TrialStopped("trial"))
    assert result((*compared({}, 9), stop)).state == "stopped"
    assert result((*compared({}, 9), stop), 60).state == "running", "as of before the stop"


def test_without_a_comparison_there_is_none() -> None:
    assert result_of(KNOWLEDGE.recovery, KNOWLEDGE.care, (), AT) is None
    assert preferred(KNOWLEDGE.recovery, None) == ""


def test_two_arms_alone_can_be_compared() -> None:
    found = result(compared({"cold": -25}, 14, BOTH))
    assert found.looked is not None
    assert [p.better for p in found.looked.pairs] == ["cold"]
    assert preferred(KNOWLEDGE.recovery, found) == "cold"
    against_rest = result(compared({"cold": -25}, 14, ("cold", "rest")))
    assert preferred(KNOWLEDGE.recovery, against_rest) == "", "heat was not compared"


@settings(deadline=None)
@given(st.integers(-40, 40), st.integers(-40, 40), st.integers(0, 15), st.text("abc", min_size=1))
def test_an_answer_is_always_one_of_three(heat: int, cold: int, sessions: int, seed: str) -> None:
    found = result(compared({"heat": heat, "cold": cold}, sessions, seed=seed))
    for pair in found.looked.pairs if found.looked else ():
        assert pair.mean >= 0
        assert 0 <= pair.probability <= 1
        assert (pair.kind == "cannot_tell") == (pair.probability <= 0.8)
        assert pair.helps_more + pair.no_difference <= 1 + 1e-9
