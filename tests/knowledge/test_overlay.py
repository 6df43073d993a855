"""Overlays: read strictly, applied exactly, and never a way to assess anybody."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lumbago
from lumbago.answers import Case
from lumbago.assess import Assessment, assess
from lumbago.errors import InputError, KnowledgeError
from lumbago.expr import Compare, Not, Yes
from lumbago.intake import Desk
from lumbago.interview.steps import next_screen
from lumbago.knowledge import snapshot
from lumbago.knowledge.model import Disposition, Knowledge
from lumbago.knowledge.overlay import Overlay, read_overlay, written
from lumbago.planning.plan import plan
from lumbago.triage.proof import is_proved

HEAD = "title: A try\nwhy: Somebody wants to know this.\n"
EXAMPLES = sorted((Path(__file__).parent.parent.parent / "examples").glob("overlay-*.yaml"))
SHIPPED = lumbago.load()
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


def overlay(sections: str) -> Overlay:
    return read_overlay(SHIPPED, (HEAD + sections).encode(), "o.yaml")


def wrong(text: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_overlay(SHIPPED, text.encode(), "o.yaml")
    return [str(problem) for problem in caught.value.problems]


# ---------------------------------------------------------------------------------------- applied


def test_a_rule_is_changed_and_everything_else_stays() -> None:
    made = overlay(
        "change:\n  - {id: E11, when: pulsating_belly and age_years >= 50, disposition: same_day}\n"
    )
    rule = made.knowledge.rules["E11"]
    assert written(made.knowledge, rule.when) == "pulsating_belly and age_years >= 50"
    assert rule.disposition is Disposition.SAME_DAY
    assert rule == replace(SHIPPED.rules["E11"], when=rule.when, disposition=Disposition.SAME_DAY)
    others = made.knowledge.rules.keys() - {"E11"}
    assert all(made.knowledge.rules[id_] is SHIPPED.rules[id_] for id_ in others)
    (change,) = made.changes
    assert (change.was, change.before) == ("pulsating_belly", Disposition.EMERGENCY)
    assert made.touched == ("E11",)


def test_a_term_touches_every_rule_that_uses_it() -> None:
    made = overlay("change:\n  - {id: severe_pain, when: pain_severity_0_10 >= 8}\n")
    using = {
        id_ for id_, rule in SHIPPED.rules.items() if "severe_pain" in written(SHIPPED, rule.when)
    }
    assert using <= set(made.touched)
    assert [change.kind for change in made.changes] == ["term"]
    assert made.knowledge.terms["severe_pain"].when == Compare("pain_severity_0_10", ">=", 80)


def test_rules_are_added_and_removed() -> None:
    made = overlay(
        "remove: [E11]\nadd:\n  - {id: Q1, when: fever, disposition: same_day,"
        " protects_against: cauda_equina_syndrome}\n"
    )
    assert "E11" not in made.knowledge.rules
    assert made.knowledge.rules["Q1"].action == SHIPPED.dispositions["same_day"].action
    assert made.touched == ("E11", "Q1")
    assert [(c.id, bool(c.was), bool(c.now)) for c in made.changes] == [
        ("E11", True, False),
        ("Q1", False, True),
    ]


def test_a_limit_moves_where_it_stands_and_nowhere_else() -> None:
    some = overlay(
        'thresholds:\n  - {finding: age_years, was: ">= 60", now: ">= 50", only_in: [E14]}\n'
    )
    assert some.touched == ("E14",)
    everywhere = overlay('thresholds:\n  - {finding: age_years, was: ">= 60", now: ">= 50"}\n')
    assert {"E13", "E14", "E14b"} <= set(everywhere.touched)
    for id_ in everywhere.touched:
        assert "age_years >= 60" not in written(SHIPPED, everywhere.knowledge.rules[id_].when)


def test_a_finding_that_was_in_no_rule_gets_the_polarity_of_its_use() -> None:
    idle = next(
        f.id for f in SHIPPED.findings.values() if f.answer == "yes_no" and f.polarity == "neutral"
    )
    alarm = overlay(f"change:\n  - {{id: E11, when: pulsating_belly or {idle}}}\n")
    assert alarm.knowledge.findings[idle].polarity == "alarming"
    excuse = overlay(f"change:\n  - {{id: E11, when: pulsating_belly and not {idle}}}\n")
    assert excuse.knowledge.findings[idle].polarity == "mitigating"
    assert excuse.knowledge.rules["E11"].when.parts[1] == Not(Yes(idle))  # type: ignore[union-attr]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_are_read(path: Path) -> None:
    made = read_overlay(SHIPPED, path.read_bytes(), path.name)
    assert made.title
    assert made.touched


@settings(max_examples=30)
@given(st.sampled_from(sorted(SHIPPED.rules)))
def test_what_is_written_out_is_read_back_the_same(id_: str) -> None:
    text = written(SHIPPED, SHIPPED.rules[id_].when).replace('"', '\\"')
    made = overlay(f'change:\n  - {{id: {id_}, when: "{text}"}}\n')
    assert made.knowledge.rules[id_].when == SHIPPED.rules[id_].when
    assert made.touched == ()


# ------------------------------------------------------------------------------------- assesses nobody


@pytest.fixture(scope="module")
def harmless() -> Overlay:
    """An overlay that says the same as before: only its mark tells it apart."""
    return overlay("change:\n  - {id: E11, when: pulsating_belly}\n")


def test_an_overlay_has_another_hash_even_where_it_says_the_same(harmless: Overlay) -> None:
    made = harmless.knowledge
    assert made.hashes["logic"] == SHIPPED.hashes["logic"]
    assert made.hashes["all"] != SHIPPED.hashes["all"]
    assert made.hash.startswith("what-if:")
    assert not is_proved(made)


def test_nobody_is_assessed_by_an_overlay(harmless: Overlay) -> None:
    made, case = harmless.knowledge, Case.of(age=50, sex="female")
    now = lumbago.assess(SHIPPED, case)
    for route in (
        lambda: assess(made, case),
        lambda: Desk(made),
        lambda: next_screen(made, case),
        lambda: plan(made, case, (), now=NOW),
    ):
        with pytest.raises(KnowledgeError, match="nobody is assessed by it"):
            route()
    parts = {name: getattr(now, name) for name in Assessment.__dataclass_fields__}
    with pytest.raises(TypeError, match="what-if"):
        Assessment(**{**parts, "base": made})


def test_an_overlay_is_never_kept_as_a_snapshot(harmless: Overlay, tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="cannot become the knowledge in use"):
        snapshot.write(harmless.knowledge, "digest", tmp_path / "kb.snapshot.json")
    assert not list(tmp_path.iterdir())
    text = snapshot.dump(SHIPPED, "digest").replace('"findings":', '"overlay":"x","findings":', 1)
    read, _ = snapshot.parse(text, "by hand")
    with pytest.raises(KnowledgeError):
        assess(read, Case.of())


# ------------------------------------------------------------------------------------------- problems


def test_every_problem_is_told_at_once_with_its_place() -> None:
    found = wrong(
        "title: x\n"
        "wy: nothing\n"
        "change:\n"
        "  - {id: E111, when: fever}\n"
        "  - {id: severe_pain, disposition: soon}\n"
        "  - {id: E13, whn: fever}\n"
        "  - {id: E14}\n"
        "  - {id: E10, when: saddle_numbnes, action: ambulanc}\n"
        "thresholds:\n"
        '  - {finding: age_years, was: ">= 61", now: ">= 3"}\n'
        '  - {finding: fever, was: ">= 61", now: ">= 3"}\n'
        '  - {finding: age_years, was: ">= 60", now: ">= 50", only_in: [E11, E1Z]}\n'
        "remove: [Z9, movement_pattern, {a: b}]\n"
        "add:\n"
        "  - {id: X1, when: fever, disposition: now, protects_against: foo}\n"
        "  - {id: X2, when: fever, disposition: soon, protects_against: cauda_equina_syndrom}\n"
        "  - {id: E11, when: fever, disposition: soon, protects_against: cauda_equina_syndrome}\n"
    )
    for part in (
        "o.yaml:2:5: Unknown key 'wy'. Did you mean 'why'?",
        "o.yaml:1:1: 'why' is missing or too short.",
        "o.yaml:4:5: There is no rule or term 'E111'. Did you mean 'E11'?",
        "o.yaml:5:5: 'severe_pain' is a term: only its `when` can change.",
        "o.yaml:6:20: Unknown key 'whn'. Did you mean 'when'?",
        "o.yaml:7:5: 'E14' is not changed in anything.",
        "Unknown finding or term 'saddle_numbnes'. Did you mean 'saddle_numbness'?",
        "'ambulanc' is no action. Did you mean 'ambulance'?",
        "No rule or term says 'age_years >= 61'. Its limits: >= 50 in",
        "'fever >= 61': fever is a yes/no question.",
        "There is no rule or term 'E1Z'.",
        "There is no rule or term 'Z9'.",
        "'movement_pattern' is a term; only rules can be removed.",
        "Only ids can be removed.",
        "disposition: input should be 'emergency', 'same_day', 'soon' or 'routine'",
        "'cauda_equina_syndrom' is no condition. Did you mean 'cauda_equina_syndrome'?",
        "'E11' is there already.",
    ):
        assert any(part in said for said in found), part
    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "The file is empty."),
        ("- a\n", "An overlay must be a mapping."),
        (HEAD, "The overlay changes nothing."),
        (HEAD + "change: E11\n", "'change' must be a list."),
        (HEAD + "remove: [E11]\nremove: [E12]\n", "The key 'remove' is repeated."),
        (HEAD + "remove: &x [E11]\n", "Anchors are not allowed."),
        (HEAD + "remove: [E11, E11]\n", "'E11' stands here twice, first at o.yaml:3:10."),
        ("title: x\nwhy: because\nremove: [E11]\n", "'why' is missing or too short."),
        (HEAD + "change: [{id: severe_pain, when: severe_pain}]\n", "is defined by itself."),
        (
            HEAD + 'thresholds: [{finding: age_years, was: "== 60", now: ">= 3"}]\n',
            "is not a comparison that conditions know",
        ),
    ],
)
def test_a_slip_is_told_plainly(text: str, part: str) -> None:
    assert any(part in said for said in wrong(text))


def test_the_shipped_knowledge_is_no_overlay(knowledge: Knowledge) -> None:
    assert knowledge.overlay == ""
    assert knowledge.hash.startswith("sha256:")
