"""The case as of now: answers age, durations run on, a tablet hides a fever, words keep their day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lumbago import Case, InputError
from lumbago.answers import Given, Origin, Profile
from lumbago.events import CheckIn, Chosen, Event, Payload, Taken
from lumbago.intake import Desk
from lumbago.knowledge.model import Knowledge
from lumbago.planning.history import history
from lumbago.planning.names import nearest, parts_of
from lumbago.planning.present import onset, present

AT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def desk(knowledge: Knowledge) -> Desk:
    return Desk(knowledge)


def event(payload: Payload, hours: float) -> Event:
    at = AT + hours * HOUR
    return Event(f"{type(payload).__name__}{hours}", at, at, "UTC", payload)


def now_case(
    desk: Desk, case: Case, *events: Event, hours: float = 3, too_much: bool = False
) -> Case:
    now = AT + hours * HOUR
    past = history(desk.knowledge, events, now)
    return present(desk, case, events, past, too_much, now)[0]


def case(text: str = "", profile: Profile | None = None, **answers: Any) -> Case:
    return Case.of(answers=answers, text=text, at=AT, profile=profile)


def test_an_answer_keeps_the_moment_it_was_given(desk: Desk) -> None:
    found = now_case(desk, case(fever="no", saddle_numbness="unsure"))
    assert found.at == AT + 3 * HOUR
    assert found.given["fever"].origin.given_at == AT
    assert found.given["saddle_numbness"].value == "unsure"


def test_a_duration_runs_on(desk: Desk) -> None:
    found = now_case(desk, case(pain_duration_days={"from": 1, "to": 2}), hours=24)
    assert found.given["pain_duration_days"].value == {"from": 2, "to": 3}
    answers = desk.intake(found).answers
    assert onset(answers, AT + 24 * HOUR) == (AT - 48 * HOUR, AT - 24 * HOUR)
    assert onset({}, AT) is None


def test_own_words_are_read_as_of_the_day_they_were_told(desk: Desk) -> None:
    found = now_case(desk, case("my back locked yesterday when I bent down"), hours=48)
    duration = found.given["pain_duration_days"].value
    assert isinstance(duration, dict)
    assert duration["from"] >= 2
    assert found.text == ""


def test_a_report_of_a_danger_sign_does_not_grow_old(desk: Desk) -> None:
    found = now_case(desk, case(saddle_numbness="yes", fever="no"), hours=30)
    answers = desk.intake(found).answers
    assert answers["saddle_numbness"].possible == frozenset({"yes"})
    assert "fever" not in answers


def test_a_check_in_replaces_what_was_said_before(desk: Desk) -> None:
    later = event(CheckIn(pain=70, answers={"fever": {"value": "no", "from": "tap"}}), 2)
    found = now_case(desk, case(fever="unsure", pain_severity_0_10=5), later)
    assert found.given["fever"] == Given("no", Origin("tap", given_at=AT + 2 * HOUR))
    assert found.given["pain_severity_0_10"].value == {"from": 7, "to": 7}
    future = event(CheckIn(answers={"fever": "yes"}), 9)
    assert now_case(desk, case(fever="no"), future).given["fever"].value == "no"


def test_no_fever_after_a_tablet_does_not_count(desk: Desk) -> None:
    dose = event(Taken("ibuprofen", 200), 1)
    denied = event(CheckIn(answers={"fever": "no"}), 2)
    earlier = now_case(desk, case(fever="no"), dose, denied)
    assert earlier.given["fever"].origin.given_at == AT
    assert "fever" not in now_case(desk, case(), dose, denied).given
    later = event(CheckIn(answers={"fever": "no"}), 7.1)
    assert "fever" in now_case(desk, case(), dose, later, hours=8).given
    hidden = now_case(desk, case(fever="no"), event(Taken("co_codamol", 500), -1))
    assert "fever" not in hidden.given


def test_too_much_is_answered_with_yes(desk: Desk) -> None:
    found = now_case(desk, case(self_harm_or_overdose="no"), too_much=True)
    assert found.given["self_harm_or_overdose"].value == "yes"


def test_a_log_that_is_whole_answers_how_much_was_taken(desk: Desk) -> None:
    taken = event(Taken("ibuprofen", 400), 1), event(Taken("naproxen", 220), 1.5)
    unsaid = now_case(desk, case(), *taken)
    assert "nsaid_mg_last_24h" not in unsaid.given
    whole = now_case(desk, case(), *taken, event(Chosen("medicines_logged", "all"), 2))
    assert whole.given["nsaid_mg_last_24h"].value == 620
    assert whole.given["paracetamol_mg_last_24h"].value == 0


def test_a_medicine_of_the_profile_counts_as_in_use(desk: Desk) -> None:
    found = now_case(desk, case(profile=Profile(medicines=("Celebrex", "warfarin"))))
    assert found.given["other_nsaid_in_use"].value == "yes"
    logged = now_case(desk, case(), event(Taken("diclofenac", 50), 1))
    assert logged.given["other_nsaid_in_use"].value == "yes"


def test_a_plan_before_the_case_is_an_error(desk: Desk) -> None:
    with pytest.raises(InputError, match="before the case was told"):
        now_case(desk, case(), hours=-1)


def test_names_stand_for_what_is_in_them(knowledge: Knowledge) -> None:
    parts = parts_of(knowledge, "co_codamol")
    assert parts is not None
    assert {(p.ingredient, p.group, p.alone) for p in parts} >= {
        ("paracetamol", "paracetamol", False)
    }
    for name in ("celecoxib", "diclofenac", "aspirin", "ibuprofen"):
        found = parts_of(knowledge, name)
        assert found is not None
        assert [part.group for part in found] == ["nsaid"]
    assert parts_of(knowledge, "zzz") is None
    assert nearest(knowledge, "ibuprofin") == "ibuprofin"
    assert nearest(knowledge, "naproxxen").startswith("naprox")
    assert nearest(knowledge, "zzz") == ""


def test_the_log_folds_with_the_last_word_and_without_what_was_corrected(
    knowledge: Knowledge,
) -> None:
    first = event(Chosen("warmth", "heat"), 0)
    second = event(Chosen("warmth", "cold"), 1)
    wrong = Event("w", AT, AT, "UTC", Taken("ibuprofen", 4000))
    right = Event("r", AT, AT, "UTC", Taken("ibuprofen", 400), supersedes="w")
    odd = event(Taken("zzz", 10), 1.5)
    added = event(Chosen("add", "warm_bath"), 1.2), event(Chosen("leave", "warm_bath"), 2)
    past = history(knowledge, (first, second, wrong, right, odd, *added), AT + 2 * HOUR)
    assert past.choice("warmth") == "cold"
    assert [t.milligrams for t in past.takings] == [400]
    assert past.unknown == ("zzz",)
    assert past.left == {"warm_bath"}
    assert past.added == frozenset()
    assert past.future == ()
    early = history(knowledge, (right,), AT - HOUR)
    assert early.future == ("r",)
    assert len(early.takings) == 1


def test_what_the_diary_shows_counts(desk: Desk) -> None:
    days = range(1, 9)
    rising = [event(CheckIn(pain=20 if day < 5 else 80), 24 * day) for day in days]
    told = case(pain_duration_days=1, pain_severity_0_10=2)
    found = now_case(desk, told, *rising, hours=24 * 8.1)
    assert found.given["pain_rise_over_3_days"].value == "yes"
    denied = event(CheckIn(answers={"pain_rise_over_3_days": "no"}), 24 * 8.05)
    doubted = now_case(desk, told, *rising, denied, hours=24 * 8.1)
    assert doubted.given["pain_rise_over_3_days"].value == "unsure"
    assert "pain_rise_over_3_days" not in now_case(desk, told).given
