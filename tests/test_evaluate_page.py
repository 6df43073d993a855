"""The page of an evaluation: whole, self-contained, and saying what the figures say."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from tests.strict_html import read

from lumbago.evaluate import Mode, evaluate
from lumbago.evaluate_page import page
from lumbago.evaluate_reliability import ENOUGH, PROMISED, Sureness, View, sureness
from lumbago.evaluate_report import error_text
from lumbago.knowledge.model import Knowledge
from lumbago.page import STYLE
from lumbago.rates import Rate
from lumbago.reliability import Bin, Reliability

NASTY = '<script>alert("x")</script>'


def line(id_: str, **more: Any) -> str:
    return json.dumps({"lumbago": 1, "id": id_, "age": 40, "sex": "male", **more})


CASES: list[str | bytes] = [
    line(
        "ces",
        answers={"saddle_numbness": "yes"},
        gold={
            "disposition": "emergency",
            "acceptable_diagnoses": ["cauda_equina_syndrome"],
        },
    ),
    line(
        NASTY,
        text="bent down and my back went",
        age=60,
        sex="female",
        gold={"disposition": "same_day", "acceptable_diagnoses": ["muscle_strain"]},
    ),
    "not json",
    line("calm", answers={"fever": "no"}, gold={"disposition": "self_care"}),
]


def made(knowledge: Knowledge, cases: list[str | bytes], people: int = 0) -> str:
    result = evaluate(knowledge, cases)
    return page(
        knowledge,
        "my <cases>.ndjson",
        result,
        sureness(knowledge, result, people, seed=3, draws=20),
    )


@pytest.fixture(scope="module")
def whole(knowledge: Knowledge) -> str:
    return made(knowledge, CASES, people=600)


def test_it_is_well_formed_and_names_are_escaped(whole: str) -> None:
    reader = read(whole)
    assert NASTY in reader.said
    assert NASTY not in whole
    assert "my <cases>.ndjson" in reader.said
    ids = [attributes["id"] for _, attributes in reader.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    named = [a["aria-labelledby"] for _, a in reader.tags if "aria-labelledby" in a]
    assert set(named) <= set(ids)


def test_nothing_runs_and_nothing_is_fetched(whole: str) -> None:
    reader = read(whole)
    tags = {tag for tag, _ in reader.tags}
    assert not tags & {"script", "link", "img", "iframe", "object", "form", "base"}
    for _, attributes in reader.tags:
        assert not attributes.keys() & {"src", "href", "style", "srcset", "action"}
        assert not any(name.startswith("on") for name in attributes)
    style = STYLE.read_text(encoding="utf-8")
    assert "url(" not in style
    assert "@import" not in style
    assert "://" not in whole
    (policy,) = [a["content"] for _, a in reader.tags if a.get("http-equiv")]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'"
    assert f"<style>{style}</style>" in whole


def test_every_drawing_is_well_formed_and_named_or_hidden(whole: str) -> None:
    drawings = re.findall(r"<svg.*?</svg>", whole, re.DOTALL)
    assert len(drawings) > 60
    for drawing in drawings:
        element = ET.fromstring(drawing)
        assert element.get("aria-hidden") == "true" or element.get("aria-label")
        assert "NaN" not in drawing
    assert whole.count('class="diagram"') == 2 * len(View)


def test_it_says_what_the_figures_say(knowledge: Knowledge, whole: str) -> None:
    said = read(whole).said
    score = evaluate(knowledge, CASES).scores[Mode.TEXT_AND_ANSWERS]
    assert score.acceptable.of == 3
    assert f"{score.acceptable.hits} of 3" in said
    assert "left out: 1." in said
    for rate in (score.under, Rate(0, 3), score.called_emergency):
        low, high = (round(100 * end) for end in rate.interval)
        assert f"({low}-{high}) {rate.hits}/{rate.of}" in said
    words = knowledge.words["en"]["evaluate"]["page"]
    for text in (*words["limits"], *words["method"], words["cases_text"], words["worlds_text"]):
        assert text in said
    assert "600 people drawn by seed 3" in said
    assert "so few people cannot tell" in said
    assert knowledge.hash in said
    assert "{" not in said


@pytest.mark.parametrize(
    ("error", "people", "key"),
    [
        (PROMISED, ENOUGH, "promise_kept"),
        (PROMISED + 0.001, ENOUGH, "promise_missed"),
        (PROMISED, ENOUGH - 1, "promise_open"),
    ],
)
def test_the_promise_is_judged(knowledge: Knowledge, error: float, people: int, key: str) -> None:
    one = Reliability(people, 9, (Bin(0, 0.1, 9, 0.05, 0.1, (0, 0.2)),), error, (0.0, 0.1))
    sure = Sureness({}, {"usual": dict.fromkeys(View, one)}, people, 0)
    html = page(knowledge, "x", evaluate(knowledge, []), sure)
    text = knowledge.words["en"]["evaluate"]["page"][key]
    assert text.format(promised=PROMISED, error=error_text(one)) in read(html).said


def test_parts_without_labels_are_left_out(knowledge: Knowledge) -> None:
    words = knowledge.words["en"]["evaluate"]["page"]
    causes = read(
        made(knowledge, [line("c", gold={"acceptable_diagnoses": ["muscle_strain"]})])
    ).said
    assert words["causes_title"] in causes
    assert words["reliability_title"] in causes
    assert words["people_title"] not in causes
    assert words["agreement_title"] not in causes
    advice = read(made(knowledge, [line("d", gold={"disposition": "soon"})])).said
    assert words["agreement_title"] in advice
    assert words["no_miss"] in advice or words["misses_lead"] in advice
    assert words["causes_title"] not in advice
    assert words["groups_title"] not in advice  # one person is no group
    assert words["reliability_title"] not in advice
    nothing = read(made(knowledge, [])).said
    assert words["limits_title"] in nothing
    assert words["agreement_title"] not in nothing


def test_many_cases_of_a_family_are_a_bar(knowledge: Knowledge) -> None:
    gold = {"acceptable_diagnoses": ["muscle_strain"]}
    few = made(knowledge, [line(str(i), gold=gold) for i in range(3)])
    many = made(knowledge, [line(str(i), gold=gold) for i in range(51)])
    assert 'class="bar"' not in few
    assert 'class="bar"' in many
    assert read(many).said.count("First in 51 of 51") == 1


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_words_and_marks_stand_out(theme: int) -> None:
    style = STYLE.read_text(encoding="utf-8")
    colours = [dict(re.findall(r"--([\w-]+): (#\w{6})", part)) for part in style.split("@media")]
    found = colours[theme]
    for ground in ("paper", "card"):
        for words in ("ink", "ink-soft", "dusk"):
            assert contrast(found[words], found[ground]) >= 4.5, (words, ground)
        for mark in ("edge", "band-edge"):
            assert contrast(found[mark], found[ground]) >= 3, (mark, ground)
    assert contrast(found["ink"], found["dusk-soft"]) >= 4.5
    assert contrast(found["dusk"], found["dusk-soft"]) >= 3


def test_words_are_never_small() -> None:
    style = STYLE.read_text(encoding="utf-8").split("@media print")[0]
    sizes = [float(size) for size in re.findall(r"font(?:-size)?:[^;{]*?([\d.]+)rem", style)]
    assert min(sizes) >= 1.125
