"""Files that cannot be read: each mistake a small folder laid over a good one, one exact message.

A folder of `tests/kb_bad` holds only the files that differ from `tests/knowledge/minimal`.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lumbago.errors import Problem

ALLOWED = 'Allowed: and, or, not, count(...) >= n, numbers with < <= > >=, == "choice", in (...).'

MISTAKES: dict[str, list[Problem]] = {
    # reading
    "duplicate_key": [
        Problem("The key 'when' is repeated.", "red_flags/bad.yaml:3:3", "Keep one of them.")
    ],
    "unknown_key": [
        Problem(
            "Unknown key 'dispositon'.", "red_flags/bad.yaml:3:15", "Did you mean 'disposition'?"
        )
    ],
    "unknown_nested_key": [
        Problem("Unknown key 'reson'.", "red_flags/bad.yaml:9:65", "Did you mean 'reason'?")
    ],
    "missing_key": [Problem("The key 'action' is missing.", "red_flags/bad.yaml:1:3", "Add it.")],
    "wrong_type": [
        Problem("regions: input should be a list.", "conditions/bad.yaml:3:12", "Correct it.")
    ],
    "wrong_value": [
        Problem(
            "answer: input should be 'yes_no', 'number' or 'choice'.",
            "findings/bad.yaml:2:11",
            "Correct it.",
        )
    ],
    "not_a_number": [
        Problem(
            "hours: input should be a valid integer, unable to parse string as an integer.",
            "lifetimes.yaml:5:10",
            "Correct it.",
        )
    ],
    "entry_not_a_mapping": [
        Problem("the entry: input should be a mapping.", "red_flags/bad.yaml:1:3", "Correct it.")
    ],
    "key_not_text": [
        Problem("A key must be plain text.", "red_flags/bad.yaml:1:3", "Write one word.")
    ],
    "anchor": [
        Problem("Anchors are not allowed.", "red_flags/bad.yaml:2:9", "Write the value out.")
    ],
    "alias": [
        Problem("Anchors are not allowed.", "red_flags/bad.yaml:2:9", "Write the value out."),
        Problem("Aliases are not allowed.", "red_flags/bad.yaml:6:12", "Write the value out."),
    ],
    "tag": [Problem("Tags are not allowed.", "red_flags/bad.yaml:2:9", "Write the value out.")],
    "standard_tag": [
        Problem("Tags are not allowed.", "red_flags/bad.yaml:6:12", "Write the value out.")
    ],
    "empty_file": [Problem("The file is empty.", "red_flags/bad.yaml", "Remove it or fill it.")],
    "not_utf8": [Problem("The file is not UTF-8.", "red_flags/bad.yaml:2", "Save it as UTF-8.")],
    "not_yaml": [
        Problem(
            "This is not YAML: mapping values are not allowed in this context.",
            "red_flags/bad.yaml:4:10",
            "Look for a slip near there.",
        )
    ],
    "control_characters": [
        Problem(
            "This is not YAML: characters that do not belong in text.",
            "red_flags/bad.yaml",
            "Look for a slip near there.",
        )
    ],
    "not_a_list": [
        Problem(
            "The file must be a list of entries.",
            "red_flags/bad.yaml:1:1",
            "Begin each entry with '- id: …'.",
        )
    ],
    "words_not_a_mapping": [
        Problem(
            "A words file must be a mapping from id to words, in the folder of its language.",
            "words/en/questions/bad.yaml:1:1",
            "Put it under words/<language>/ and begin each entry with 'id: …'.",
        )
    ],
    "words_outside_a_language": [
        Problem(
            "A words file must be a mapping from id to words, in the folder of its language.",
            "words/questions.yaml:1:1",
            "Put it under words/<language>/ and begin each entry with 'id: …'.",
        )
    ],
    "no_kind_of_knowledge": [
        Problem(
            "No kind of knowledge lives in this file.",
            "rules.yaml",
            "Move it to the file or folder of its kind.",
        )
    ],
    "overlooked_file": [
        Problem("The file would be overlooked.", "red_flags/bad.yml", "Name it .yaml.")
    ],
    # expressions
    "expression_syntax": [
        Problem(
            "'weak_leg and and long_lasting' is not an expression: invalid syntax.",
            "red_flags/bad.yaml:1:3, column 14 of the expression",
            ALLOWED,
        )
    ],
    "expression_call": [
        Problem(
            "'max(long_lasting)' is not allowed in a condition.",
            "red_flags/bad.yaml:1:3, column 13 of the expression",
            ALLOWED,
        )
    ],
    "expression_arithmetic": [
        Problem(
            "'age_years + 1 >= 60' is not a comparison that conditions know.",
            "red_flags/bad.yaml:1:3, column 1 of the expression",
            ALLOWED,
        )
    ],
    "expression_attribute": [
        Problem(
            "'weak_leg.real' is not allowed in a condition.",
            "red_flags/bad.yaml:1:3, column 1 of the expression",
            ALLOWED,
        )
    ],
    "expression_hex_number": [
        Problem(
            "'0x40' is not a plain number.",
            "red_flags/bad.yaml:1:3, column 14 of the expression",
            ALLOWED,
        )
    ],
    "expression_true": [
        Problem(
            "'True' is not a plain number.",
            "red_flags/bad.yaml:1:3, column 14 of the expression",
            ALLOWED,
        )
    ],
    "expression_chain": [
        Problem(
            "'18 <= age_years <= 60' is not allowed in a condition.",
            "red_flags/bad.yaml:1:3, column 1 of the expression",
            ALLOWED,
        )
    ],
    "expression_choice_unquoted": [
        Problem(
            "'female' must be a quoted choice.",
            "red_flags/bad.yaml:1:3, column 18 of the expression",
            ALLOWED,
        )
    ],
    "count_too_large": [
        Problem(
            "'count(weak_leg, long_lasting) >= 3' asks for 3 of 2.",
            "red_flags/bad.yaml:1:3, column 1 of the expression",
            ALLOWED,
        )
    ],
    "count_true": [
        Problem(
            ("'count(weak_leg, long_lasting) >= True' is not a comparison that conditions know."),
            "red_flags/bad.yaml:1:3, column 1 of the expression",
            ALLOWED,
        )
    ],
    "number_too_long": [
        Problem(
            "'99999999999999999999' has more digits than anything that is measured.",
            "red_flags/bad.yaml:1:3",
            "Please check it.",
        )
    ],
    "unknown_finding": [
        Problem(
            "Unknown finding or term 'weak_legs'.",
            "red_flags/bad.yaml:1:3",
            "Did you mean 'weak_leg'?",
        )
    ],
    "unknown_choice": [
        Problem(
            "'femal' is no choice of sex_at_birth.",
            "red_flags/bad.yaml:1:3",
            "Did you mean 'female'?",
        )
    ],
    "yes_no_compared": [
        Problem(
            "'weak_leg >= 2': weak_leg is a yes/no question.",
            "red_flags/bad.yaml:1:3",
            "Write it alone: weak_leg.",
        )
    ],
    "number_as_yes": [
        Problem(
            "'age_years': age_years is a number.",
            "red_flags/bad.yaml:1:3",
            "Compare it, as in age_years >= 3.",
        )
    ],
    "term_cycle": [
        Problem(
            "The term 'long_lasting' is defined by itself.",
            "terms.yaml:1:3",
            "Say it in findings and other terms.",
        ),
        Problem(
            "The term 'short_lasting' is defined by itself.",
            "terms.yaml:5:3",
            "Say it in findings and other terms.",
        ),
    ],
    # ids and shapes
    "duplicate_id": [
        Problem(
            "'T01' is defined twice, first at red_flags/bad.yaml:1:3.",
            "red_flags/nerves.yaml:1:3",
            "Keep one, or rename one.",
        )
    ],
    "duplicate_words": [
        Problem("'weak_leg' has its words twice.", "words/en/questions/signs.yaml:9:3", "Keep one.")
    ],
    "two_registers": [
        Problem("'seed_000' has two registers.", "sources/seed_001.yaml:1:1", "Join them.")
    ],
    "number_without_unit": [
        Problem(
            "'b_sign': a number needs a unit and a range.",
            "findings/bad.yaml:1:3",
            "Write, for example, `unit: years` and `range: [0, 120]`.",
        )
    ],
    "range_reversed": [
        Problem(
            "'b_sign': the range ends before it starts.",
            "findings/bad.yaml:1:3",
            "Write the lower end first.",
        )
    ],
    "range_not_numbers": [
        Problem(
            "'b_sign': 'low' is not a number.",
            "findings/bad.yaml:1:3",
            "Write the two ends of the range.",
        )
    ],
    "range_of_yes_no": [
        Problem(
            "'b_sign': a unit and a range are for numbers.",
            "findings/bad.yaml:1:3",
            "Remove them, or make it a number.",
        )
    ],
    "choices_of_yes_no": [
        Problem(
            "'b_sign': a choice, and only a choice, has choices.",
            "findings/bad.yaml:1:3",
            "Remove `choices`.",
        )
    ],
    "broken_entry_named_once": [
        Problem(
            "answer: input should be 'yes_no', 'number' or 'choice'.",
            "findings/bad.yaml:2:11",
            "Correct it.",
        )
    ],
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake_gives_its_message_place_and_hint_and_nothing_else(
    mistake: str, problems_with: Callable[..., list[Problem]]
) -> None:
    assert problems_with(mistake) == MISTAKES[mistake]
    assert all(problem.where and problem.hint for problem in MISTAKES[mistake])


def test_all_mistakes_are_reported_at_once(problems_with: Callable[..., list[Problem]]) -> None:
    together = ("duplicate_words", "not_a_number", "range_reversed", "unknown_finding")
    found = problems_with(*together)
    assert all(problem in found for mistake in together for problem in MISTAKES[mistake])
