"""What to ask next, and when to stop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lumbago import Case, assess
from lumbago.answers import NO, YES, Given, Origin
from lumbago.evaluate_interview import Unheld, complete, play
from lumbago.interview import (
    LONGER_AGO,
    ROWS,
    Row,
    Screen,
    Stop,
    applies,
    is_mark,
    next_screen,
    reply,
)
from lumbago.knowledge.check_rules import Alone
from lumbago.knowledge.model import Disposition, Knowledge
from lumbago.knowledge.snapshot import KB, compile_files
from lumbago.simulate import people
from lumbago.triage.scalar import TOLD, Rules

AT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
PERSON: Mapping[str, Given] = {"age_years": Given(44), "sex_at_birth": Given("male")}
NUMBERS: Mapping[str, object] = {
    "age_years": 44,
    "sex_at_birth": "male",
    "pain_severity_0_10": 4,
    "pain_duration_days": 3,
}
BY_DANGER = {"who", "danger-1", "danger-2", "danger-3", "follow-up"}


@cache
def shipped() -> Knowledge:
    """The shipped knowledge base, for tests that Hypothesis calls again and again."""
    return compile_files(KB)


def somebody(knowledge: Knowledge, *yes: str, **more: object) -> Case:
    """Somebody who says yes to some findings, no to all others, and has ordinary numbers."""
    values = dict(NUMBERS) | dict.fromkeys(yes, "yes") | more
    case = Case(at=AT, given={id_: Given(value) for id_, value in values.items()})
    return complete(knowledge, case, Unheld.NO)


def shown(knowledge: Knowledge, case: Case) -> Screen:
    screen = next_screen(knowledge, case)
    assert isinstance(screen, Screen)
    return screen


def row(screen: Screen, id_: str) -> Row:
    return next(row for row in screen.rows if row.id == id_)


def after(knowledge: Knowledge, screens: int, *yes: str, **more: object) -> Case:
    """The case of somebody after some screens."""
    whole, case = somebody(knowledge, *yes, **more), Case(at=AT)
    for _ in range(screens):
        screen = shown(knowledge, case)
        chosen = {
            r.id: "yes" if any(whole.given[f].value == "yes" for f in r.findings) else "no"
            for r in screen.rows
        }
        chosen |= {r.id: str(whole.given[r.id].value) for r in screen.rows if r.answer != "yes_no"}
        case = reply(knowledge, case, screen, chosen)
    return case


# ----------------------------------------------------------------------------------- the order


def test_it_asks_who_on_one_screen_then_danger(knowledge: Knowledge) -> None:
    case, seen = Case(at=AT), []
    for _ in range(4):
        screen = shown(knowledge, case)
        seen.append(screen.id)
        values = {"age_years": "44", "sex_at_birth": "female", "pregnancy_status": "no"}
        chosen = {r.id: values.get(r.id, "no") for r in screen.rows}
        case = reply(knowledge, case, screen, chosen)
    assert seen == ["who", "danger-1", "danger-2", "danger-3"]
    first = [r.id for r in shown(knowledge, Case(at=AT)).rows]
    assert first == ["age_years", "sex_at_birth", "pregnancy_status"]


def test_pregnancy_is_asked_only_where_it_may_be(knowledge: Knowledge) -> None:
    screen = shown(knowledge, Case(at=AT))
    asked = row(screen, "pregnancy_status")
    woman = {"age_years": 30, "sex_at_birth": "female"}
    man = {"age_years": 30, "sex_at_birth": "male"}
    assert applies(knowledge, Case(at=AT), screen, woman, asked)
    assert not applies(knowledge, Case(at=AT), screen, man, asked)


def test_an_emergency_stops_at_once(knowledge: Knowledge) -> None:
    case = Case(at=AT, given={**PERSON, "fainted_or_collapsed": Given("yes")})
    stop = next_screen(knowledge, case)
    assert isinstance(stop, Stop)
    assert stop.because == "settled"
    assert stop.verdict.as_told is Disposition.EMERGENCY


def test_an_excuse_is_asked_after_its_alarm_before_anything_else(knowledge: Knowledge) -> None:
    case = Case(at=AT, given={**PERSON, "chest_pain": Given("yes")})
    screen = shown(knowledge, case)
    assert screen.findings == ("chest_pain_gone_over_12h",)
    gone = reply(knowledge, case, screen, {"chest_gone": "yes"})
    assert shown(knowledge, gone).id == "danger-1"
    still = reply(knowledge, case, screen, {})
    assert isinstance(next_screen(knowledge, still), Stop)


def test_a_yes_opens_each_finding_of_a_statement(knowledge: Knowledge) -> None:
    case = Case(at=AT, given=PERSON)
    screen = shown(knowledge, case)
    breath = row(screen, "breath")
    case = reply(knowledge, case, screen, {"breath": "yes"})
    assert all(is_mark(case.given[f]) for f in breath.findings)
    opened = shown(knowledge, case)
    assert set(opened.findings) == set(breath.findings)
    assert {block.style for block in opened.blocks} == {"each"}
    assert not any(r.whole for r in opened.rows)


def test_a_broken_off_interview_counts_what_was_ticked_as_doubt(knowledge: Knowledge) -> None:
    case = Case(at=AT, given=PERSON)
    case = reply(knowledge, case, shown(knowledge, case), {"stroke_signs": "yes"})
    verdict = assess(knowledge, case).triage.verdict
    assert verdict.as_told is Disposition.SAME_DAY
    assert verdict.high is Disposition.EMERGENCY


def test_longer_ago_answers_the_old_finding(knowledge: Knowledge) -> None:
    case = after(knowledge, 2)
    screen = shown(knowledge, case)
    chosen = {r.id: "no" for r in screen.rows} | {"saddle": LONGER_AGO}
    case = reply(knowledge, case, screen, chosen)
    assert case.given["saddle_numbness"].value == "no"
    assert case.given["bladder_or_sex_change_old"].value == "yes"


def test_a_no_to_a_whole_statement_leaves_the_older_accident_open(knowledge: Knowledge) -> None:
    """The statement asks about 2 weeks and offers no "longer ago"."""
    whole = somebody(knowledge, "major_trauma_old_or_checked")
    case, _, _ = play(knowledge, whole)
    assert case.given["major_trauma"].value == "no"
    assert case.given["major_trauma_old_or_checked"].value == "yes"


def test_every_screen_says_why_and_how_many_are_left(knowledge: Knowledge) -> None:
    _, screens, _ = play(knowledge, somebody(knowledge))
    assert all(screen.rules for screen in screens[1:] if "again" not in screen.id)
    assert screens[0].left >= len(screens) - 2
    assert screens[-1].left == 0


def test_lists_are_short_and_answers_say_where_they_come_from(knowledge: Knowledge) -> None:
    case, screens, _ = play(knowledge, somebody(knowledge, "nausea", "pain_below_knee"))
    for screen in screens:
        if screen.id not in BY_DANGER:
            assert len(screen.rows) <= ROWS
    names = {f"{one.id}-{one.version}" for one in knowledge.lists}
    names |= {f"{one.id}-{one.version}" for one in knowledge.screens}
    for given_ in case.given.values():
        if given_.origin.kind == "list":
            detail = given_.origin.detail.removeprefix("again-").partition("/")[0]
            assert detail.partition(":")[0] in names


# ----------------------------------------------------------------------------- never, and always


def test_the_danger_screens_settle_every_lone_emergency(knowledge: Knowledge) -> None:
    alone = Alone(knowledge)
    signs = [
        id_
        for id_, finding in knowledge.findings.items()
        if finding.answer == "yes_no" and alone.as_told(id_) is Disposition.EMERGENCY
    ]
    assert len(signs) > 20
    for sign in signs:
        others = [id_ for id_, a in alone.answers(sign).items() if a.possible == YES]
        who: dict[str, object] = {}
        if sign == "waters_or_less_movement":
            who = {"sex_at_birth": "female", "pregnancy_status": "20_weeks_or_more"}
        whole = somebody(knowledge, *others, **who)
        case, screens, stopped = play(knowledge, whole)
        assert stopped == "settled", sign
        assert assess(knowledge, case).triage.verdict.as_told is Disposition.EMERGENCY, sign
        shown_ = {s.id for s in screens if not s.id.startswith("ask_follow_up")}
        assert shown_ <= BY_DANGER | {"relief"}, sign
        assert len(screens) <= 6, sign


@st.composite
def any_body(draw: st.DrawFn) -> Case:
    """Somebody with a few yes and not sure answers, any age, and short or long pain."""
    knowledge = shipped()
    asked = sorted(f.id for f in knowledge.findings.values() if f.answer == "yes_no")
    given_: dict[str, Given] = {
        "age_years": Given(draw(st.sampled_from([4, 12, 19, 34, 48, 52, 66, 81]))),
        "sex_at_birth": Given(draw(st.sampled_from(["female", "male", "other"]))),
        "pain_severity_0_10": Given(draw(st.sampled_from([1, 6, 7, 9]))),
        "pain_duration_days": Given(draw(st.sampled_from([0, 2, 13, 22, 60, 400]))),
    }
    for value in ("yes", "unsure"):
        some = draw(st.lists(st.sampled_from(asked), max_size=8 if value == "yes" else 1))
        given_ |= {id_: Given(value) for id_ in some}
    return _consistent(knowledge, Case(at=AT, given=given_))


def _consistent(knowledge: Knowledge, case: Case) -> Case:
    """Without answers to questions that this person would not be asked, or that contradict others."""
    rules = Rules(knowledge)
    while True:
        assessment = assess(knowledge, complete(knowledge, case, Unheld.NO))
        odd = {problem.where for problem in assessment.problems}
        odd |= {
            id_
            for id_ in case.given
            if (gate := knowledge.findings[id_].only_if) is not None
            and not rules.holds(gate, assessment.answers, TOLD)
        }
        if not odd & case.given.keys():
            return case
        case = replace(case, given={f: one for f, one in case.given.items() if f not in odd})


@settings(max_examples=60)
@given(any_body(), st.sampled_from(list(Unheld)))
def test_it_ends_and_stops_only_when_nothing_could_raise_the_advice(
    case: Case, how: Unheld
) -> None:
    knowledge = shipped()
    whole = complete(knowledge, case, how)
    end, screens, stopped = play(knowledge, whole)
    assert len(screens) <= 30
    verdict = assess(knowledge, end).triage.verdict
    if stopped == "settled":
        assert verdict.high == verdict.as_told
        assert verdict.disposition is not None
    else:
        assert stopped == "voided" if how is not Unheld.SKIP else stopped in ("voided", "passed")
    if how is not Unheld.SKIP:
        assert verdict.as_told >= assess(knowledge, whole).triage.verdict.as_told


def test_what_only_the_plan_needs_is_never_asked(knowledge: Knowledge) -> None:
    care = {f.id for f in knowledge.findings.values() if f.for_care}
    for case in people(knowledge, 5, seed=3):
        end, _, _ = play(knowledge, complete(knowledge, case, Unheld.NO))
        assert not care & end.given.keys()


@settings(max_examples=40)
@given(any_body())
def test_nothing_is_asked_twice_but_what_must_be(case: Case) -> None:
    knowledge = shipped()
    _, screens, _ = play(knowledge, complete(knowledge, case, Unheld.NO))
    rows = [r for screen in screens for r in screen.rows]
    own = [r.findings[0] for r in rows if not (r.whole or r.again)]
    whole = [r.id for r in rows if r.whole]
    again = [r.id for r in rows if r.again]
    assert len(set(own)) == len(own)
    assert len(set(whole)) == len(whole)
    assert len(set(again)) == len(again)
    answered: set[str] = set()
    for screen in screens:
        for r in screen.rows:
            assert r.again or not answered.intersection(r.findings)
        answered |= {r.findings[0] for r in screen.rows if not (r.whole or r.again)}


def test_the_end_is_that_of_the_whole_case(knowledge: Knowledge) -> None:
    """People drawn from the knowledge: never lower, nearly always the same, and not long."""
    lengths, same = [], 0
    for person in people(knowledge, 60, 5):
        end, screens, _ = play(knowledge, person)
        told = assess(knowledge, end).triage.verdict.as_told
        of_whole = assess(knowledge, person).triage.verdict.as_told
        assert told >= of_whole
        same += told is of_whole
        lengths.append(len(screens))
    assert same >= 0.97 * len(lengths)
    assert sorted(lengths)[len(lengths) // 2] <= 9
    assert sorted(lengths)[int(0.9 * len(lengths))] <= 12


# ----------------------------------------------------------------------------- going back, changing


def test_going_back_shows_the_same_screen_and_an_answer_can_be_changed(
    knowledge: Knowledge,
) -> None:
    before = after(knowledge, 4)
    screen = shown(knowledge, before)
    assert shown(knowledge, before) == screen
    statement = next(r for r in screen.rows if r.whole)
    one = reply(knowledge, before, screen, {"pain_severity_0_10": "4", "pain_duration_days": "2"})
    other = reply(
        knowledge,
        before,
        screen,
        {"pain_severity_0_10": "4", "pain_duration_days": "2", statement.id: "yes"},
    )
    assert shown(knowledge, one) != shown(knowledge, other)


# ----------------------------------------------------------------------------------- asked again


def test_saddle_and_bladder_come_back_before_self_care(knowledge: Knowledge) -> None:
    case, screens, stopped = play(knowledge, somebody(knowledge))
    assert stopped == "settled"
    assert assess(knowledge, case).triage.disposition == "self_care"
    again = [r for screen in screens for r in screen.rows if r.again]
    assert {f for r in again for f in r.findings} >= {"saddle_numbness", "bladder_retention"}
    assert case.given["saddle_numbness"].origin.detail.startswith("again")


def test_another_answer_in_other_words_counts_as_not_sure(knowledge: Knowledge) -> None:
    whole, case = somebody(knowledge), Case(at=AT)
    while True:
        screen = shown(knowledge, case)
        chosen = {r.id: str(whole.given[r.findings[0]].value) for r in screen.rows}
        again = [r for r in screen.rows if r.again]
        case = reply(knowledge, case, screen, chosen | {r.id: "yes" for r in again[:1]})
        if again:
            break
    assert case.given["saddle_numbness"].value == "unsure"
    stop = next_screen(knowledge, case)
    assert isinstance(stop, Stop)
    assert stop.verdict.as_told is Disposition.SAME_DAY


# ------------------------------------------------------------------------------------ own words


def test_own_words_come_first_and_danger_has_no_suggestion(knowledge: Knowledge) -> None:
    text = "bent over to pick up a box, now my left foot tingles and I have a fever"
    screen = shown(knowledge, Case(at=AT, text=text))
    assert screen.id == "own-words"
    fever = row(screen, "fever")
    assert fever.quote is not None
    assert text[slice(*fever.quote)].endswith("fever")
    assert fever.suggested is None
    assert row(screen, "lifted_or_bent").suggested == "yes"
    assert screen.rules


def test_words_and_answer_that_differ_are_asked_again_and_that_answer_stands(
    knowledge: Knowledge,
) -> None:
    case = Case(at=AT, text="I have a fever")
    screen = shown(knowledge, case)
    case = reply(knowledge, case, screen, {"fever": "no"})
    assert assess(knowledge, case).triage.doubt == ("fever",)
    twice = shown(knowledge, case)
    assert twice.id == "again-words"
    case = reply(knowledge, case, twice, {"fever": "no"})
    assert assess(knowledge, case).answers["fever"].possible == NO
    assert shown(knowledge, case).id == "who"


# --------------------------------------------------------------------------------- hidden fevers


def test_a_tablet_that_may_hide_a_fever_leaves_it_unsettled(knowledge: Knowledge) -> None:
    whole = somebody(knowledge, "fever_reducer_last_6h")
    case, _, stopped = play(knowledge, whole)
    assert stopped == "voided"
    assert assess(knowledge, case).triage.disposition == "unsettled"
    cool = somebody(knowledge, "fever_reducer_last_6h", "no_fever_before_tablets")
    case, _, stopped = play(knowledge, cool)
    assert stopped == "settled"
    assert assess(knowledge, case).triage.disposition == "self_care"


# ------------------------------------------------------------------------------- passing over


def test_what_is_passed_over_is_not_asked_and_not_answered(knowledge: Knowledge) -> None:
    case = Case(at=AT, given=PERSON)
    first = shown(knowledge, case)
    second = next_screen(knowledge, case, passed=first.findings)
    assert isinstance(second, Screen)
    assert second.id == "danger-2"
    everything = tuple(knowledge.findings)
    stop = next_screen(knowledge, case, passed=everything)
    assert isinstance(stop, Stop)
    assert stop.because == "passed"


def test_marks_that_other_answers_settle_are_dropped(knowledge: Knowledge) -> None:
    """A man ticks a statement that also covers what only women are asked."""
    mark = Given("unsure", Origin("list", "danger-3-1:pregnancy"))
    case = Case(at=AT, given={"vaginal_bleeding": mark})
    screen = shown(knowledge, case)
    chosen = {"age_years": "40", "sex_at_birth": "male"}
    assert "vaginal_bleeding" not in reply(knowledge, case, screen, chosen).given


@pytest.mark.parametrize("language", ["en"])
def test_every_row_and_block_has_its_words(knowledge: Knowledge, language: str) -> None:
    words = knowledge.words[language]
    for case in people(knowledge, 25, 3):
        _, screens, _ = play(knowledge, case)
        for screen in screens:
            for block in screen.blocks:
                assert words[block.words[0]][block.words[1]]
                for r in block.rows:
                    assert words[r.words[0]][r.words[1]]["ask"]
