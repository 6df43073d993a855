"""The page of an overlay: whole, marked as not shipped everywhere, and saying what the figures say."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from tests.strict_html import read

from lumbago import page as sheet
from lumbago.knowledge.overlay import Overlay
from lumbago.rates import Paired
from lumbago.triage.scalar import Rules
from lumbago.whatif.breaks import BrokenClaim, Claims, broken_checks
from lumbago.whatif.cases import compare_cases
from lumbago.whatif.compare import Measure, chosen_examples, compare
from lumbago.whatif.page import STYLE, compared, page
from lumbago.whatif.people import Kind
from lumbago.whatif.result import Result, whatif_json
from lumbago.whatif.show import Shown
from lumbago.whatif.words import Words, per

NASTY = '<script>alert("x")</script>'
CASE = {
    "lumbago": 1,
    "id": NASTY,
    "answers": {
        "chest_pain": "yes",
        "lifted_or_bent": "yes",
        "pain_worse_with_movement": "yes",
        "pain_eases_lying_still": "yes",
    },
    "gold": {"disposition": "emergency"},
}


@pytest.fixture(scope="module")
def result(loosened: Overlay) -> Result:
    found = compare(loosened, 4000, 0)
    causes = {**found[Kind.EVEN].causes, "cauda_equina_syndrome": Paired(5, 1, 4, 40)}
    found[Kind.EVEN] = replace(found[Kind.EVEN], causes=causes)
    example = next(iter(found[Kind.ORDINARY].examples))
    verdict = Rules(loosened.knowledge).verdict(example.answers)
    shown = (example.answers, verdict)
    broken = (
        BrokenClaim("6", "unsure_is_not_no", "One.", "refuted", "here", (shown,)),
        BrokenClaim("7", "no_dead_rule", "Another.", "refuted", "E15", ()),
    )
    return Result(
        overlay=loosened,
        people=4000,
        seed=0,
        found=found,
        examples=chosen_examples(found),
        cases=compare_cases(loosened, [json.dumps(CASE), "not json"]),
        file="my <cases>.ndjson",
        claims=Claims("z3 9", 14, broken),
        checks=broken_checks(loosened),
    )


@pytest.fixture(scope="module")
def html(result: Result) -> str:
    return page(result)


def test_it_is_well_formed_and_names_are_escaped(html: str) -> None:
    reader = read(html)
    assert NASTY in reader.said
    assert NASTY not in html
    assert "my <cases>.ndjson" in reader.said
    ids = [attributes["id"] for _, attributes in reader.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    named = {a["aria-labelledby"] for _, a in reader.tags if "aria-labelledby" in a}
    assert named == set(ids)
    assert "{" not in reader.said


def test_it_says_at_once_and_on_every_sheet_that_it_is_not_shipped(
    html: str, result: Result
) -> None:
    words = Words(result.overlay)
    body = html.split("<body>", 1)[1]
    assert body.lstrip().startswith('<p class="banner" role="note">')
    assert words.say("banner_long") in read(html).said
    assert html.count(words.say("banner") + "</span>") > 20
    style = STYLE.read_text(encoding="utf-8")
    ghost = re.search(r"\n\.ghost \{([^}]*)\}", style)
    assert ghost is not None
    assert "position: fixed" in ghost[1]  # repeated on every sheet of paper
    printed = style.split("@media print", 1)[1]
    assert "display: none" not in printed
    assert "print-color-adjust: exact" in style
    assert result.overlay.knowledge.hash in html
    assert result.overlay.knowledge.hash.startswith("what-if:")


def test_nothing_runs_and_nothing_is_fetched(html: str) -> None:
    reader = read(html)
    assert not {tag for tag, _ in reader.tags} & {"script", "link", "img", "iframe", "form"}
    for _, attributes in reader.tags:
        assert not attributes.keys() & {"src", "href", "style", "srcset", "action"}
    style = sheet.STYLE.read_text(encoding="utf-8") + STYLE.read_text(encoding="utf-8")
    assert "url(" not in style
    (policy,) = [a["content"] for _, a in reader.tags if a.get("http-equiv")]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'"


def test_every_drawing_is_well_formed_and_hidden(html: str) -> None:
    drawings = re.findall(r"<svg.*?</svg>", html, re.DOTALL)
    assert len(drawings) > 25
    for drawing in drawings:
        assert ET.fromstring(drawing).get("aria-hidden") == "true"
        assert "NaN" not in drawing
    assert html.count('class="flow"') == 3
    assert 'class="dumbbell"' in html


def test_it_says_what_the_figures_say(html: str, result: Result) -> None:
    said = read(html).said
    ordinary, even = result.found[Kind.ORDINARY], result.found[Kind.EVEN]
    assert per(ordinary.moved("down").share) in said
    missed = even.measures[Measure.MISSED]
    assert f"before: {per(missed.before.share)}" in said
    assert "2 of 14 claims about the rules no longer hold (z3 9)." in said
    assert "No case is left of which this holds: E15." in said
    for text in result.overlay.shipped.words["en"]["whatif"]["page"]["limits"]:
        assert text in said


def test_it_never_says_that_somebody_has_something(html: str, result: Result) -> None:
    said = read(html).said.lower() + " ".join(str(p) for p in Shown(result).parts()).lower()
    for banned in ("you have", "ruled out", "studies show", "worn", "degenerat"):
        assert banned not in said


def test_parts_that_are_not_there_are_left_out(unchanged: Overlay) -> None:
    found = compare(unchanged, 0, 0)
    empty = Result(unchanged, 0, 0, found, (), None, "", "absent", ())
    said = read(page(empty)).said
    texts = unchanged.shipped.words["en"]["whatif"]["page"]
    assert texts["people_title"] not in said
    assert texts["groups_title"] not in said
    assert texts["cases_title"] not in said
    assert texts["no_cause"] in said
    assert "no solver is installed" in said
    skipped = read(page(replace(empty, claims="skipped"))).said
    assert "as you asked" in skipped


@pytest.mark.parametrize(
    ("was", "now", "html"),
    [
        ("a >= 60 and b", "a >= 50 and b", "a &gt;= <del>60</del> <ins>50</ins> and b"),
        ("a", "", "<del>a</del>"),
        ("", "not (a or b)", "<ins>not (a or b)</ins>"),
        ('s == "male"', 's == "male"', 's == "male"'),
    ],
)
def test_two_conditions_as_one(was: str, now: str, html: str) -> None:
    assert compared(was, now) == html


def test_the_data_say_first_that_it_is_not_shipped(result: Result) -> None:
    data = whatif_json(result)
    assert list(data)[:2] == ["lumbago", "not_the_shipped_knowledge"]
    assert data["not_the_shipped_knowledge"] is True
    assert data["knowledge"] == result.overlay.knowledge.hash
    assert "triage" not in data
    assert "disposition" not in data
    assert json.loads(json.dumps(data)) == data
    found = data["found"]["ordinary"]
    assert sum(move["people"] for move in found["moves"]) == found["people"] == 4000
    assert data["claims"]["broken"][0]["people"][0]["as_told"]
    assert data["cases"]["moved"][0]["id"] == NASTY
    assert data["cases"]["bad"][0]["line"] == 2
    assert len(data["examples"]) == len(result.examples)
