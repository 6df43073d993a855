"""What `lumbago kb check` finds in what to do: each mistake a small folder, one exact message.

A folder of `tests/kb_bad` holds only the files that differ from `tests/knowledge/minimal`.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lumbago.errors import Problem

MISTAKES: dict[str, list[Problem]] = {
    "agent_of_nobody": [
        Problem(
            "safety row 'hot' speaks of 'hot', which nothing carries.",
            "safety/bad.yaml:1:3",
            "Give it to a measure or a medicine.",
        ),
    ],
    "choice_without_default": [
        Problem(
            (
                "conflict 'other' names 'wallk', which is no finding, rule, measure, "
                "medicine, habit, limit or safety row."
            ),
            "conflicts/bad.yaml:1:3",
            "Did you mean 'walk'?",
        ),
        Problem(
            "conflict 'other' leaves a choice, but names no default.",
            "conflicts/bad.yaml:1:3",
            "Say in `default` what is done.",
        ),
    ],
    "default_without_support": [
        Problem(
            "The words of 'other' under conflicts lack 'supported'.",
            "conflicts/bad.yaml:1:3",
            "Write it.",
        ),
    ],
    "dosage_empty": [
        Problem(
            "measure 'hop', dosage of 'early' has no number.",
            "measures/bad.yaml:1:3",
            "Write the smaller number first, in minutes, seconds and counts.",
        ),
    ],
    "dosage_longer_than_a_day": [
        Problem(
            "measure 'hop', dosage of 'early' does not fit into a day.",
            "measures/bad.yaml:1:3",
            "Write the smaller number first, in minutes, seconds and counts.",
        ),
    ],
    "dosage_reversed": [
        Problem(
            "measure 'hop', dosage of 'early' has a range that is not two rising numbers.",
            "measures/bad.yaml:1:3",
            "Write the smaller number first, in minutes, seconds and counts.",
        ),
    ],
    "dosage_twice": [
        Problem(
            "measure 'hop' has 2 dosages of 'early'.",
            "measures/bad.yaml:1:3",
            "Keep one.",
        ),
    ],
    "dosage_without_source": [
        Problem(
            "measure 'hop', dosage of 'early' has no source.",
            "measures/bad.yaml:1:3",
            "Add one under `sources`.",
        ),
    ],
    "dose_of_what_is_not_offered": [
        Problem(
            "medicine 'otherprofen' is not offered, but has a dose.",
            "medicines/bad.yaml:1:3",
            "Remove the labels.",
        ),
    ],
    "effect_of_unknown_figure": [
        Problem(
            "'MDD' has no words under figures.",
            "measures/bad.yaml:1:3",
            "Did you mean 'MD'?",
        ),
    ],
    "effect_outside_interval": [
        Problem(
            "measure 'hop', effect 'hop_eases' lies outside its interval.",
            "measures/bad.yaml:1:3",
            "Check the three numbers.",
        ),
    ],
    "effect_twice": [
        Problem(
            "effect 'cold_eases' is there twice.",
            "measures/bad.yaml:1:3",
            "Rename one.",
        ),
    ],
    "effect_without_words": [
        Problem(
            "'hop_eases' has no words under effects.",
            "measures/bad.yaml:1:3",
            "Did you mean 'cold_eases'?",
        ),
    ],
    "hard_measure": [
        Problem(
            "The words of 'hop' (measures why) have reading grade 44.5, above 9.",
            "words/en/measures",
            "Use shorter words and sentences.",
        ),
    ],
    "idle_care_question": [
        Problem(
            "finding 'likes_tea' is asked for the plan, but no step depends on it.",
            "findings/care_bad.yaml:1:3",
            "Use it in a safety row, a measure or a habit, or remove it.",
        ),
    ],
    "interaction_of_nobody": [
        Problem(
            "interaction 'cold_twice' speaks of 'colt', which nothing carries.",
            "care/interactions.yaml:1:3",
            "Did you mean 'cold'?",
        ),
    ],
    "label_dose_too_large": [
        Problem(
            "medicine 'otherprofen', label of US has doses that do not fit its day.",
            "medicines/bad.yaml:1:3",
            "Smallest, largest, then the most of a day.",
        ),
    ],
    "label_stricter_than_ours": [
        Problem(
            "medicine 'otherprofen', label of US is stricter than our own ceiling.",
            "medicines/bad.yaml:1:3",
            "Lower `ceiling_per_day`.",
        ),
        Problem(
            "medicine 'otherprofen', label of US is stricter than our own interval.",
            "medicines/bad.yaml:1:3",
            "Raise `interval_minutes`.",
        ),
    ],
    "label_too_dense": [
        Problem(
            "medicine 'otherprofen', label of US allows more doses than its interval leaves time for.",
            "medicines/bad.yaml:1:3",
            "Check interval and ceiling.",
        ),
    ],
    "label_twice": [
        Problem(
            "medicine 'otherprofen' has 2 labels of US.",
            "medicines/bad.yaml:1:3",
            "Keep the stricter one.",
        ),
    ],
    "label_without_country": [
        Problem(
            "medicine 'otherprofen', label of usa names no country.",
            "medicines/bad.yaml:1:3",
            "Write two letters, as in US.",
        ),
    ],
    "label_without_day": [
        Problem(
            "medicine 'otherprofen', label of US has no day.",
            "medicines/bad.yaml:1:3",
            "Write `dated: 2026-11-22`.",
        ),
    ],
    "label_without_interval": [
        Problem(
            "medicine 'otherprofen', label of US lacks an interval, a number of days or an age.",
            "medicines/bad.yaml:1:3",
            "Each must be above 0.",
        ),
    ],
    "label_without_version": [
        Problem(
            "medicine 'otherprofen', label of US has no version.",
            "medicines/bad.yaml:1:3",
            "Say which label was read.",
        ),
    ],
    "measure_without_steps": [
        Problem(
            "The words of 'hop' under measures lack 'how'.",
            "measures/bad.yaml:1:3",
            "Write it.",
        ),
    ],
    "one_minute_without_form": [
        Problem(
            "measure 'hop' needs `short` if, and only if, it is `one_minute`.",
            "measures/bad.yaml:1:3",
            "Add the one, or remove the other.",
        ),
    ],
    "programme_without_parts": [
        Problem(
            "measure 'hop' needs `parts` if, and only if, it is a programme.",
            "measures/bad.yaml:1:3",
            "Add the one, or remove the other.",
        ),
    ],
    "row_of_unknown_action": [
        Problem(
            "action: input should be 'block', 'ask' or 'caution'.",
            "safety/bad.yaml:4:11",
            "Correct it.",
        ),
    ],
    "row_of_unknown_finding": [
        Problem(
            "Unknown finding or term 'weak_lge'.",
            "safety/bad.yaml:1:3",
            "Did you mean 'weak_leg'?",
        ),
    ],
    "row_without_agent": [
        Problem(
            "safety row 'hot' stands against nothing.",
            "safety/bad.yaml:1:3",
            "Name an agent.",
        ),
    ],
    "row_without_reason": [
        Problem(
            "'hot' has no words under safety.",
            "safety/bad.yaml:1:3",
            "Write them under words/en/safety.",
        ),
    ],
    "stages_that_end": [
        Problem(
            "The last stage ends.",
            "care/stages.yaml",
            "The last stage has no `until_hours`.",
        ),
    ],
    "stages_with_a_gap": [
        Problem(
            "stage 'later' does not begin where the one before it ends.",
            "care/stages.yaml:6:3",
            "Check from_hours and until_hours.",
        ),
    ],
    "statement_not_returned": [
        Problem(
            "measure 'hop' and statement 's000_02' do not name each other.",
            "measures/bad.yaml:1:3",
            "Add it to `named_by` and to `carried_by`, or to neither.",
        ),
    ],
    "unknown_in_guideline": [
        Problem(
            "guideline position 'cold_pack_book' names 'cold_pak', which is no measure or medicine.",
            "care/guidelines.yaml:1:3",
            "Did you mean 'cold_pack'?",
        ),
        Problem(
            "guideline position 'cold_pack_book' names 'bok', which is no source.",
            "care/guidelines.yaml:1:3",
            "Did you mean 'book'?",
        ),
    ],
    "unknown_key_in_dosage": [
        Problem(
            "Unknown key 'minuts'.",
            "measures/bad.yaml:7:15",
            "Did you mean 'minutes'?",
        ),
    ],
    "unknown_measure_of_habit": [
        Problem(
            "habit 'slouch' names 'wallk', which is no measure.",
            "prevention/bad.yaml:1:3",
            "Did you mean 'walk'?",
        ),
    ],
    "unknown_next_measure": [
        Problem(
            "measure 'hop' names 'wak', which is no measure.",
            "measures/bad.yaml:1:3",
            "Did you mean 'walk'?",
        ),
    ],
    "unknown_stage": [
        Problem(
            "measure 'hop' names 'earl', which is no stage.",
            "measures/bad.yaml:1:3",
            "Did you mean 'early'?",
        ),
    ],
    "unknown_statement": [
        Problem(
            "measure 'hop' names 's000_92', which is no statement.",
            "measures/bad.yaml:1:3",
            "Did you mean 's000_02'?",
        ),
        Problem(
            "measure 'hop' and statement 's000_92' do not name each other.",
            "measures/bad.yaml:1:3",
            "Add it to `named_by` and to `carried_by`, or to neither.",
        ),
    ],
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake_gives_its_message_place_and_hint_and_nothing_else(
    mistake: str, problems_with: Callable[..., list[Problem]]
) -> None:
    assert problems_with(mistake) == MISTAKES[mistake]
    assert all(problem.where and problem.hint for problem in MISTAKES[mistake])
