from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

import lumbago
from lumbago.evaluate import evaluate
from lumbago.evaluate_document import document
from lumbago.evaluate_interview import Unheld, evaluate_interview
from lumbago.evaluate_reading import evaluate_reading
from lumbago.evaluate_record import (
    changed_since,
    record_alarm,
    record_interview,
    record_reading,
    record_stories,
    recorded,
)
from lumbago.evaluate_reliability import sureness
from lumbago.knowledge.model import Disposition, Knowledge
from lumbago.knowledge.snapshot import KB, compile_files
from lumbago.simulate import RuleCost, Scenario

CASE = json.dumps(
    {
        "lumbago": 1,
        "id": "private-case",
        "age": 40,
        "sex": "female",
        "text": "nobody else may read this",
        "answers": {"saddle_numbness": "yes"},
        "gold": {"disposition": "self_care", "acceptable_diagnoses": ["cauda_equina_syndrome"]},
    }
)
SNIPPET = json.dumps({"id": "private-snippet", "text": "my back hurts", "yes": ["fever"]})


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return lumbago.load()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "evaluation.json"


def keep_stories(knowledge: Knowledge, path: Path, name: str = "stories") -> None:
    result = evaluate(knowledge, [CASE, "not json"])
    record_stories(knowledge, name, result, sureness(knowledge, result, 0, 0, draws=20), path)


def test_nothing_recorded(path: Path, knowledge: Knowledge) -> None:
    assert recorded(path) == {}
    assert knowledge.words["en"]["evaluation"]["nothing"] in document(knowledge, recorded(path))


def test_no_single_case_is_recorded(path: Path, knowledge: Knowledge) -> None:
    keep_stories(knowledge, path)
    record_interview(knowledge, "stories", evaluate_interview(knowledge, [CASE]), path)
    record_reading(knowledge, "snippets", evaluate_reading(knowledge, [SNIPPET]), path)
    text = path.read_text(encoding="utf-8")
    assert "private" not in text
    assert "nobody else" not in text
    found = recorded(path)
    assert (found["stories"]["cases"], found["stories"]["caused"]) == (1, 1)
    assert found["stories"]["figures"]["modes"]["text_and_answers"]["over"]["hits"] == 1
    assert sum(found["interviews"][0]["lengths"].values()) == 1
    assert found["reading"]["figures"]["alarming_yes"]["of"] == 1


def test_a_second_record_takes_the_place_of_the_first(path: Path, knowledge: Knowledge) -> None:
    keep_stories(knowledge, path)
    keep_stories(knowledge, path, "others")
    assert recorded(path)["stories"]["name"] == "others"


def test_interviews_are_kept_by_name_and_policy(path: Path, knowledge: Knowledge) -> None:
    for name, policy in (("b", "no"), ("a", "unsure"), ("a", "no"), ("a", "no")):
        figures = evaluate_interview(knowledge, [CASE], Unheld(policy))
        record_interview(knowledge, name, figures, path)
    kept = [(one["name"], one["figures"]["unheld"]) for one in recorded(path)["interviews"]]
    assert kept == [("a", "no"), ("a", "unsure"), ("b", "no")]


def test_the_alarm_rate(path: Path, knowledge: Knowledge) -> None:
    shares = dict.fromkeys(Disposition, 0.2)
    costs = [RuleCost(f"R{n}", Disposition.SOON, 0.1, 0.01 * n, {}) for n in range(12)]
    record_alarm(knowledge, 100, 3, [Scenario({"fever": 0.1}, shares)], costs, path)
    alarm = recorded(path)["alarm"]
    assert (alarm["cases"], alarm["seed"], len(alarm["costs"])) == (100, 3, 10)
    assert alarm["scenarios"] == [
        {"changed": {"fever": 0.1}, "shares": {level.id: 0.2 for level in Disposition}}
    ]


def test_what_has_changed_since(path: Path, knowledge: Knowledge) -> None:
    keep_stories(knowledge, path)
    stories = recorded(path)["stories"]
    assert changed_since(knowledge, stories) == ()
    words = dict(knowledge.words["en"])
    other_page = MappingProxyType({"en": words | {"evaluation": {}}})
    assert changed_since(replace(knowledge, words=other_page), stories) == ()
    other_words = MappingProxyType({"en": words | {"lexicon_index": {"rows": {}}}})
    assert changed_since(replace(knowledge, words=other_words), stories) == ("reading",)
    fewer = MappingProxyType(dict(list(knowledge.causes.items())[1:]))
    hashes = MappingProxyType({**knowledge.hashes, "logic": "other"})
    both = replace(knowledge, causes=fewer, hashes=hashes)
    assert changed_since(both, stories) == ("rules", "causes")


def test_the_snapshot_and_the_files_are_the_same_knowledge(
    path: Path, knowledge: Knowledge
) -> None:
    keep_stories(knowledge, path)
    assert changed_since(compile_files(KB), recorded(path)["stories"]) == ()
