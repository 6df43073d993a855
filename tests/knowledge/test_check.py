from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from lumbago.answers import NO, YES
from lumbago.errors import Problem
from lumbago.knowledge.check import CHECKS, check
from lumbago.knowledge.check_rules import Alone
from lumbago.knowledge.model import Knowledge
from lumbago.knowledge.snapshot import compile_files

HERE = Path(__file__).parent
KB_BAD = HERE.parent / "kb_bad"


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} is in {file.name} {text.count(old)} times"
    file.write_text(text.replace(old, new), encoding="utf-8")


def messages(kb: Path) -> list[str]:
    return [problem.message for problem in check(compile_files(kb))]


def test_the_minimal_knowledge_base_has_no_problem(kb: Path) -> None:
    assert check(compile_files(kb)) == []


@pytest.mark.parametrize("one", CHECKS, ids=lambda one: str(one.__name__))
def test_the_shipped_knowledge_base_passes(
    one: Callable[[Knowledge], list[Problem]], knowledge: Knowledge
) -> None:
    assert "\n".join(str(problem) for problem in one(knowledge)) == ""


def test_each_check_says_in_a_sentence_what_it_looks_at() -> None:
    sentences = [(one.__doc__ or "").splitlines()[0] for one in CHECKS]
    assert all(sentence.endswith(".") and len(sentence) < 75 for sentence in sentences)
    assert len(set(sentences)) == len(CHECKS)


def test_every_mistake_has_its_expected_message() -> None:
    tables = [HERE / f"test_{name}.py" for name in ("read", "check_mistakes", "check_care")]
    text = "".join(table.read_text(encoding="utf-8") for table in tables)
    assert [f.name for f in KB_BAD.iterdir() if f'    "{f.name}": [' not in text] == []


def test_every_check_is_broken_by_some_mistake(tmp_path: Path) -> None:
    silent = {one.__name__ for one in CHECKS}
    for folder in sorted(KB_BAD.iterdir()):
        kb = Path(shutil.copytree(HERE / "minimal", tmp_path / folder.name))
        shutil.copytree(folder, kb, dirs_exist_ok=True)
        try:
            knowledge = compile_files(kb)
        except Exception:  # noqa: BLE001  the reader's own mistakes are tested beside
            continue
        silent -= {one.__name__ for one in CHECKS if one(knowledge)}
    assert silent == set()


def test_a_negated_term_reaches_its_findings(kb: Path) -> None:
    change(kb / "terms.yaml", "pain_duration_days >= 28", "weak_leg and pain_duration_days >= 28")
    change(kb / "red_flags/course.yaml", "long_lasting and", "not long_lasting and")
    assert messages(kb) == ["rule 'T04' says 'not weak_leg', which is alarming."]


def test_comparisons_and_choices_may_be_negated(kb: Path) -> None:
    change(
        kb / "red_flags/course.yaml",
        'long_lasting and sex_at_birth in ("female", "male")',
        'not pain_duration_days > 90 and sex_at_birth != "male"',
    )
    change(kb / "populations.yaml", "age_years < 16", "age_years < 16 and long_lasting")
    assert messages(kb) == []


def test_a_rule_that_explains_may_repeat_another(kb: Path) -> None:
    rules = kb / "red_flags/nerves.yaml"
    again = rules.read_text(encoding="utf-8").split("- id: T02")[0].replace("T01", "T09")
    (kb / "red_flags/again.yaml").write_text(again, encoding="utf-8")
    assert messages(kb) == ["rule 'T09' is dead: rule 'T01' has the same condition."]
    change(kb / "red_flags/again.yaml", "  because:", "  explains: It names the nerve.\n  because:")
    assert messages(kb) == []


def test_an_identical_rule_is_seen_through_counts_brackets_and_order(kb: Path) -> None:
    change(
        kb / "red_flags/course.yaml",
        'when: long_lasting and sex_at_birth in ("female", "male")',
        "when: count(weak_leg, (weak_leg and (weak_leg or weak_leg))) >= 1",
    )
    change(kb / "red_flags/course.yaml", "  clock: pain\n", "")
    change(kb / "populations.yaml", "age_years < 16", "age_years < 16 and long_lasting")
    assert messages(kb) == ["rule 'T04' is dead: rule 'T03' has the same condition."]


def test_what_a_yes_implies_counts_as_reported(kb: Path) -> None:
    change(
        kb / "findings/signs.yaml",
        "- id: numb_saddle_old\n  answer: yes_no\n  polarity: neutral\n  lifetime: fixed\n",
        "- id: numb_saddle_old\n  answer: yes_no\n  polarity: neutral\n  lifetime: fixed\n"
        "  implies: [numb_saddle]\n  excludes: [weak_leg]\n",
    )
    knowledge = compile_files(kb)
    answers = Alone(knowledge).answers("numb_saddle_old")
    assert {finding: answer.possible for finding, answer in answers.items()} == {
        "numb_saddle_old": YES,
        "numb_saddle": YES,
        "weak_leg": NO,
    }
    said = "finding 'numb_saddle_old' alone is an emergency, but on no danger screen."
    assert [problem.message for problem in check(knowledge)] == [said]


def test_a_promise_must_hold_without_the_excuse_being_denied(kb: Path) -> None:
    change(kb / "sources/seed_000.yaml", "{finding: numb_saddle}", "{finding: weak_leg}")
    said = "statement 's000_01' promises emergency, but 'weak_leg' alone reaches same_day."
    assert messages(kb) == [said]
    change(kb / "sources/seed_000.yaml", "promise: emergency", "promise: same_day")
    assert messages(kb) == []


def test_a_founding_article_needs_no_address(kb: Path) -> None:
    change(
        kb / "terms.yaml",
        '{source: book, at: "page 6", confidence: recalled}',
        "{source: seed_000, at: introduction, confidence: verified}",
    )
    assert messages(kb) == []
    change(kb / "sources/literature.yaml", "backs\n  read: 2026-11-21\n", "backs\n")
    assert messages(kb) == ["term 'long_lasting' is verified, but 'seed_000' has no address."]


def test_a_claim_of_evidence_is_allowed_where_a_source_was_seen(kb: Path) -> None:
    change(kb / "words/en/rules.yaml", "Numbness between", "Studies show that numbness between")
    assert messages(kb) == []
    change(kb / "words/en/rules.yaml", "A weak leg", "Studies show that a weak leg")
    assert messages(kb) == ["'weakness' (rules) says 'studies show'."]


def test_words_are_banned_only_where_the_list_says(kb: Path) -> None:
    change(kb / "words/en/questions/signs.yaml", "Is one leg weak?", "Do you have a weak leg?")
    assert messages(kb) == []
