from __future__ import annotations

import copy
import json
import re
from typing import Any
from xml.etree import ElementTree

import pytest

import lumbago
from lumbago.errors import UsageError
from lumbago.evaluate import evaluate
from lumbago.evaluate_document import document
from lumbago.evaluate_pictures import PICTURES, own_rate, picture, share_text
from lumbago.evaluate_predictions import evaluate_predictions, read_predictions
from lumbago.evaluate_record import recorded
from lumbago.knowledge.model import Knowledge, PublishedShare
from lumbago.rates import Rate


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return lumbago.load()


@pytest.fixture(scope="module")
def page(knowledge: Knowledge) -> str:
    return document(knowledge, recorded())


def test_every_table_is_whole(page: str) -> None:
    for block in page.split("\n\n"):
        if block.startswith("|"):
            widths = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
            assert len(widths) == 1, block


def test_every_part_of_the_record_is_on_the_page(knowledge: Knowledge, page: str) -> None:
    text = knowledge.words["en"]["evaluation"]
    sections = [key for key in text if key.endswith("_title")]
    assert all(f"## {text[key]}" in page for key in sections)
    for name in PICTURES:
        assert f"(evaluation-{name}.svg)" in page


def test_every_published_figure_stands_with_its_source_and_confidence(
    knowledge: Knowledge, page: str
) -> None:
    for study in knowledge.published.values():
        for figure in study.figures:
            row = next(
                line
                for line in page.splitlines()
                if knowledge.words["en"]["published"][study.id] in line
                and f" {share_text(knowledge, figure)} " in line
            )
            for citation in study.sources:
                source = knowledge.sources[citation.source]
                assert source.address in row
                assert f"read on {source.read}" in row or citation.confidence != "verified"


def test_what_was_recorded_with_other_knowledge_says_so(knowledge: Knowledge, page: str) -> None:
    text = knowledge.words["en"]["evaluation"]
    old: Any = copy.deepcopy(dict(recorded()))
    old["stories"]["knowledge"]["rules"] = "other"
    said = text["other"].format(parts=text["parts"]["rules"])
    assert said in document(knowledge, old)


def test_what_is_aimed_at_and_not_reached_is_said(knowledge: Knowledge) -> None:
    found: Any = copy.deepcopy(dict(recorded()))
    for hits, said in ((92, "| 92 % (85-96), 92/100 |"), (91, "| **91 % (84-95), 91/100: not")):
        told = found["stories"]["figures"]["modes"]["text_and_answers"]
        told["acceptable"] |= {"hits": hits, "of": 100}
        assert said in document(knowledge, found)
    found["alarm"]["scenarios"][0]["shares"] = {
        "emergency": 0.1,
        "same_day": 0.2,
        "soon": 0.1,
        "routine": 0.1,
        "self_care": 0.5,
    }
    assert "| 10.0 %, 30.0 %, 50.0 % |" in document(knowledge, found)
    found["alarm"]["scenarios"][0]["shares"]["self_care"] = 0.39
    assert "| **10.0 %, 30.0 %, 39.0 %: not reached** |" in document(knowledge, found)


def test_a_gap_beyond_chance_is_named(knowledge: Knowledge) -> None:
    found: Any = copy.deepcopy(dict(recorded()))
    for group in found["stories"]["figures"]["groups"]["text_and_answers"]:
        if group["group"] == "female" and group["place"] == "acceptable":
            group["rate"] |= {"hits": 0, "of": 40}
            group["others"] |= {"hits": 40, "of": 40}
    assert "Beyond chance: female." in document(knowledge, found)


def test_the_examples_of_the_protocol_are_scored(knowledge: Knowledge) -> None:
    blocks = [b for b in knowledge.words["en"]["evaluation"]["scoreboard"] if "```json" in b]
    case, said = (block.removeprefix("```json\n").removesuffix("\n```") for block in blocks)
    own = evaluate(knowledge, [case])
    found = evaluate_predictions(knowledge, own, read_predictions(knowledge, [said]))
    assert found.score.acceptable == Rate(1, 1)
    assert json.loads(case)["gold"]


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_are_whole_files_with_a_title(knowledge: Knowledge, name: str) -> None:
    drawn = ElementTree.fromstring(picture(knowledge, recorded(), name))
    svg = "{http://www.w3.org/2000/svg}"
    assert drawn[0].tag == f"{svg}title"
    assert drawn[0].text == knowledge.words["en"]["evaluation"][f"{name}_picture"]
    width, height = float(drawn.get("width", 0)), float(drawn.get("height", 0))
    for text in drawn.iter(f"{svg}text"):
        assert 0 <= float(text.get("x", -1)) <= width
        assert 0 <= float(text.get("y", -1)) <= height


def test_a_picture_that_is_not_there(knowledge: Knowledge) -> None:
    with pytest.raises(UsageError, match="Did you mean 'triage'"):
        picture(knowledge, recorded(), "triag")
    with pytest.raises(UsageError, match="Nothing is recorded for the picture 'alarm'"):
        picture(knowledge, {}, "alarm")


def test_at_most_one_level_lower_is_counted_from_the_levels() -> None:
    levels = {
        "emergency": {"told": {"emergency": 2, "same_day": 3, "soon": 5}},
        "soon": {"told": {"emergency": 1, "routine": 1, "self_care": 4}},
    }
    figures = {"modes": {"text_and_answers": {"levels": levels}}}
    assert own_rate(figures, "safe", "") == Rate(7, 16)


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (PublishedShare("triage_right", 0.57, 0.52, 0.61), "57 % (52-61)"),
        (PublishedShare("triage_right", 0.558), "55.8 %"),
        (PublishedShare("triage_right", least=0.115, most=0.9), "11.5 to 90 %"),
    ],
)
def test_a_published_share(knowledge: Knowledge, share: PublishedShare, said: str) -> None:
    assert share_text(knowledge, share) == said
