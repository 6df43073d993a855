"""The case as of now: one reading of the log, in the safe direction wherever two were possible."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.logs import NOW, logs

from lumbago import Case, InputError, assess, load, plan
from lumbago.answers import Given, Origin, Profile
from lumbago.checkin import outcome
from lumbago.event_files import event_json, event_of
from lumbago.events import CheckIn, Chosen, Event, Log, Note, Payload, Taken, Told, standing
from lumbago.intake import Desk
from lumbago.knowledge.model import Disposition, Knowledge
from lumbago.planning import present
from lumbago.planning.history import history
from lumbago.planning.names import nearest, parts_of
from lumbago.planning.present import CurrentCase, Memory, current_case, onset
from lumbago.testing_plan import ordinary_answers
from lumbago.wire import case_json, case_of

HOUR = timedelta(hours=1)


def at(hours: float, payload: Payload, *, supersedes: str = "", id_: str = "") -> Event:
    when = NOW + hours * HOUR
    name = id_ or f"{type(payload).__name__}{hours}"
    return Event(name, when, when, "Europe/Berlin", payload, supersedes=supersedes)


def told(hours: float = 0, **case: Any) -> Event:
    when = (NOW + hours * HOUR).isoformat()
    return at(hours, Told({"lumbago": 1, "at": when, **case}))


def checked(hours: float, **answers: Any) -> Event:
    return at(hours, CheckIn(answers=answers))


def took(hours: float, ingredient: str = "ibuprofen", milligrams: int = 400) -> Event:
    return at(hours, Taken(ingredient, milligrams))


def current(knowledge: Knowledge, *log: Event, after: float) -> CurrentCase:
    found = current_case(knowledge, log, NOW + after * HOUR)
    assess(knowledge, found.case)
    assert case_of(case_json(found.case)) == found.case, "it can be stored and sent"
    return found


def values(knowledge: Knowledge, *log: Event, after: float) -> Mapping[str, object]:
    found = current(knowledge, *log, after=after).case.given
    return {finding: one.value for finding, one in found.items()}


def as_told(knowledge: Knowledge, found: CurrentCase) -> Disposition:
    return assess(knowledge, found.case).triage.verdict.as_told


# ------------------------------------------------------------------------------- how long it counts


def test_a_denial_counts_for_its_lifetime_alone(knowledge: Knowledge) -> None:
    log = (told(answers={"saddle_numbness": "no", "diabetes": "no"}),)
    assert values(knowledge, *log, after=12)["saddle_numbness"] == "no"
    assert values(knowledge, *log, after=12.01) == {"diabetes": "no"}
    found = current(knowledge, *log, after=13)
    assert found.dropped == {"saddle_numbness": "expired"}
    assert found.told_at == NOW


def test_an_answer_keeps_the_moment_it_was_given(knowledge: Knowledge) -> None:
    earlier = {"value": "no", "at": (NOW - 2 * HOUR).isoformat()}
    found = current(knowledge, told(answers={"fever": earlier, "chest_pain": "no"}), after=3)
    assert found.case.at == NOW + 3 * HOUR
    assert found.case.given["fever"].origin.given_at == NOW - 2 * HOUR
    assert found.case.given["chest_pain"].origin.given_at == NOW
    late = current(knowledge, told(answers={"fever": earlier, "chest_pain": "no"}), after=11)
    assert set(late.case.given) == {"chest_pain"}


def test_a_report_stands_until_that_very_question_is_answered(knowledge: Knowledge) -> None:
    report = told(answers={"saddle_numbness": "yes"})
    found = current(knowledge, report, after=72)
    assert found.reported == {"saddle_numbness": NOW}
    assert assess(knowledge, found.case).triage.disposition == "emergency"
    denied = checked(72, saddle_numbness="no")
    assert values(knowledge, report, denied, after=72)["saddle_numbness"] == "no"


def test_a_report_that_was_old_when_the_case_was_told_stands(knowledge: Knowledge) -> None:
    yesterday = {"value": "yes", "at": (NOW - 24 * HOUR).isoformat()}
    found = current(knowledge, told(answers={"saddle_numbness": yesterday}), after=1)
    assert found.case.given["saddle_numbness"].value == "yes"
    assert found.reported == {"saddle_numbness": NOW - 24 * HOUR}
    denial = {"value": "no", "at": (NOW - 24 * HOUR).isoformat()}
    gone = current(knowledge, told(answers={"saddle_numbness": denial}), after=1)
    assert gone.case.given == {}
    assert gone.dropped == {"saddle_numbness": "expired"}


def test_what_follows_from_a_number_that_expires_is_kept(knowledge: Knowledge) -> None:
    found = values(knowledge, told(answers={"temperature_celsius": 38.6}), after=20)
    assert found == {"fever": "yes"}


def test_durations_run_on_from_the_moment_each_was_given(knowledge: Knowledge) -> None:
    log = (told(answers={"pain_duration_days": {"from": 1, "to": 3}}),)
    found = current(knowledge, *log, after=36)
    assert found.case.given["pain_duration_days"].value == {"from": 2.5, "to": 4.5}
    begins, latest = NOW - 72 * HOUR, NOW - 24 * HOUR
    assert onset(Desk(knowledge).intake(found.case).answers, NOW + 36 * HOUR) == (begins, latest)
    assert onset({}, NOW) is None
    before = {"value": 1, "at": (NOW - 12 * HOUR).isoformat()}
    log = (told(answers={"pain_duration_days": before}),)
    assert values(knowledge, *log, after=12)["pain_duration_days"] == 2


def test_own_words_are_read_at_the_time_they_were_written(knowledge: Knowledge) -> None:
    text = "I have a fever. My back has hurt for 2 days. No chest pain"
    found = values(knowledge, told(text=text), after=48)
    assert found["fever"] == "yes"
    assert found["pain_duration_days"] == 4
    assert "chest_pain" not in found, "an unconfirmed denial never counted"


# ----------------------------------------------------------------------------- which of two counts


def test_the_order_of_the_log_decides_and_not_the_clock(knowledge: Knowledge) -> None:
    late_entry = checked(-5, fever="yes", diabetes="yes")
    found = values(knowledge, told(answers={"fever": "no", "diabetes": "no"}), late_entry, after=1)
    assert (found["fever"], found["diabetes"]) == ("yes", "yes")


def test_a_no_of_an_earlier_moment_does_not_take_back_a_report(knowledge: Knowledge) -> None:
    log = (told(answers={"saddle_numbness": "yes"}), checked(-1, saddle_numbness="no"))
    found = current(knowledge, *log, after=1)
    assert found.case.given["saddle_numbness"].value == "yes"
    assert found.dropped == {"saddle_numbness": "before_a_report"}


def test_a_no_dated_after_now_does_not_take_back_a_report(knowledge: Knowledge) -> None:
    log = (
        told(answers={"saddle_numbness": "yes", "fever": "no"}),
        checked(5, saddle_numbness="no"),
    )
    found = current(knowledge, *log, after=1)
    assert found.case.given["saddle_numbness"].value == "yes"
    assert found.dropped == {"saddle_numbness": "later_than_now"}
    assert values(knowledge, *log, after=6)["saddle_numbness"] == "no"


def test_a_clock_that_went_back_never_reassures(knowledge: Knowledge) -> None:
    log = (
        told(0, answers={"chest_pain": "no", "diabetes": "no"}),
        checked(1, saddle_numbness="yes", fever="no"),
        took(2),
    )
    found = current(knowledge, *log, after=-48)
    assert {finding: one.value for finding, one in found.case.given.items()} == {
        "saddle_numbness": "yes", "diabetes": "no", "fever_reducer_last_6h": "yes",
    }  # fmt: skip
    assert found.dropped == {"chest_pain": "later_than_now", "fever": "later_than_now"}
    assert assess(knowledge, found.case).triage.disposition == "emergency"


def test_a_no_to_several_signs_has_an_earlier_report_asked_again(knowledge: Knowledge) -> None:
    report = told(answers={"saddle_numbness": "yes", "sexual_dysfunction_new": "no"})
    no = {"value": "no", "from": "list:check_in-1"}
    grouped = checked(20, saddle_numbness=no, sexual_dysfunction_new=no)
    case = current(knowledge, report, grouped, after=20).case
    assert case.given["saddle_numbness"].value == "unsure"
    assert case.given["saddle_numbness"].origin.detail == "check_in-1:now_between_legs"
    assert case.given["sexual_dysfunction_new"].value == "no"
    assert as_told(knowledge, current(knowledge, report, grouped, after=20)) >= Disposition.SAME_DAY


def test_a_corrected_check_in_counts_where_it_stood(knowledge: Knowledge) -> None:
    log = (
        checked(0, fever="yes"),
        checked(1, fever="no"),
        at(2, CheckIn(answers={"fever": "no", "chest_pain": "no"}), supersedes="CheckIn0"),
    )
    found = current(knowledge, *log, after=13.5).case.given
    assert set(found) == {"chest_pain"}, "the no of one o'clock was the later one"


def test_a_new_told_case_replaces_everything(knowledge: Knowledge) -> None:
    log = (
        told(answers={"fever": "yes", "diabetes": "yes"}),
        checked(1, chest_pain="yes"),
        told(2, answers={"fever": "no"}),
    )
    assert values(knowledge, *log, after=3) == {"fever": "no"}


def test_a_telling_of_an_earlier_moment_leaves_a_later_report(knowledge: Knowledge) -> None:
    log = (checked(2, chest_pain="yes", fever="no"), told(0, answers={"chest_pain": "no"}))
    found = current(knowledge, *log, after=3)
    assert {id_: one.value for id_, one in found.case.given.items()} == {"chest_pain": "yes"}
    assert found.reported == {"chest_pain": NOW + 2 * HOUR}


def test_of_two_pain_scores_of_one_check_in_the_higher_counts(knowledge: Knowledge) -> None:
    def pain(score: int | None, answer: float) -> object:
        both = CheckIn(pain=score, answers={"pain_severity_0_10": answer})
        return values(knowledge, at(0, both), after=1)["pain_severity_0_10"]

    assert (pain(80, 3), pain(30, 8), pain(None, 5)) == (8, 8, 5)
    assert values(knowledge, at(0, CheckIn(pain=65)), after=1) == {"pain_severity_0_10": 6.5}
    assert values(knowledge, at(0, CheckIn(pain=65)), after=13) == {}


# -------------------------------------------------------------------------- what is not known here


def test_unknown_names_of_the_log_are_left_out_and_said(knowledge: Knowledge) -> None:
    names = ["warfarin", "a medicine of next year"]
    log = (
        told(answers={"sign_of_next_year": "no", "fever": "yes"}, profile={"medicines": names}),
        checked(1, another="no", chest_pain="maybe"),
    )
    found = current(knowledge, *log, after=1)
    assert set(found.case.given) == {"fever"}
    assert found.case.profile.medicines == ("warfarin",)
    assert found.dropped == dict.fromkeys(
        ("sign_of_next_year", "a medicine of next year", "another", "chest_pain"), "unknown"
    )
    case = Case.of(answers={"age_years": 40}, at=NOW)
    made = plan(knowledge, case, (checked(1, another="no"),), now=NOW + HOUR)
    assert any("another" in problem.message for problem in made.problems)


def test_a_case_that_is_handed_in_must_be_readable(knowledge: Knowledge) -> None:
    with pytest.raises(InputError, match="Unknown finding 'fevr'"):
        current_case(knowledge, (), NOW, told=Case.of(answers={"fevr": "no"}, at=NOW))
    with pytest.raises(InputError, match="before the case was told"):
        plan(knowledge, Case.of(answers={"fever": "no"}, at=NOW), now=NOW - HOUR)


def test_what_did_not_fit_together_is_said(knowledge: Knowledge) -> None:
    found = current(knowledge, told(text="I have a fever", answers={"fever": "no"}), after=1)
    assert found.case.given["fever"].value == "unsure"
    assert [problem.where for problem in found.problems] == ["fever"]


# -------------------------------------------------------------------------- a case beside the log


def test_a_case_beside_the_log_is_its_telling_or_stands_by_its_moment(knowledge: Knowledge) -> None:
    case = Case.of(answers={"fever": "yes", "diabetes": "no"}, at=NOW)
    telling = at(0.1, Told(case_json(case)))
    later = checked(1, fever="no")
    end = NOW + 2 * HOUR
    log = (checked(-1, chest_pain="yes"), telling, later)
    whole = current_case(knowledge, log, end)
    assert current_case(knowledge, log, end, told=case) == whole
    assert whole.case.given["fever"].value == "no"
    country = replace(case, profile=Profile(country="GB"))
    filled = current_case(knowledge, log, end, told=country).case
    assert filled.profile.country == "GB"
    assert filled.given == whole.case.given
    beside = current_case(knowledge, (log[0], later), end, told=case)
    assert beside.case == whole.case
    again = told(1.5, answers={"diabetes": "yes"})
    assert values(knowledge, log[0], telling, later, again, after=2) == {"diabetes": "yes"}
    assert current_case(knowledge, (*log, again), end, told=case).case.given.keys() == {"diabetes"}
    undated = Case.of(answers={"fever": "yes"})
    assert current_case(knowledge, (), end, told=undated).told_at == end


def test_a_report_that_stands_does_not_shorten_what_holds(knowledge: Knowledge) -> None:
    mild = {**ordinary_answers(knowledge), "vomiting": "yes"}
    case = Case.of(answers=mild, at=NOW, profile=Profile(day={"zone": "UTC"}))
    fresh = checked(10, **{k: v for k, v in mild.items() if k != "vomiting"})
    made = plan(knowledge, case, (fresh,), now=NOW + 11 * HOUR)
    assert made.valid_until == NOW + 22 * HOUR


# ---------------------------------------------------------------------------------- what was taken


@pytest.mark.parametrize(
    ("dose_at", "ingredient", "later", "counts"),
    [
        (-3, "ibuprofen", 1, False),  # taken before the question: a tablet may hide a fever
        (-3, "ibuprofen", 8, False),  # and still, when it no longer works
        (-7, "ibuprofen", 1, True),
        (-3, "codeine", 1, True),  # that one hides no fever
        (-3, "co_codamol", 1, False),  # but this one has paracetamol in it
        (-3, "something_unknown", 1, False),
        (0, "ibuprofen", 1, True),  # a tablet of that moment hid nothing yet
        (0.5, "ibuprofen", 1, True),  # taken since: it hid nothing when the question was asked
        (0.5, "ibuprofen", 7, True),
        (2, "ibuprofen", 1, False),  # dated after now: nobody knows whether it was before
    ],
)
@pytest.mark.parametrize("way", ["told", "checked"])
def test_no_fever_under_a_tablet_does_not_count(
    knowledge: Knowledge, way: str, dose_at: float, ingredient: str, later: float, counts: bool
) -> None:
    dose = took(dose_at, ingredient)
    denied = told(answers={"fever": "no"}) if way == "told" else checked(0, fever="no")
    log = (dose, denied) if dose_at < 0 else (denied, dose)
    case = current(knowledge, *log, after=later).case
    assert ("fever" in assess(knowledge, case).answers) is counts
    apart = current_case(knowledge, (denied,), NOW + later * HOUR, doses=(dose,))
    assert apart.case.given == case.given, "a dose counts from any episode"
    made = plan(knowledge, Case.of(answers={"fever": "no"}, at=NOW), (dose,), now=NOW + 12 * HOUR)
    assert ("fever" in made.assessment.answers) is (
        dose_at in (-7, 0, 0.5, 2) or "codei" in ingredient
    )


def test_the_hours_that_a_tablet_hides_a_fever_are_the_ones_that_are_shown(
    knowledge: Knowledge,
) -> None:
    hours = {one.hours for asked in knowledge.check_in for one in asked.doses}
    assert hours == set(knowledge.care.limits["fever_masked_hours"].values)


def test_a_no_before_the_tablets_holds_until_it_expires(knowledge: Knowledge) -> None:
    log = (told(answers={"fever": "no"}), took(1), took(7), checked(8, fever="no"))
    assert current(knowledge, *log, after=9).dropped == {"fever": "voided"}
    assert "fever" in assess(knowledge, current(knowledge, *log, after=11.9).case).answers
    assert "fever" not in assess(knowledge, current(knowledge, *log, after=12.1).case).answers


def test_a_no_before_the_tablets_is_asked_again_where_it_was_answered_since(
    knowledge: Knowledge,
) -> None:
    log = (told(answers={"fever": "no"}), took(1))
    for since in ({"no_fever_before_tablets": "no"}, {"fever_reducer_last_6h": "yes"}):
        found = current(knowledge, *log, checked(2, **since), after=3)
        assert "fever" not in assess(knowledge, found.case).answers


def test_a_no_that_does_not_count_leaves_what_stood(knowledge: Knowledge) -> None:
    log = (told(answers={"fever": "yes"}), took(1), checked(2, fever="no"))
    found = current(knowledge, *log, after=3)
    assert found.case.given["fever"].value == "yes"
    assert found.dropped == {"fever": "voided"}
    said = (told(answers={"fever_reducer_last_6h": "yes"}), checked(1, fever="no"))
    assert "fever" not in values(knowledge, *said, after=2), "what was told hides it as well"


def test_too_much_counts_on_every_path(knowledge: Knowledge) -> None:
    case = Case.of(answers={"self_harm_or_overdose": "no"}, at=NOW)
    log = (at(0, Told(case_json(case))), took(1, "paracetamol", 8000), checked(2, fever="no"))
    assert values(knowledge, *log, after=2)["self_harm_or_overdose"] == "yes"
    found = outcome(knowledge, log, log[-1], NOW + 2 * HOUR)
    assert found.assessment.triage.verdict.as_told >= Disposition.SAME_DAY
    apart = outcome(knowledge, (log[0], log[2]), log[2], NOW + 2 * HOUR, doses=(log[1],))
    assert apart.current.case == found.current.case


def test_a_log_that_is_whole_answers_how_much_was_taken(knowledge: Knowledge) -> None:
    taken = took(1), took(1.5, "naproxen", 220)
    assert "nsaid_mg_last_24h" not in values(knowledge, *taken, after=3)
    whole = (*taken, at(2, Chosen("medicines_logged", "all")))
    found = values(knowledge, *whole, after=3)
    assert (found["nsaid_mg_last_24h"], found["paracetamol_mg_last_24h"]) == (620, 0)
    for said, counts in ((400, 620), (2400, 2400)):
        more = told(answers={"nsaid_mg_last_24h": said})
        assert values(knowledge, more, *whole, after=3)["nsaid_mg_last_24h"] == counts


def test_a_medicine_of_the_profile_counts_as_in_use(knowledge: Knowledge) -> None:
    profile = {"medicines": ["Celebrex", "warfarin"]}
    denied = told(answers={"other_nsaid_in_use": "no"}, profile=profile)
    assert values(knowledge, denied, after=1)["other_nsaid_in_use"] == "yes"
    logged = values(knowledge, took(1, "diclofenac", 50), after=3)
    assert logged["other_nsaid_in_use"] == "yes"


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
    first = at(0, Chosen("warmth", "heat"))
    second = at(1, Chosen("warmth", "cold"))
    wrong = Event("w", NOW, NOW, "UTC", Taken("ibuprofen", 4000))
    right = Event("r", NOW, NOW, "UTC", Taken("ibuprofen", 400), supersedes="w")
    odd = took(1.5, "zzz", 10)
    added = at(1.2, Chosen("add", "warm_bath")), at(2, Chosen("leave", "warm_bath"))
    past = history(knowledge, (first, second, wrong, right, odd, *added), NOW + 2 * HOUR)
    assert past.choice("warmth") == "cold"
    assert [t.milligrams for t in past.takings] == [400]
    assert past.unknown == ("zzz",)
    assert past.left == {"warm_bath"}
    assert past.added == frozenset()
    assert past.future == ()
    early = history(knowledge, (right,), NOW - HOUR)
    assert early.future == ("r",)
    assert len(early.takings) == 1


# ----------------------------------------------------------------------------- what the diary shows


def test_what_the_diary_shows_counts(knowledge: Knowledge) -> None:
    rising = [at(24 * day, CheckIn(pain=20 if day < 5 else 80)) for day in range(1, 9)]
    case = told(answers={"pain_duration_days": 1, "pain_severity_0_10": 2})
    found = values(knowledge, case, *rising, after=24 * 8.1)
    assert found["pain_rise_over_3_days"] == "yes"
    denied = checked(24 * 8.05, pain_rise_over_3_days="no")
    doubted = values(knowledge, case, *rising, denied, after=24 * 8.1)
    assert doubted["pain_rise_over_3_days"] == "unsure"
    assert "pain_rise_over_3_days" not in values(knowledge, case, after=3)


def test_one_score_says_nothing_of_two_weeks(knowledge: Knowledge) -> None:
    case = told(answers={"pain_duration_days": 30, "pain_severity_0_10": 6})
    assert "no_improvement_2_weeks" not in values(knowledge, case, after=1)


def test_the_pain_of_a_case_beside_the_log_is_of_the_diary(knowledge: Knowledge) -> None:
    days = [at(24 * day, CheckIn(pain=20 if day < 3 else 80)) for day in range(1, 6)]
    case = Case.of(answers={"pain_duration_days": 1, "pain_severity_0_10": 2}, at=NOW)
    end = NOW + 24 * 5.1 * HOUR
    beside = current_case(knowledge, tuple(days), end, told=case).case
    assert beside == current_case(knowledge, (at(0, Told(case_json(case))), *days), end).case
    assert beside.given["pain_rise_over_3_days"].value == "yes"


# ------------------------------------------------------------------------------------------ laws

KNOWLEDGE = load()
"""Not the fixture: Hypothesis prints the arguments of a failing example."""

DANGERS = ("saddle_numbness", "fever", "chest_pain", "leg_weakness_one", "foot_drop")
EXCUSES = ("clearly_improving", "pain_worse_with_movement")
OTHERS = ("diabetes", "fever_reducer_last_6h", "no_fever_before_tablets", *EXCUSES)
NO_LISTED = {"value": "no", "from": "list:check_in-1"}
some_answers = st.dictionaries(
    st.sampled_from(DANGERS + OTHERS),
    st.sampled_from(
        [
            "yes",
            "no",
            "unsure",
            NO_LISTED,
            {"value": "unsure", "from": "list:check_in-1:now_leg_weak"},
        ]
    ),
    max_size=5,
)
reassurance = st.dictionaries(
    st.sampled_from(DANGERS), st.sampled_from(["no", NO_LISTED]), max_size=4
).flatmap(
    lambda denied: st.sets(st.sampled_from(EXCUSES)).map(
        lambda excuses: CheckIn(answers={**denied, **dict.fromkeys(excuses, "yes")})
    )
)
payloads: st.SearchStrategy[Payload] = st.one_of(
    st.builds(CheckIn, st.none() | st.integers(0, 100), st.just({}), some_answers),
    some_answers.map(lambda answers: Told({"lumbago": 1, "answers": answers})),
    st.sampled_from([Taken("ibuprofen", 400), Taken("codeine", 30), Taken("paracetamol", 5000)]),
    st.sampled_from([Taken("zzz", 1), Chosen("medicines_logged", "all"), Note("x")]),
)


moments = st.integers(-4000, 4000).map(lambda minutes: NOW + timedelta(minutes=minutes))
relaxed = settings(max_examples=60, deadline=None)


@relaxed
@given(log=logs(payloads), now=moments, shift=st.integers(-9000, 9000))
def test_the_same_log_is_the_same_case(log: Log, now: datetime, shift: int) -> None:
    """Whatever was corrected is as if it had never been, and when an entry was recorded is nothing."""
    found = current_case(KNOWLEDGE, log, now)
    again = tuple(
        replace(event, recorded_at=event.recorded_at + timedelta(minutes=shift)) for event in log
    )
    read = tuple(event_of(event_json(event), None) for event in again)
    assert current_case(KNOWLEDGE, read, now) == found
    alone = tuple(replace(event, supersedes="") for event in standing(log))
    assert current_case(KNOWLEDGE, alone, now) == found


@relaxed
@given(log=logs(payloads), now=moments, dice=st.randoms(use_true_random=False))
def test_where_a_dose_stands_in_the_log_does_not_matter(log: Log, now: datetime, dice: Any) -> None:
    taken = [replace(e, supersedes="") for e in standing(log) if isinstance(e.payload, Taken)]
    rest = [replace(e, supersedes="") for e in standing(log) if not isinstance(e.payload, Taken)]
    dice.shuffle(taken)
    one = current_case(KNOWLEDGE, (*rest, *taken), now)
    other = current_case(KNOWLEDGE, tuple(rest), now, doses=tuple(taken))
    first = current_case(KNOWLEDGE, (*taken, *rest), now)
    assert one == other == first


looks = st.lists(
    st.tuples(st.integers(0, 8), moments, st.booleans(), st.booleans()), min_size=2, max_size=6
)


@settings(max_examples=250, deadline=None)
@given(log=logs(payloads), more=logs(payloads), looks=looks)
def test_what_was_read_before_is_read_the_same(
    log: Log, more: Log, looks: list[tuple[int, datetime, bool, bool]]
) -> None:
    """Whatever was looked at before, with any part of the log, any doses, at any moment."""
    memory = Memory()
    doses = tuple(
        replace(event, id=f"d{event.id}", supersedes="")
        for event in more
        if isinstance(event.payload, Taken)
    )
    tellings = [event.payload for event in standing(log) if isinstance(event.payload, Told)]
    beside = replace(case_of(tellings[-1].case), at=NOW) if tellings else Case(at=NOW)
    for end, now, with_doses, with_told in looks:
        some: dict[str, Any] = {
            "doses": doses if with_doses else (),
            "told": beside if with_told else None,
        }
        found = current_case(KNOWLEDGE, log[:end], now, **some, memory=memory)
        assert found == current_case(KNOWLEDGE, log[:end], now, **some)


@pytest.fixture
def look(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Look at a log with one memory: which entries were read, the case being the one of no memory."""
    read: list[str] = []
    real = present._read

    def noted(carry: Any, event: Event) -> None:
        read.append(event.id)
        real(carry, event)

    memory = Memory()

    def see(after: float, *log: Event, told: Case | None = None) -> list[str]:
        now = NOW + after * HOUR
        expected = current_case(KNOWLEDGE, log, now, told=told)
        with monkeypatch.context() as patch:
            patch.setattr(present, "_read", noted)
            read.clear()
            assert current_case(KNOWLEDGE, log, now, told=told, memory=memory) == expected
        return list(read)

    return see


Look = Callable[..., list[str]]


def test_only_what_was_added_is_read_again(look: Look) -> None:
    log = (told(answers={"fever": "no", "diabetes": "yes"}), checked(1, fever="no"))
    assert len(look(2, *log)) == 2
    assert look(3, *log) == []
    added = checked(4, saddle_numbness="unsure")
    assert look(5, *log, added) == [added.id]
    corrected = replace(checked(1, fever="yes"), id="c", supersedes=log[1].id)
    assert len(look(7, *log, added, corrected)) == 3


def test_a_dose_that_came_to_be_known_has_what_followed_it_read_again(look: Look) -> None:
    log = (told(answers={"diabetes": "yes"}), checked(1, fever="no"))
    assert len(look(2, *log)) == 2
    before, after = took(0.5), took(1.5)
    assert look(2, *log, after) == [after.id]
    assert len(look(2, *log, after, before)) == 4


def test_what_was_dated_after_now_is_read_again(look: Look) -> None:
    log = (told(answers={"saddle_numbness": "yes"}), checked(5, saddle_numbness="no"))
    assert len(look(3, *log)) == 2
    assert len(look(6, *log)) == 2
    assert look(7, *log) == []
    assert len(look(3, *log)) == 2


def test_another_case_beside_the_log_is_read_anew(look: Look) -> None:
    log = (checked(1, fever="no"), checked(3, diabetes="yes"))
    one, other = (Case.of(answers={"fever": said}, at=NOW) for said in ("yes", "no"))
    assert len(look(4, *log, told=one)) == 2
    assert look(4, *log, told=one) == []
    assert len(look(4, *log, told=other)) == 2
    assert len(look(4, *log, told=replace(other, at=NOW + 2 * HOUR))) == 2
    assert len(look(4, *log)) == 2
    nobody_knows_when = replace(one, at=None)
    assert len(look(2, *log, told=nobody_knows_when)) == 2
    assert len(look(2.5, *log, told=nobody_knows_when)) == 2


@relaxed
@given(log=logs(payloads), later=st.integers(0, 5000))
def test_time_alone_never_reassures(log: Log, later: int) -> None:
    """Without new entries the worst case never gets better, and no report is forgotten."""
    end = max((event.happened_at for event in log), default=NOW)
    first = current_case(KNOWLEDGE, log, end)
    second = current_case(KNOWLEDGE, log, end + timedelta(minutes=later))
    soon, then = assess(KNOWLEDGE, first.case), assess(KNOWLEDGE, second.case)
    recent = {"self_harm_or_overdose"}  # too much is looked for as far back as it harms
    if not recent & first.case.given.keys() - second.case.given.keys():
        assert then.triage.verdict.high >= soon.triage.verdict.high
    assert second.reported == first.reported


@relaxed
@given(log=logs(payloads), sign=st.sampled_from(DANGERS))
def test_a_new_alarm_counts_at_once(log: Log, sign: str) -> None:
    end = max((event.happened_at for event in log), default=NOW) + HOUR
    before = current_case(KNOWLEDGE, log, end)
    alarm = Event("alarm", end, end, "UTC", CheckIn(answers={sign: "yes"}))
    after = current_case(KNOWLEDGE, (*log, alarm), end)
    assert after.case.given[sign].value == "yes"
    assert as_told(KNOWLEDGE, after) >= as_told(KNOWLEDGE, before)


@relaxed
@given(log=logs(payloads), now=moments, calm=reassurance, place=st.integers(0, 8), when=moments)
@example(
    log=(told(answers={"fever": "yes"}), took(1)),
    now=NOW + 3 * HOUR,
    calm=CheckIn(answers={"fever": "no"}),
    place=2,
    when=NOW + 2 * HOUR,
)
def test_forgetting_an_entry_that_reassures_never_reassures(
    log: Log, now: datetime, calm: CheckIn, place: int, when: datetime
) -> None:
    """An entry of denials and excuses alone can be lost without anything looking better than it is."""
    plain = tuple(replace(event, supersedes="") for event in standing(log))
    with_it = (*plain[:place], Event("calm", when, when, "UTC", calm), *plain[place:])
    whole, less = (current_case(KNOWLEDGE, entries, now) for entries in (with_it, plain))
    one, other = (assess(KNOWLEDGE, found.case).triage.verdict for found in (whole, less))
    assert other.high >= one.high
    assert other.as_told >= one.as_told
    assert less.reported.keys() >= whole.reported.keys()


@relaxed
@given(log=logs(payloads), now=moments, calm=reassurance, ahead=st.integers(1, 4000))
def test_what_is_dated_after_now_never_reassures(
    log: Log, now: datetime, calm: CheckIn, ahead: int
) -> None:
    before = current_case(KNOWLEDGE, log, now)
    when = now + timedelta(minutes=ahead)
    after = current_case(KNOWLEDGE, (*log, Event("ahead", when, when, "UTC", calm)), now)
    one, other = (assess(KNOWLEDGE, found.case).triage.verdict for found in (before, after))
    assert other.high >= one.high
    assert other.as_told >= one.as_told


@relaxed
@given(log=logs(payloads), now=moments, sign=st.sampled_from(DANGERS))
def test_forgetting_all_that_was_said_of_a_sign_never_lowers_the_worst_case(
    log: Log, now: datetime, sign: str
) -> None:
    def without(event: Event) -> Event:
        match event.payload:
            case CheckIn(answers=answers) as said:
                left = {id_: value for id_, value in answers.items() if id_ != sign}
                return replace(event, payload=replace(said, answers=left))
            case Told(case=case):
                left = {id_: v for id_, v in case.get("answers", {}).items() if id_ != sign}
                return replace(event, payload=Told({**case, "answers": left}))
        return event

    whole = current_case(KNOWLEDGE, log, now)
    less = current_case(KNOWLEDGE, tuple(map(without, log)), now)
    high = assess(KNOWLEDGE, whole.case).triage.verdict.high
    assert assess(KNOWLEDGE, less.case).triage.verdict.high >= high


@relaxed
@given(log=logs(payloads), case=some_answers, after=st.integers(0, 4000))
def test_the_plan_the_check_in_and_the_course_see_the_same_case(
    log: Log, case: Mapping[str, Any], after: int
) -> None:
    answers = {id_: v["value"] if isinstance(v, dict) else v for id_, v in case.items()}
    handed_in = Case.of(answers=answers, age=40, at=NOW)
    since = tuple(e for e in log if not isinstance(e.payload, Told))
    telling = Event("telling", NOW, NOW, "UTC", Told(case_json(handed_in)))
    ids = {event.id for event in since}
    since = tuple(e if e.supersedes in ids else replace(e, supersedes="") for e in since)
    now = NOW + timedelta(minutes=after)
    whole = (telling, *since)
    course = current_case(KNOWLEDGE, whole, now)
    check_in = outcome(KNOWLEDGE, whole, whole[-1], now)
    made = plan(KNOWLEDGE, handed_in, whole, now=now)
    assert check_in.current == course
    assert made.assessment.answers == check_in.assessment.answers
    assert made.assessment.triage == check_in.assessment.triage


def test_a_case_of_nothing_is_open(knowledge: Knowledge) -> None:
    found = current_case(knowledge, (), NOW)
    assert found.told_at is None
    assert assess(knowledge, found.case).triage.disposition == "unsettled"
    assert Given("no", Origin("tap")) not in found.case.given.values()
