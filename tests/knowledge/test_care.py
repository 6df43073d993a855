"""What the shipped care promises: nothing in it may be offered that the safety review forbids."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from lumbago.answers import Answers, Case, Given
from lumbago.assess import assess
from lumbago.expr import literals
from lumbago.knowledge.care import Care, Measure
from lumbago.knowledge.model import Knowledge
from lumbago.triage.scalar import POSSIBLE, Rules

EXERCISES = [
    "diaphragmatic_breathing",
    "pelvic_tilt",
    "knee_rolls",
    "single_knee_to_chest",
    "double_knee_to_chest",
    "cat_camel",
    "childs_pose",
    "prone_lying",
    "prone_on_elbows",
    "prone_press_up",
    "standing_back_bend",
    "bird_dog",
    "curl_up",
    "side_bridge",
    "glute_bridge",
    "abdominal_brace",
    "sit_to_stand",
    "hip_hinge_lift",
    "side_glide",
    "figure_four_stretch",
    "hamstring_stretch",
    "hip_flexor_stretch",
    "sciatic_nerve_slider",
    "calf_stretch",
    "quadriceps_stretch",
    "thoracic_extension_chair",
    "open_book",
    "shoulder_blade_squeeze",
    "doorway_chest_stretch",
    "wall_angels",
    "chin_tuck",
    "neck_range",
    "upper_trapezius_stretch",
    "isometric_neck_holds",
]
POSITIONS = [
    "rest_90_90",
    "hook_lying",
    "side_lying",
    "prone_over_pillow",
    "log_roll",
    "getting_up_from_floor",
    "sitting_supported",
    "seated_forward_lean",
    "desk_cat_camel",
    "walking",
]
DISAGREEMENTS = [
    "heat_or_cold_first",
    "heat_and_cold_order",
    "cold_minutes",
    "cold_how_often",
    "cold_phase_length",
    "moist_or_dry_heat",
    "heat_minutes",
    "skin_barrier",
    "bed_rest",
    "exercise_when_acute",
    "lying_position",
    "anti_inflammatories",
    "aspirin",
    "hydration",
    "electrolytes_and_minerals",
    "epsom_salts",
    "structural_cause",
    "when_to_see_a_doctor",
    "emergency_lists",
    "numbness_and_tingling",
    "difficulty_standing_or_walking",
    "long_term_outlook",
    "exercise_as_cause",
    "posture",
    "lifting_technique",
    "healing_claims",
    "spondylolisthesis_words",
    "doing_everything_at_once",
    "weakness_graded_light",
    "headache_with_stiffness",
]
END_RANGE = {"end_range_flexion", "end_range_extension", "loaded", "loaded_flexion", "strength"}
FIRST = "first_72_hours"


@pytest.fixture
def care(knowledge: Knowledge) -> Care:
    return knowledge.care


def in_first_days(care: Care) -> list[Measure]:
    return [m for m in care.measures.values() if any(d.stage == FIRST for d in m.dosages)]


def rows_against(care: Care, agents: tuple[str, ...], action: str) -> set[str]:
    return {
        row.id
        for row in care.safety.values()
        if row.action == action and set(row.agents) & set(agents)
    }


@pytest.mark.parametrize("id_", [*EXERCISES, *POSITIONS])
def test_every_movement_is_there_with_its_picture(care: Care, id_: str) -> None:
    measure = care.measures[id_]
    assert measure.picture in (id_, "lifting_close")
    assert measure.dosages or measure.agents == ("transfer",)


def test_packs_have_a_picture_for_each_region(care: Care) -> None:
    for id_, prefix in (("cold_pack", "cold"), ("heat_pad", "heat"), ("heat_wrap", "heat")):
        regions = ("low_back", "upper_back", "neck")
        assert dict(care.measures[id_].pictures) == {r: f"{prefix}_{r}" for r in regions}


def test_the_first_days_have_no_end_range_no_load_and_no_neck_exercise(care: Care) -> None:
    first = in_first_days(care)
    assert len(first) > 15
    for measure in first:
        assert not END_RANGE & set(measure.agents), measure.id
        assert "neck_movement" not in measure.agents, measure.id
        assert "directional_test" not in measure.agents, measure.id


def test_one_minute_moves_keep_to_the_stages_of_their_measure(care: Care) -> None:
    programme = care.measures["one_minute_moves"].parts
    assert len(programme) == 12
    for id_ in programme:
        measure = care.measures[id_]
        assert measure.one_minute
        assert {d.stage for d in measure.short} <= {d.stage for d in measure.dosages}
        for dosage in measure.short:
            seconds = max(1, dosage.repetitions[1]) * max(3, dosage.hold_seconds[1])
            assert dosage.minutes[1] <= 1
            assert dosage.minutes[1] or seconds <= 60


def test_cold_stays_under_its_cap_and_never_returns_within_two_hours(care: Care) -> None:
    cap = care.limits["cold_most_minutes"].values[0]
    for measure in care.measures.values():
        if "cold" in measure.agents:
            for dosage in measure.dosages:
                assert dosage.minutes[1] <= cap
                assert dosage.gap_minutes >= 120


def test_what_is_named_for_the_movement_exists_in_a_row(care: Care) -> None:
    """An agent nobody stands against is either harmless or a slip: these are known to be free."""
    free = {"breathing", "side_lying", "sitting", "gentle_movement", "flexion", "extension"}
    free |= {"side_bend", "lifting_advice", "thermal", "wet_heat", "hands_on", "steroid", "opioid"}
    free |= {"salicylate_rub", "ibuprofen", "naproxen", "skin_rub", "potassium_load"}
    spoken = {agent for row in care.safety.values() for agent in row.agents}
    carried = {a for m in care.measures.values() for a in m.agents}
    carried |= {a for m in care.medicines.values() for a in m.agents}
    assert carried - spoken <= free


# --------------------------------------------------------------------------------------- medicines


def test_aspirin_is_named_by_its_article_and_never_offered(care: Care) -> None:
    aspirin = care.medicines["aspirin"]
    assert (aspirin.offer, aspirin.labels) == ("never", ())
    assert aspirin.named_by == ("s001_35",)


def test_own_limits_are_at_least_as_strict_as_every_label(care: Care) -> None:
    offered = [m for m in care.medicines.values() if m.labels]
    assert {m.id for m in offered} == {"ibuprofen", "naproxen", "paracetamol", "diclofenac_gel"}
    for medicine in offered:
        assert medicine.most_days == care.limits["medicine_most_days"].values[0]
        assert medicine.youngest == care.limits["medicine_youngest_years"].values[0]
        for label in medicine.labels:
            assert date.fromisoformat(label.dated) >= date(2026, 11, 1)
            assert label.youngest <= medicine.youngest
            assert any(citation.confidence == "verified" for citation in label.sources)


def test_paracetamol_has_a_ceiling_of_its_own_and_a_weight_question(care: Care) -> None:
    paracetamol = care.medicines["paracetamol"]
    ceiling = care.limits["paracetamol_ceiling_milligrams"].values[0]
    assert (
        paracetamol.ceiling_per_day
        == ceiling
        <= min(label.most_per_day for label in paracetamol.labels)
    )
    assert "paracetamol_light" in rows_against(care, paracetamol.agents, "block")


@pytest.mark.parametrize("id_", ["ibuprofen", "naproxen"])
def test_an_anti_inflammatory_meets_every_row_of_the_safety_table(care: Care, id_: str) -> None:
    agents = care.medicines[id_].agents
    assert rows_against(care, agents, "block") >= {
        *("nsaid_ulcer_or_bleed", "nsaid_kidney", "nsaid_heart_failure", "nsaid_blood_thinner"),
        *("nsaid_triple", "nsaid_lithium", "nsaid_methotrexate", "nsaid_ciclosporin"),
        *("nsaid_second", "nsaid_allergy_known", "nsaid_pregnant", "nsaid_stomach_surgery"),
        *("nsaid_alcohol", "nsaid_infection", "nsaid_dry", "nsaid_unclear_belly"),
        *("medicine_young", "medicine_overdose", "nsaid_ace_older_or_dry", "nsaid_liver"),
    }
    assert rows_against(care, agents, "ask") >= {
        *("nsaid_older", "nsaid_antiplatelet", "nsaid_steroid", "nsaid_ssri", "nsaid_asthma"),
        *("nsaid_may_be_pregnant", "nsaid_trying", "nsaid_breastfeeding", "nsaid_bowel"),
        *("nsaid_before_surgery", "nsaid_nicorandil", "nsaid_potassium", "nsaid_stomach"),
    }


def test_heat_and_cold_wait_for_the_question_on_feeling(care: Care) -> None:
    for id_ in ("cold_pack", "heat_pad", "heat_wrap", "moist_heat", "warm_bath", "epsom_bath"):
        rows = rows_against(care, care.measures[id_].agents, "block")
        assert rows & {"cold_numb_skin", "heat_numb_skin"}
    assert "heat_near_patch" in rows_against(care, care.measures["warm_bath"].agents, "block")


# ------------------------------------------------------------------------------ rows and answers


def answers_of(knowledge: Knowledge, **told: object) -> Answers:
    given = {id_: Given(value) for id_, value in told.items()}
    return assess(knowledge, Case(at=datetime(2026, 11, 22, 9, tzinfo=UTC), given=given)).answers


def everything_denied(knowledge: Knowledge) -> dict[str, object]:
    denied = {f.id: "no" for f in knowledge.findings.values() if f.answer == "yes_no"}
    numbers = {"age_years": 40, "pain_severity_0_10": 4, "pain_duration_days": 5}
    amounts = {"paracetamol_mg_last_24h": 0, "nsaid_mg_last_24h": 0}
    return {**denied, **numbers, **amounts, "sex_at_birth": "male"}


def standing(knowledge: Knowledge, answers: Answers) -> set[str]:
    """The rows that hold or could hold."""
    rules = Rules(knowledge)
    rows = knowledge.care.safety.values()
    return {row.id for row in rows if rules.holds(row.when, answers, POSSIBLE)}


def free(knowledge: Knowledge, answers: Answers) -> set[str]:
    """The measures against which no row stands."""
    against = {
        agent
        for id_ in standing(knowledge, answers)
        for agent in knowledge.care.safety[id_].agents
        if knowledge.care.safety[id_].action != "caution"
    }
    return {m.id for m in knowledge.care.measures.values() if not against & set(m.agents)}


def test_nothing_stands_against_somebody_who_denied_everything(knowledge: Knowledge) -> None:
    assert standing(knowledge, answers_of(knowledge, **everything_denied(knowledge))) == set()


def test_every_row_stands_when_its_answers_are_given(knowledge: Knowledge) -> None:
    """Turning one yes/no answer, or one number, is enough to make a row stand, or two together are."""
    told = everything_denied(knowledge) | {"sex_at_birth": "female"}
    for row in knowledge.care.safety.values():
        parts = {part for part, _ in literals(row.when, knowledge.term_expressions)}
        named = {part.finding for part in parts}
        changed = {f: "yes" for f in named if knowledge.findings[f].answer == "yes_no"}
        asked = {k: v for k, v in told.items() if k not in named} | changed
        assert row.id in standing(knowledge, answers_of(knowledge, **asked)), row.id


def test_the_danger_check_alone_leaves_positions_breathing_and_getting_up(
    knowledge: Knowledge,
) -> None:
    screened = {f for screen in knowledge.screens for item in screen.items for f in item.findings}
    told = {f: "no" for f in screened if knowledge.findings[f].answer == "yes_no"}
    left = free(knowledge, answers_of(knowledge, age_years=40, sex_at_birth="male", **told))
    assert left >= {"diaphragmatic_breathing", "hook_lying", "side_lying", "sitting_supported"}
    assert left >= {"log_roll", "getting_up_from_floor", "stay_active"}
    assert not left & {"cold_pack", "heat_pad", "warm_bath", "pelvic_tilt", "massage"}


def test_nothing_told_leaves_no_medicine_heat_or_cold(knowledge: Knowledge) -> None:
    told = answers_of(knowledge, age_years=40, sex_at_birth="female")
    stand = standing(knowledge, told)
    care = knowledge.care
    for id_ in ("ibuprofen", "naproxen", "paracetamol", "diclofenac_gel"):
        assert stand & rows_against(care, care.medicines[id_].agents, "block")
    assert not free(knowledge, told) & {"cold_pack", "heat_pad", "heat_wrap", "warm_bath"}


@pytest.mark.parametrize(
    ("told", "row"),
    [
        ({"pregnancy_status": "under_20_weeks"}, "nsaid_pregnant"),
        ({"pregnancy_status": "within_6_weeks_of_birth"}, "nsaid_breastfeeding"),
        ({"pregnancy_status": "20_weeks_or_more"}, "move_supine_pregnant"),
        ({"age_years": 65}, "nsaid_older"),
        ({"age_years": 17}, "medicine_young"),
        ({"age_years": 15}, "move_child"),
        ({"pain_severity_0_10": 7}, "move_very_painful"),
        ({"pain_duration_days": 1}, "test_not_now"),
        ({"paracetamol_mg_last_24h": 3000}, "paracetamol_over_ceiling"),
        ({"ace_or_arb": "yes", "diuretic_use": "yes"}, "nsaid_triple"),
        ({"ace_or_arb": "yes", "fluid_loss": "yes"}, "nsaid_ace_older_or_dry"),
        ({"diabetes": "yes", "numb_feet_from_diabetes": "yes"}, "heat_numb_skin"),
        ({"minor_trauma": "yes", "steroid_use_long": "yes"}, "getting_up_fragile"),
    ],
)
def test_boundaries_of_rows(knowledge: Knowledge, told: dict[str, object], row: str) -> None:
    whole = everything_denied(knowledge)
    if "pregnancy_status" in told:
        whole |= {"sex_at_birth": "female"}
    assert row in standing(knowledge, answers_of(knowledge, **(whole | told)))
    just_before = {key: value - 1 for key, value in told.items() if isinstance(value, int)}
    if just_before and "age_years" not in told and "pain_duration_days" not in told:
        assert row not in standing(knowledge, answers_of(knowledge, **(whole | just_before)))


# ------------------------------------------------------------------------- questions and articles


def test_questions_for_care_are_neutral_and_read_by_no_rule(knowledge: Knowledge) -> None:
    asked = [f for f in knowledge.findings.values() if f.for_care]
    assert len(asked) > 60
    read = {f for used in knowledge.findings_of_rule.values() for f in used}
    for finding in asked:
        assert finding.polarity == "neutral"
        assert finding.id not in read
        assert finding.ordinary is None


def test_no_row_takes_comfort_in_what_was_not_denied(knowledge: Knowledge) -> None:
    """A denial in a row would lift it; only the excuses of a term may be denied there."""
    for row in knowledge.care.safety.values():
        for literal, negated in literals(row.when, knowledge.term_expressions):
            if negated:
                assert literal.finding in (
                    "sex_at_birth",
                    "pregnancy_ruled_out",
                    "weakness_only_pain",
                )


def test_every_statement_of_the_articles_is_carried_or_left_out_with_a_reason(
    knowledge: Knowledge,
) -> None:
    for register in knowledge.registers.values():
        for statement in register.statements:
            assert bool(statement.carried_by) != bool(statement.not_carried), statement.id
            if statement.differently is not None:
                assert statement.differently.reason
                assert statement.differently.sources


@pytest.mark.parametrize("id_", DISAGREEMENTS)
def test_every_disagreement_says_what_is_supported_done_and_free(
    knowledge: Knowledge, id_: str
) -> None:
    conflict, words = knowledge.conflicts[id_], knowledge.words["en"]["conflicts"][id_]
    assert len(conflict.positions) >= 2
    assert conflict.default
    assert words["supported"]
    assert words["choice"]
    assert bool(conflict.choices) == ("may_choose" in words)


def test_intakes_cover_every_adult_once(care: Care) -> None:
    for nutrient in ("potassium", "magnesium", "calcium"):
        for sex in ("female", "male"):
            for age in (19, 30, 31, 50, 51, 70, 71, 100):
                fits = [
                    one
                    for one in care.intakes.values()
                    if one.nutrient == nutrient
                    and one.sex in (sex, "any")
                    and one.ages[0] <= age <= one.ages[1]
                    and not (one.pregnant or one.breastfeeding)
                ]
                assert len(fits) == 1, (nutrient, sex, age)


def test_a_guideline_on_chronic_pain_never_speaks_of_new_pain(care: Care) -> None:
    scopes = {one.guideline: one.scope for one in care.guidelines.values()}
    assert scopes["who2023"] == "chronic"
    assert scopes["danish2018"] == scopes["acp2017"] == "acute"
    says = {(one.guideline, one.measure): one.says for one in care.guidelines.values()}
    assert says["danish2018", "ibuprofen"] == "against"
    assert says["acp2017", "ibuprofen"] == "for"
