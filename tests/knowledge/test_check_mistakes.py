"""What `lumbago kb check` finds: each mistake a small folder laid over a good one, one exact message.

A folder of `tests/kb_bad` holds only the files that differ from `tests/knowledge/minimal`.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lumbago.errors import Problem

MISTAKES: dict[str, list[Problem]] = {
    "curve_upside_down": [
        Problem(
            "curve 'b_curve': 25 to 20 to 30 is no mean with its interval.",
            "recovery/curves.yaml:1:3",
            "Use points of 0-100, low first.",
        )
    ],
    "arm_of_nothing": [
        Problem(
            "arm 'heat' stands for 'hot_pack', which is no measure.",
            "recovery/arms.yaml:1:3",
            "Did you mean 'cold_pack'?",
        )
    ],
    "unknown_source": [
        Problem(
            "rule 'B01' names 'boook', which is no source.",
            "red_flags/bad.yaml:1:3",
            "Did you mean 'book'?",
        )
    ],
    "check_in_of_what_stays": [
        Problem(
            "'check' asks 'numb_saddle' twice.",
            "check_in.yaml:1:3",
            "Keep one.",
        ),
        Problem(
            "'check' asks 'numb_saddle_old', whose answer does not expire.",
            "check_in.yaml:1:3",
            "Take it out.",
        ),
    ],
    "unknown_in_check_in": [
        Problem(
            "'check' names 'numb_sadle', which is no yes/no finding.",
            "check_in.yaml:1:3",
            "Did you mean 'numb_saddle'?",
        ),
        Problem(
            "'check' names 'age_years', which is no yes/no finding.",
            "check_in.yaml:1:3",
            "Define it, or correct the name.",
        ),
    ],
    "country_without_ambulance": [
        Problem("'GB' has no emergency line.", "emergency_numbers.yaml:1:3", "Add one.")
    ],
    "language_of_two_countries": [
        Problem(
            "The language 'en-GB' stands for GB and IE.",
            "emergency_numbers.yaml:6:3",
            "Keep it with one of them.",
        )
    ],
    "unknown_action": [
        Problem(
            "rule 'B01' names 'urgent_cure', which is no action.",
            "red_flags/bad.yaml:1:3",
            "Did you mean 'urgent_care'?",
        )
    ],
    "unknown_condition": [
        Problem(
            "rule 'B01' names 'strian', which is no condition.",
            "red_flags/bad.yaml:1:3",
            "Did you mean 'strain'?",
        )
    ],
    "unknown_conflict": [
        Problem(
            "rule 'B01' names 'how_son', which is no conflict.",
            "red_flags/bad.yaml:1:3",
            "Did you mean 'how_soon'?",
        )
    ],
    "unknown_rule_in_floor": [
        Problem(
            "rule 'B01' names 'T22', which is no rule.",
            "red_flags/bad.yaml:1:3",
            "Did you mean 'T02'?",
        )
    ],
    "unknown_lifetime": [
        Problem(
            "finding 'b_sign' names 'nov', which is no lifetime.",
            "findings/bad.yaml:1:3",
            "Did you mean 'now'?",
        )
    ],
    "implies_a_number": [
        Problem(
            "finding 'b_sign' names 'age_years', which is no yes/no finding.",
            "findings/bad.yaml:1:3",
            "Define it, or correct the name.",
        )
    ],
    "unknown_in_screen": [
        Problem(
            "screen 'danger-1' names 'weak_legs', which is no finding that can be denied.",
            "danger_screens.yaml:1:3",
            "Did you mean 'weak_leg'?",
        )
    ],
    "unknown_in_profile": [
        Problem(
            (
                "profile name 'old_nerve_injury' names 'numb_saddle_odl', which is no yes/no "
                "finding."
            ),
            "profile.yaml:1:3",
            "Did you mean 'numb_saddle_old'?",
        )
    ],
    "unknown_in_conflict": [
        Problem(
            (
                "conflict 'other' names 'warm_pack', which is no finding, rule, measure, "
                "medicine, habit, limit or safety row."
            ),
            "conflicts/bad.yaml:1:3",
            "Define it, or correct the name.",
        )
    ],
    "term_named_like_finding": [
        Problem("'age_years' is a term and a finding.", "terms.yaml:5:3", "Rename the term.")
    ],
    "missing_disposition": [
        Problem("The disposition 'routine' has no time frame.", "dispositions.yaml", "Add it."),
        Problem(
            "These words belong to nothing: 'routine'.", "words/en/dispositions", "Remove them."
        ),
    ],
    "uncited": [
        Problem("rule 'B01' has no source.", "red_flags/bad.yaml:1:3", "Add one under `sources`.")
    ],
    "uncited_position": [
        Problem(
            "conflict 'other', position 'book' has no source.",
            "conflicts/bad.yaml:1:3",
            "Add one under `sources`.",
        )
    ],
    "verified_without_address": [
        Problem(
            "rule 'B01' is verified, but 'book' has no address.",
            "red_flags/bad.yaml:1:3",
            "Give the source `address` and `read`, or call it recalled.",
        )
    ],
    "estimate_without_reason": [
        Problem(
            "rule 'B01' is an estimate without a reason.",
            "red_flags/bad.yaml:1:3",
            "Say in `reason` why it is so.",
        )
    ],
    "address_without_day": [
        Problem(
            "source 'page' has an address, but no day on which it was read.",
            "sources/literature_bad.yaml:1:3",
            "Add `read: 2026-11-21`.",
        )
    ],
    "share_above_one": [
        Problem(
            "finding 'b_sign', share must be between 0 and 1.",
            "findings/bad.yaml:1:3",
            "Use 0.25 for 25 %.",
        )
    ],
    "shares_not_whole": [
        Problem(
            "spread 'sex_at_birth': the shares add up to 0.900.",
            "population_model.yaml:1:3",
            "They must add up to 1.",
        )
    ],
    "negated_alarm": [
        Problem(
            "rule 'B01' says 'not weak_leg', which is alarming.",
            "red_flags/bad.yaml:1:3",
            "Leave it out, or use a finding that excuses.",
        )
    ],
    "both_polarities": [
        Problem(
            "finding 'weak_only_from_pain' alarms in B01 and excuses in T02.",
            "findings/signs.yaml:21:3",
            "Split it into two findings.",
        )
    ],
    "wrong_polarity": [
        Problem(
            "finding 'b_sign' is declared alarming, but is neutral (in no rule).",
            "findings/bad.yaml:1:3",
            "Declare it neutral, or use it so.",
        )
    ],
    "unused_number": [
        Problem(
            "finding 'b_sign' is used nowhere.",
            "findings/bad.yaml:1:3",
            "Use it, or declare it neutral.",
        )
    ],
    "unused_term": [
        Problem(
            "term 'unused' is used nowhere.", "terms.yaml:5:3", "Use it in a rule, or remove it."
        )
    ],
    "dead_rule": [
        Problem(
            "rule 'T04' is dead: rule 'B01' has the same condition.",
            "red_flags/course.yaml:1:3",
            "Remove it, or say in `explains` what it is for.",
        )
    ],
    "comparison_never_holds": [
        Problem(
            "rule 'B01': 'age_years >= 430' never holds.",
            "red_flags/bad.yaml:1:3",
            "Look at the range of 'age_years'.",
        )
    ],
    "comparison_always_holds": [
        Problem(
            "rule 'B01': 'age_years >= 0' always holds.",
            "red_flags/bad.yaml:1:3",
            "Look at the range of 'age_years'.",
        )
    ],
    "missing_clock": [
        Problem(
            "rule 'B01' uses a duration of pain and names no clock.",
            "red_flags/bad.yaml:1:3",
            "Write `clock: pain`.",
        )
    ],
    "wrong_clock": [
        Problem(
            "rule 'B01' uses a duration of pain and names the clock 'fever'.",
            "red_flags/bad.yaml:1:3",
            "Write `clock: pain`.",
        )
    ],
    "clock_without_duration": [
        Problem(
            "rule 'B01' names the clock 'pain' and uses no duration.",
            "red_flags/bad.yaml:1:3",
            "Remove `clock`.",
        )
    ],
    "duration_without_clock": [
        Problem(
            "finding 'b_sign' needs a clock if, and only if, it is a duration.",
            "findings/bad.yaml:1:3",
            "Say what has lasted so long, as in `clock: pain`.",
        )
    ],
    "mixed_clocks": [
        Problem(
            "rule 'B01' mixes the clocks pain, sign.",
            "red_flags/bad.yaml:1:3",
            "Split it into a rule for each clock.",
        )
    ],
    "early_nerve_clock": [
        Problem(
            "rule 'B01' sees a nerve sign only while the pain is young.",
            "red_flags/bad.yaml:1:3",
            "Ask since when the sign is there; leave 'pain_duration_days' out.",
        )
    ],
    "unscreened_emergency": [
        Problem(
            "finding 'b_sign' alone is an emergency, but on no danger screen.",
            "findings/bad.yaml:1:3",
            "Add it to danger_screens.yaml.",
        )
    ],
    "missing_floor": [
        Problem(
            "rule 'B01' is switched off by 'weak_only_from_pain' and has no floor without it.",
            "red_flags/bad.yaml:1:3",
            "Add `floor_of: [B01]` to a rule of same_day without that excuse.",
        )
    ],
    "floor_too_low": [
        Problem(
            "rule 'B01' is switched off by 'weak_only_from_pain' and has no floor without it.",
            "red_flags/bad.yaml:1:3",
            "Add `floor_of: [B01]` to a rule of same_day without that excuse.",
        )
    ],
    "floor_with_the_same_excuse": [
        Problem(
            "rule 'B01' is switched off by 'weak_only_from_pain' and has no floor without it.",
            "red_flags/bad.yaml:1:3",
            "Add `floor_of: [B01]` to a rule of same_day without that excuse.",
        )
    ],
    "uncovered_statement": [
        Problem(
            "statement 's000_01' is not carried by anything.",
            "sources/seed_000.yaml:1:1",
            "Add `carried_by`, or `not_carried` with a reason.",
        )
    ],
    "unknown_carrier": [
        Problem(
            "statement 's000_01' names 'numb_sadle', which is no finding.",
            "sources/seed_000.yaml:1:1",
            "Did you mean 'numb_saddle'?",
        )
    ],
    "unknown_kind_of_carrier": [
        Problem(
            "statement 's000_01' is carried by a 'findings'.",
            "sources/seed_000.yaml:1:1",
            "Did you mean 'finding'?",
        )
    ],
    "broken_promise": [
        Problem(
            "statement 's000_01' promises emergency, but 'weak_leg' alone reaches same_day.",
            "sources/seed_000.yaml:1:1",
            "Change a rule, or the promise.",
        )
    ],
    "empty_promise": [
        Problem(
            "statement 's000_01' makes a promise for no yes/no finding.",
            "sources/seed_000.yaml:1:1",
            "Name its findings in `carried_by`, or the answers in `promise_when`.",
        )
    ],
    "statement_twice": [Problem("statement 's000_01' is there 2 times.", "sources", "Renumber.")],
    "question_missing": [
        Problem(
            "finding 'b_sign' has no question.",
            "findings/bad.yaml:1:3",
            "Write it under words/en/questions/.",
        )
    ],
    "question_without_name": [
        Problem("The question of 'b_sign' lacks 'short'.", "findings/bad.yaml:1:3", "Write it.")
    ],
    "question_with_unknown_key": [
        Problem(
            "The question of 'b_sign' has the unknown key 'hlep'.",
            "findings/bad.yaml:1:3",
            "Did you mean 'help'?",
        )
    ],
    "choice_without_label": [
        Problem(
            "The question of 'b_sign' has no label for the choice 'right'.",
            "findings/bad.yaml:1:3",
            "Write it under `choices`.",
        ),
        Problem(
            "The question of 'b_sign' labels 'rigth', which is no choice.",
            "findings/bad.yaml:1:3",
            "Did you mean 'right'?",
        ),
    ],
    "longer_ago_without_label": [
        Problem(
            "The question of 'b_sign' lacks the label 'longer_ago'.",
            "findings/bad.yaml:1:3",
            "Write the answer for an old, unchanged sign.",
        )
    ],
    "label_without_longer_ago": [
        Problem(
            "The question of 'b_sign' has a label 'longer_ago' that nobody can choose.",
            "findings/bad.yaml:1:3",
            "Remove it.",
        )
    ],
    "sentence_missing": [
        Problem(
            "'weaknes' has no words under rules.",
            "red_flags/bad.yaml:1:3",
            "Did you mean 'weakness'?",
        )
    ],
    "sentence_not_text": [
        Problem(
            "The words of 'b_reason' must be one sentence.",
            "red_flags/bad.yaml:1:3",
            "Write one text.",
        )
    ],
    "words_incomplete": [
        Problem(
            "The words of 'sprain' under conditions lack 'urgency'.",
            "conditions/bad.yaml:1:3",
            "Write it.",
        )
    ],
    "side_without_sentence": [
        Problem(
            "conflict 'other' has no sentence for 'book'.",
            "conflicts/bad.yaml:1:3",
            "Did you mean 'boook'?",
        )
    ],
    "words_without_owner": [
        Problem(
            "These words belong to nothing: 'weaknes'.",
            "words/en/rules",
            "Did you mean 'weakness'?",
        )
    ],
    "too_few_ways": [
        Problem(
            "'weak_leg' has 7 ways under 'says', and needs 15.",
            "findings/signs.yaml:15:3",
            "Write more under words/en/lexicon/.",
        )
    ],
    "hard_question": [
        Problem(
            "The question of 'b_sign' has reading grade 32.7, above 9.",
            "findings/bad.yaml:1:3",
            "Use shorter words and sentences.",
        )
    ],
    "false_reassurance": [
        Problem(
            "'done' (messages) says 'nothing serious'.",
            "words/en/messages",
            "Say what was told so far.",
        )
    ],
    "diagnosis_in_a_sentence": [
        Problem(
            "'b_reason' (rules) says 'you have a'.",
            "red_flags/bad.yaml:1:3",
            "Say that it can be a sign.",
        )
    ],
    "studies_without_a_study": [
        Problem(
            "'b_reason' (rules) says 'studies show'.",
            "red_flags/bad.yaml:1:3",
            "Say that it is a judgement.",
        )
    ],
    "asked_by_nothing": [
        Problem(
            "finding 'b_sign' is read by a rule, but nothing asks it.",
            "findings/bad.yaml:1:3",
            "Add it to a statement in lists.yaml.",
        )
    ],
    "asked_by_two": [
        Problem(
            "finding 'weak_only_from_pain' is asked by a statement and by another statement.",
            "lists.yaml",
            "Keep one of them.",
        ),
        Problem(
            "finding 'numb_saddle' is asked by a statement and by a danger screen.",
            "lists.yaml",
            "Keep one of them.",
        ),
    ],
    "statement_named_twice": [
        Problem("'only_pain' is there 2 times.", "lists.yaml", "Rename one."),
    ],
    "again_off_screen": [
        Problem(
            "statement 'once_more' asks 'numb_saddle_old' again, which no danger screen asks.",
            "lists.yaml:5:3",
            "Use a finding of a danger screen.",
        )
    ],
    "unknown_in_list": [
        Problem(
            "list 'rest' names 'weak_legs', which is no finding.",
            "lists.yaml:1:3",
            "Did you mean 'weak_leg'?",
        )
    ],
    "hard_statement": [
        Problem(
            "The statement 'only_pain' has reading grade 37.9, above 9.",
            "lists.yaml:1:3",
            "Use shorter words and sentences.",
        )
    ],
    "list_without_title": [
        Problem("The words of 'rest' under lists lack 'title'.", "lists.yaml:1:3", "Write it.")
    ],
    "link_to_nothing": [
        Problem(
            "cause 'strain' names 'slow_strat', which is no finding or clue.",
            "differential/causes/all.yaml:1:3",
            "Did you mean 'slow_start'?",
        ),
    ],
    "cause_without_condition": [
        Problem(
            "cause 'strian' names 'strian', which is no condition.",
            "differential/causes/all.yaml:1:3",
            "Did you mean 'strain'?",
        ),
        Problem(
            "lookalikes 'alone' names 'strain', which is no cause.",
            "differential/lookalikes.yaml:1:3",
            "Did you mean 'strian'?",
        ),
    ],
    "prior_from_nowhere": [
        Problem(
            "cause 'strain', share names 'boook', which is no source.",
            "differential/causes/all.yaml:1:3",
            "Did you mean 'book'?",
        ),
    ],
    "prior_estimate_without_reason": [
        Problem(
            "cause 'strain', share is an estimate without a reason.",
            "differential/causes/all.yaml:1:3",
            "Say in `reason` why it is so.",
        ),
    ],
    "link_verified_by_nothing": [
        Problem(
            "cause 'nerve_trouble', link to 'numb_saddle' is verified, but none of its sources is.",
            "differential/causes/all.yaml:8:3",
            "Add the source that was seen, or call it recalled.",
        ),
    ],
    "link_recalled_from_nothing": [
        Problem(
            "cause 'strain', link to 'slow_start' is recalled, but from no source.",
            "differential/causes/all.yaml:1:3",
            "Add the source, or call it an estimate.",
        ),
    ],
    "links_without_reason": [
        Problem(
            "cause 'strain' has links without sources, and no reason for an estimate.",
            "differential/causes/all.yaml:1:3",
            "Add a source with `confidence: estimate` to the cause.",
        ),
    ],
    "cause_without_share": [
        Problem(
            "cause 'nerve_trouble' has no share of any pain.",
            "differential/causes/all.yaml:8:3",
            "Add `back` or `neck`.",
        ),
    ],
    "causes_not_whole": [
        Problem(
            "The shares of the causes of back pain add up to 0.900.",
            "differential/causes",
            "They must add up to about 1.",
        ),
    ],
    "prior_outside_range": [
        Problem(
            "cause 'strain' has the share 0.9 in a range of 0.92 to 0.95.",
            "differential/causes/all.yaml:1:3",
            "The range must hold the share, between 0 and 1.",
        ),
    ],
    "link_share_of_all": [
        Problem(
            "cause 'strain', link to 'slow_start' has the share 1.",
            "differential/causes/all.yaml:1:3",
            "Use one between 0 and 1.",
        ),
    ],
    "ages_of_other_bands": [
        Problem(
            "cause 'strain' has 3 numbers for ages.",
            "differential/causes/all.yaml:1:3",
            "There are 2 bands of age.",
        ),
    ],
    "multiplied_below_nothing": [
        Problem(
            "cause 'strain' is multiplied by less than nothing.",
            "differential/causes/all.yaml:1:3",
            "Use 0 for never.",
        ),
    ],
    "clue_share_of_nothing": [
        Problem(
            "clue 'slow_start' cannot have the ordinary share 0.",
            "differential/clues.yaml:1:3",
            "Use one between 0 and 1.",
        ),
    ],
    "linked_without_share": [
        Problem(
            "finding 'weak_leg' is linked to a cause, but has no ordinary share it could have.",
            "findings/signs.yaml:15:3",
            "Add `ordinary`, between 0 and 1.",
        ),
    ],
    "clue_named_like_finding": [
        Problem(
            "'weak_leg' is a clue and a finding.",
            "differential/clues.yaml:7:3",
            "Rename the clue.",
        ),
    ],
    "linked_twice": [
        Problem(
            "cause 'strain' has 2 links to 'slow_start'.",
            "differential/causes/all.yaml:1:3",
            "Keep one of them.",
        ),
    ],
    "clue_in_two_groups": [
        Problem(
            "clue 'slow_start' is in the syndromes 2 times.",
            "differential/syndromes.yaml",
            "Keep it in one group, once.",
        ),
    ],
    "apart_but_not_together": [
        Problem(
            "syndrome 'together' keeps 'weak_leg' apart, which is none of its clues.",
            "differential/syndromes.yaml:1:3",
            "Add it to `clues`, or remove it.",
        ),
    ],
    "lookalikes_of_two_families": [
        Problem(
            "lookalikes 'alone' are of the families cord_cauda_equina, mechanical.",
            "differential/lookalikes.yaml:1:3",
            "Keep causes of one family together.",
        ),
    ],
    "published_outside_its_interval": [
        Problem(
            "published 'study_one', triage_right: the share does not lie in its interval.",
            "published.yaml:1:3",
            "Use 0.25 for 25 %, and low before high.",
        ),
        Problem(
            "published 'study_one', cause_first has neither a share nor a range.",
            "published.yaml:1:3",
            "Give `share`, or `least` and `most`.",
        ),
        Problem(
            "published 'study_one', cause_in_three: the share does not lie in its interval.",
            "published.yaml:1:3",
            "Use 0.25 for 25 %, and low before high.",
        ),
    ],
    "published_without_words": [
        Problem(
            "published 'study_one' names 'boook', which is no source.",
            "published.yaml:1:3",
            "Did you mean 'book'?",
        ),
        Problem(
            "'study_one' has no words under published.",
            "published.yaml:1:3",
            "Write them under words/en/published.",
        ),
    ],
    "missing_parameter": [
        Problem(
            "The differential lacks its parameter 'close_ratio'.",
            "differential/parameters.yaml",
            "Add it.",
        ),
    ],
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake_gives_its_message_place_and_hint_and_nothing_else(
    mistake: str, problems_with: Callable[..., list[Problem]]
) -> None:
    assert problems_with(mistake) == MISTAKES[mistake]
    assert all(problem.where and problem.hint for problem in MISTAKES[mistake])
