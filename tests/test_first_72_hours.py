"""What the first 72 hours must never do: twenty-five lines, a test each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest

import lumbago
from lumbago import Case
from lumbago.answers import Profile
from lumbago.events import CheckIn, Chosen, Event, Payload, StepDone, Taken
from lumbago.knowledge.check_words import texts_in
from lumbago.knowledge.model import Knowledge
from lumbago.planning.result import CarePlan
from lumbago.testing_plan import life, ordinary_answers
from lumbago.wire_plan import plan_json

AT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
DAY = {"zone": "Europe/London", "wake": "07:00", "sleep": "23:00"}
MOVING = ("exercise", "stretch")


def event(payload: Payload, minutes: int = 0, number: int = 0) -> Event:
    at = AT + timedelta(minutes=minutes)
    return Event(f"e{number}-{minutes}", at, at, "Europe/London", payload)


def planned(
    knowledge: Knowledge,
    *events: Event,
    now: Any = AT,
    country: Any = "GB",
    **changes: Any,
) -> CarePlan:
    gone = {id_ for id_, value in changes.items() if value is None}
    given = {k: v for k, v in ordinary_answers(knowledge, **changes).items() if k not in gone}
    profile = Profile(day=DAY, country=country)
    case = Case.of(answers=given, at=AT, profile=profile)
    return lumbago.plan(knowledge, case, events, now=now)


def kinds(plan: CarePlan) -> set[str]:
    return {step.measure.kind for step in plan.steps}


def wants(medicine: str = "ibuprofen") -> tuple[Event, Event]:
    logged = event(Chosen("medicines_logged", "all"), -1, 1)
    return event(Chosen("medicine", medicine), -1, 2), logged


def doses(plan: CarePlan) -> list[str]:
    return [step.medicine.id for step in plan.medicines if step.dose is not None]


def plan_words(knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """Every sentence that a plan can show."""
    shown = ("plan", "measures", "medicines", "habits", "safety", "interactions", "stages")
    for kind in shown:
        for id_, words in knowledge.words["en"].get(kind, {}).items():
            yield f"{kind} {id_}", " ".join(texts_in(words))


def test_the_ordinary_plan_has_something_to_do(knowledge: Knowledge) -> None:
    plan = planned(knowledge)
    assert plan.refused is None
    assert {"position", "breathing", "heat", "walking"} <= kinds(plan)
    assert plan.items
    assert plan.outlook


def test_01_no_start_before_settled_and_no_going_on_with_old_answers(knowledge: Knowledge) -> None:
    unsettled = planned(knowledge, saddle_numbness=None)
    assert unsettled.refused is not None
    assert "unsettled" in unsettled.refused.because
    fresh = planned(knowledge, now=AT + timedelta(hours=12))
    assert fresh.refused is None
    assert fresh.items == ()
    old = planned(knowledge, now=AT + timedelta(hours=12, minutes=1))
    assert old.refused is not None
    assert {"unsettled", "expired"} <= set(old.refused.because)
    ordinary = planned(knowledge)
    assert all(item.end <= ordinary.valid_until for item in ordinary.items)
    assert all(item.start >= ordinary.valid_until for item in ordinary.outlook)


@pytest.mark.parametrize("sign", ["saddle_numbness", "fever", "chest_pain", "foot_drop"])
def test_02_no_exercise_heat_or_tablet_as_the_answer_to_something_urgent(
    knowledge: Knowledge, sign: str
) -> None:
    plan = planned(knowledge, *wants(), **{sign: "yes"})
    assert plan.refused is not None
    assert plan.refused.because[0] == "urgent"
    assert plan.refused.action
    assert {"no_new_tablet", "no_exercise"} <= set(plan.refused.avoid)
    parts = (plan.steps, plan.items, plan.outlook, plan.medicines, plan.choices, plan.later)
    assert not any(parts)


def test_03_no_call_for_help_is_delayed_or_softened(knowledge: Knowledge) -> None:
    plan = planned(knowledge, bladder_retention="yes")
    assert plan.refused is not None
    assert plan.refused.do[0] == "call_now"
    softening = re.compile(
        r"try (this|it) first|if it is not better in|wait and see|in an hour", re.I
    )
    for where, text in plan_words(knowledge):
        assert not softening.search(text), where


@pytest.mark.parametrize(
    "unknown", ["minor_trauma", "major_trauma", "leg_weakness_or_numbness_both"]
)
def test_04_nobody_is_told_to_move_before_falls_and_dead_legs_are_asked(
    knowledge: Knowledge, unknown: str
) -> None:
    for answer in (None, "unsure", "yes"):
        plan = planned(knowledge, saddle_numbness="yes", **{unknown: answer})
        assert plan.refused is not None
        assert "keep_still" in plan.refused.do
        assert "get_up_in_one_piece" not in plan.refused.do
        assert plan.refused.position == ""


def test_04_a_fused_spine_keeps_still(knowledge: Knowledge) -> None:
    plan = planned(knowledge, saddle_numbness="yes", ankylosed_spine_known="yes")
    assert plan.refused is not None
    assert "keep_still" in plan.refused.do


def test_05_nobody_is_left_on_the_floor_with_a_timer(knowledge: Knowledge) -> None:
    for answer in ("yes", "unsure"):
        plan = planned(knowledge, on_floor_over_1h=answer)
        assert plan.refused is not None
        assert plan.items == ()


def test_06_no_bed_rest_and_no_pushing_through(knowledge: Knowledge) -> None:
    plan = planned(knowledge)
    positions = {s.measure.id for s in plan.steps if s.measure.kind == "position"}
    lying = [item for item in plan.items if item.measure in positions]
    walks = [item for item in plan.items if item.measure == "walking"]
    most = timedelta(minutes=knowledge.care.limits["lying_most_minutes"].values[1])
    assert walks
    assert all(item.end - item.start <= most for item in lying)
    assert all("bed_rest" not in id_ for id_ in (s.measure.id for s in plan.steps))
    assert "no_prolonged_bed_rest" in plan.told


def test_07_cold_is_short_awake_and_never_on_numb_skin(knowledge: Knowledge) -> None:
    plan = planned(knowledge, event(Chosen("warmth", "cold")))
    cold = [item for item in (*plan.items, *plan.outlook) if item.measure == "cold_pack"]
    most = timedelta(minutes=knowledge.care.limits["cold_most_minutes"].values[0])
    assert cold
    for item in cold:
        assert item.end - item.start <= most
        assert item.start.hour >= 7
        assert (item.end.hour, item.end.minute) <= (23, 0)
    for one, other in pairwise(cold):
        assert other.start - one.end >= timedelta(hours=2)
    for answer in ("yes", "unsure", None):
        numb = planned(knowledge, event(Chosen("warmth", "cold")), skin_feeling_reduced=answer)
        assert numb.refused is None
        assert "cold" not in kinds(numb)
        assert not any(item.measure == "cold_pack" for item in numb.items)


@pytest.mark.parametrize(
    "finding",
    [
        *("skin_feeling_reduced", "rub_on_skin", "medicine_patch_on", "fresh_blow_48h"),
        *("broken_skin_at_site", "drowsy_now", "cord_injury_known"),
    ],
)
def test_08_no_heat_where_it_can_burn(knowledge: Knowledge, finding: str) -> None:
    for answer in ("yes", "unsure", None):
        plan = planned(knowledge, **{finding: answer})
        assert plan.refused is not None or "heat" not in kinds(plan)
    assert "heat" in kinds(planned(knowledge))


def test_08_no_bath_for_somebody_who_cannot_get_out_alone(knowledge: Knowledge) -> None:
    bath = event(Chosen("add", "warm_bath"))
    assert planned(knowledge, bath).step("warm_bath") is not None
    assert planned(knowledge, bath, cannot_leave_bath_alone="yes").step("warm_bath") is None
    assert planned(knowledge, bath, cannot_leave_bath_alone=None).step("warm_bath") is None


@pytest.mark.parametrize(
    "finding",
    [
        *("anticoagulant_use", "bleeding_disorder", "one_kidney_or_transplant"),
        *("ulcer_or_gut_bleed_ever", "heart_failure_known", "asthma_known", "lithium_use"),
        *("low_dose_aspirin", "ssri_or_snri", "other_nsaid_in_use", "nsaid_allergy"),
    ],
)
def test_09_no_anti_inflammatory_before_every_question_is_answered(
    knowledge: Knowledge, finding: str
) -> None:
    assert doses(planned(knowledge, *wants())) == ["ibuprofen"]
    for answer in ("yes", "unsure", None):
        assert doses(planned(knowledge, *wants(), **{finding: answer})) == []


def test_09_aspirin_is_never_a_painkiller_and_never_two_of_a_kind(knowledge: Knowledge) -> None:
    assert knowledge.care.medicines["aspirin"].offer == "never"
    plan = planned(knowledge, *wants("aspirin"))
    assert doses(plan) == []
    assert "aspirin" in plan.named
    both = planned(knowledge, *wants(), event(Taken("naproxen", 220), -30, 3))
    assert doses(both) == []


@pytest.mark.parametrize("sex", ["female", "other", None])
def test_09_no_anti_inflammatory_while_pregnancy_is_possible(
    knowledge: Knowledge, sex: str | None
) -> None:
    found = planned(
        knowledge, *wants(), sex_at_birth=sex, pregnancy_status=None, pregnancy_ruled_out=None
    )
    assert doses(found) == []


@pytest.mark.parametrize(
    "missing",
    [
        {"country": ""},
        {"age_years": None},
        {"age_years": 17},
        {"under_50_kg": None, "medicine": "paracetamol"},
        {"logged": False},
    ],
)
def test_10_no_dose_without_country_age_weight_and_a_whole_log(
    knowledge: Knowledge, missing: dict[str, Any]
) -> None:
    medicine = missing.pop("medicine", "ibuprofen")
    chosen, logged = wants(medicine)
    events = (chosen, logged) if missing.pop("logged", True) else (chosen,)
    assert doses(planned(knowledge, *wants(medicine))) == [medicine]
    assert doses(planned(knowledge, *events, **missing)) == []


def test_10_no_dose_is_made_up_and_nobody_is_woken(knowledge: Knowledge) -> None:
    late = AT + timedelta(hours=14)
    plan = planned(
        knowledge,
        *wants(),
        event(CheckIn(answers=ordinary_answers(knowledge)), 14 * 60 - 5, 4),
        event(Taken("ibuprofen", 200), 14 * 60 - 2, 5),
        event(Chosen("medicines_logged", "all"), 14 * 60 - 1, 6),
        now=late,
    )
    (step,) = [m for m in plan.medicines if m.chosen]
    assert step.dose is not None
    assert step.dose.milligrams == 200
    assert step.at is not None
    assert (step.at.hour, step.at.minute) == (7, 0)


def test_10_not_more_than_seven_days(knowledge: Knowledge) -> None:
    assert all(
        0 < medicine.most_days <= 7
        for medicine in knowledge.care.medicines.values()
        if medicine.offer == "choice" and medicine.route == "oral"
    )
    taken = [event(Taken("ibuprofen", 200), -day * 1440 - 500, 10 + day) for day in range(8)]
    assert doses(planned(knowledge, *wants(), *taken)) == []


def test_11_no_opioid_relaxant_or_sedative_is_ever_offered(knowledge: Knowledge) -> None:
    groups = {"opioid", "muscle_relaxant", "gabapentinoid", "steroid", "sedative"}
    for medicine in knowledge.care.medicines.values():
        if medicine.group in groups:
            assert medicine.offer in ("never", "inform")
            assert medicine.labels == ()
    words = knowledge.words["en"]["medicines"]["opioids"]["why"]
    assert "prescriber" in words
    assert "pharmacist today" in words


def test_12_nobody_is_told_to_stop_what_was_prescribed(knowledge: Knowledge) -> None:
    prescribed = r"(blood thinner|warfarin|aspirin|steroid|heart tablet|prescribed)"
    stop = re.compile(
        rf"(?<!never )(?<!not )\b(stop|pause|skip)\b (taking )?(your )?{prescribed}", re.I
    )
    for where, text in plan_words(knowledge):
        assert not stop.search(text), where
    assert "no_stopping_prescribed" in planned(knowledge).told


def test_13_no_end_range_or_loaded_movement_at_seven_or_more_or_spreading(
    knowledge: Knowledge,
) -> None:
    hard = {"end_range_flexion", "end_range_extension", "loaded", "directional_test"}
    for changes in ({"pain_severity_0_10": 7}, {"pain_severity_0_10": 10}, {}):
        for measure in knowledge.care.measures.values():
            if measure.kind not in MOVING:
                continue
            chosen = event(Chosen("movement", measure.id)), event(Chosen("add", measure.id), 0, 1)
            plan = planned(knowledge, *chosen, **changes)
            for step in plan.steps:
                assert not hard & set(step.measure.agents)


def test_13_one_movement_a_day_of_the_persons_own_choice(knowledge: Knowledge) -> None:
    assert not kinds(planned(knowledge)) & set(MOVING)
    plan = planned(knowledge, event(Chosen("movement", "pelvic_tilt")))
    moving = [step.measure.id for step in plan.steps if step.measure.kind in MOVING]
    assert moving == ["pelvic_tilt"]
    first_day = [item for item in plan.items if item.measure == "pelvic_tilt"]
    assert len(first_day) == 1


def test_14_no_neck_exercise_in_the_first_hours(knowledge: Knowledge) -> None:
    for measure in knowledge.care.measures.values():
        if "neck_movement" not in measure.agents:
            continue
        chosen = event(Chosen("movement", measure.id)), event(Chosen("add", measure.id), 0, 1)
        plan = planned(knowledge, *chosen, pain_site_neck="yes", pain_site_low_back="no")
        assert plan.step(measure.id) is None
    names = " ".join(text for _, text in plan_words(knowledge)).lower()
    assert "foam roller" not in names


@pytest.mark.parametrize(
    "sign", ["both_legs_pain_new", "saddle_numbness", "foot_drop", "weakness_getting_worse"]
)
def test_15_a_new_leg_sign_stops_the_plan_at_once(knowledge: Knowledge, sign: str) -> None:
    said = event(CheckIn(answers={sign: "yes", "both_legs_pain": "yes"}), 60, 1)
    plan = planned(knowledge, said, now=AT + timedelta(minutes=61))
    assert plan.refused is not None
    assert plan.refused.because[0] == "urgent"


def test_16_pain_suddenly_gone_is_no_success(knowledge: Knowledge) -> None:
    gone = event(CheckIn(pain=0, answers={"leg_pain_gone_but_weak": "yes"}), 60, 1)
    plan = planned(knowledge, gone, now=AT + timedelta(minutes=61))
    assert plan.refused is not None
    words = knowledge.words["en"]["plan"]["danger_gone"]
    assert "feel" in words
    assert "both feet" in words


def test_17_no_day_is_promised(knowledge: Knowledge) -> None:
    promise = re.compile(
        r"will be gone|gone by|heals? faster|faster healing|only a muscle|just a|cured|guarantee",
        re.I,
    )
    allowed = ("Nothing here says that they heal faster",)
    for where, text in plan_words(knowledge):
        for sentence in re.split(r"(?<=[.!?]) ", text):
            if not any(known in sentence for known in allowed):
                assert not promise.search(sentence), (where, sentence)


def test_18_no_promise_about_scans(knowledge: Knowledge) -> None:
    promise = re.compile(
        r"never need(s|ed)? (a |an )?(scan|x-ray|mri)|scan (will|would) show", re.I
    )
    for where, text in plan_words(knowledge):
        assert not promise.search(text), where


@pytest.mark.parametrize("finding", ["one_kidney_or_transplant", "potassium_raising_medicine"])
def test_19_no_potassium_where_it_can_harm(knowledge: Knowledge, finding: str) -> None:
    for answer in ("yes", "unsure", None):
        plan = planned(knowledge, **{finding: answer})
        assert "potassium_food" not in plan.told
        assert not any(intake.nutrient == "potassium" for intake in plan.intakes)
    assert "potassium_tablets" in planned(knowledge).named


def test_19_epsom_is_never_drunk(knowledge: Knowledge) -> None:
    text = " ".join(texts_in(knowledge.words["en"]["measures"]["epsom_bath"])).lower()
    assert re.search(r"never drink|do not drink", text)


def test_20_no_sports_drink_with_diabetes_and_no_tablet_while_vomiting(
    knowledge: Knowledge,
) -> None:
    assert "electrolytes" not in planned(knowledge, diabetes="yes").told or any(
        "sports_drink" in row.agents for row in knowledge.care.safety.values()
    )
    assert doses(planned(knowledge, *wants(), vomiting="yes")) == []
    assert doses(planned(knowledge, *wants(), vomiting=None)) == []


def test_21_no_driving_on_sedatives_or_to_hospital(knowledge: Knowledge) -> None:
    plan = planned(knowledge, chest_pain="yes")
    assert plan.refused is not None
    assert "do_not_drive" in plan.refused.avoid
    assert "no_sedatives_or_alcohol" in planned(knowledge).told


def test_22_no_nagging(knowledge: Knowledge) -> None:
    most = knowledge.care.limits["items_per_day"].values[0]
    for seed in range(40):
        case, log, now = life(knowledge, Random(seed))
        plan = lumbago.plan(knowledge, case, log, now=now)
        days: dict[Any, int] = {}
        for item in plan.items:
            days[item.start.date()] = days.get(item.start.date(), 0) + 1
        assert all(number <= most for number in days.values())
    guilt = re.compile(r"\bstreak|you failed|you missed|don't give up|should have\b", re.I)
    for where, text in plan_words(knowledge):
        assert not guilt.search(text), where


def test_23_no_recovery_curve_in_the_first_hours(knowledge: Knowledge) -> None:
    shown = str(plan_json(planned(knowledge)))
    assert "curve" not in shown
    assert "percentile" not in shown
    for where, text in plan_words(knowledge):
        assert not re.search(r"(faster|slower) than (most|others)", text), where


@pytest.mark.parametrize("age", [None, 5, 12, 15])
def test_24_no_plan_for_children_or_without_an_age(knowledge: Knowledge, age: int | None) -> None:
    plan = planned(knowledge, age_years=age)
    assert plan.refused is not None
    assert {"under_16", "age_not_known"} & set(plan.refused.because)


def test_24_no_adult_plan_in_pregnancy(knowledge: Knowledge) -> None:
    plan = planned(
        knowledge,
        *wants(),
        event(Chosen("add", "warm_bath"), 0, 8),
        sex_at_birth="female",
        pregnancy_status="20_weeks_or_more",
    )
    agents = {agent for step in plan.steps for agent in step.measure.agents}
    assert not agents & {"prone", "supine", "bath"}
    assert doses(plan) == []


def test_25_no_end_without_signs_dates_a_call_and_the_next_check(knowledge: Knowledge) -> None:
    plan = planned(knowledge)
    assert plan.danger
    assert plan.reviews
    assert plan.reviews[0].day > plan.at
    assert AT < plan.next_check <= plan.valid_until
    words = knowledge.words["en"]["plan"]
    assert "emergency number" in words["danger_call"]
    assert words["changes"]
    for seed in range(40):
        case, log, now = life(knowledge, Random(1000 + seed))
        made = lumbago.plan(knowledge, case, log, now=now)
        assert made.danger
        assert made.refused is not None or (made.reviews and made.checks)


def test_only_the_danger_check_still_gives_position_breathing_and_getting_up(
    knowledge: Knowledge,
) -> None:
    shown = {f for screen in knowledge.screens for item in screen.items for f in item.findings}
    no = {f: "no" for f in shown if knowledge.findings[f].answer == "yes_no"}
    case = Case.of(age=40, sex="male", answers=no, at=AT)
    plan = lumbago.plan(knowledge, case, now=AT)
    assert plan.refused is not None
    assert set(plan.refused.do) >= {"lie_as_it_eases", "breathe_slowly", "get_up_in_one_piece"}
    assert plan.refused.position


def test_a_made_worse_step_is_one_that_is_done_less(knowledge: Knowledge) -> None:
    worse = event(StepDone("pelvic_tilt", "worse", 5, 40, 60), 60, 2)
    plan = planned(
        knowledge, event(Chosen("movement", "pelvic_tilt")), worse, now=AT + timedelta(minutes=61)
    )
    found = [step for step in plan.steps if step.level.of == "pelvic_tilt"]
    assert all(step.level.because in ("easier", "halved") for step in found)
    assert not any(item.measure == "pelvic_tilt" for item in plan.items)
