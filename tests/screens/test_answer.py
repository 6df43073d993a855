from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

import pytest

from lumbago.answers import Case
from lumbago.assess import assess
from lumbago.knowledge.model import Disposition, Knowledge
from lumbago.screens import Frame, Pages
from lumbago.screens.answer import changes, view
from lumbago.screens.visit import Visit
from lumbago.simulate import people

LOW = ("soon", "routine", "self_care")
MEDICINES = ("aspirin", "ibuprofen", "paracetamol", "acetaminophen", "naproxen", "codeine")


def told(**answers: str) -> Case:
    at = datetime.fromisoformat("2026-11-22T09:00:00+00:00")
    return Case.of(age=41, sex="male", answers=dict(answers), at=at)


def test_no_page_names_less_than_today_while_a_danger_is_open(
    knowledge: Knowledge, pages: Pages, frame: Frame, now: datetime
) -> None:
    titles = [str(pages.wording.words["dispositions"][low]["title"]) for low in LOW]
    seen = set()
    for number, person in enumerate(people(knowledge, 40, 3)):
        keep = sorted(person.given)[:: 1 + number % 4]
        case = replace(person, at=now, given={f: person.given[f] for f in keep})
        disposition = assess(knowledge, case).triage.disposition
        page = pages.answer(frame, Visit(case=case), now)
        seen.add(disposition)
        for low, title in zip(LOW, titles, strict=True):
            assert (f'<p class="kicker">{title}</p>' in page) is (disposition == low)
        assert ("not an all-clear" in page) is (disposition == "unsettled")
    assert "unsettled" in seen


def test_every_route_of_an_emergency_has_its_card(
    knowledge: Knowledge, pages: Pages, frame: Frame
) -> None:
    emergency = Disposition.EMERGENCY
    actions = {r.action for r in knowledge.rules.values() if r.disposition is emergency}
    assert len(actions) >= 6
    for action in actions:
        page = pages.emergency(frame, action)
        assert 'href="tel:' in page
        assert "Nobody has been told yet" in page
        assert "<script" not in page
        assert not [medicine for medicine in MEDICINES if medicine in page.lower()]


@pytest.mark.parametrize(
    ("answers", "action", "number"),
    [
        ({"saddle_numbness": "yes"}, "emergency_department", "999"),
        ({"fainted_or_collapsed": "yes", "chest_pain": "yes"}, "ambulance", "999"),
        ({"self_harm_or_overdose": "yes"}, "crisis_or_poison_line", "116 123"),
    ],
)
def test_the_route_is_data(
    answers: dict[str, str],
    action: str,
    number: str,
    knowledge: Knowledge,
    pages: Pages,
    frame: Frame,
    now: datetime,
) -> None:
    case = told(**answers)
    shown = view(pages.wording, assess(knowledge, case), "GB", "", case.given)
    assert shown.route is not None
    assert shown.route.action == action
    assert shown.calling.calls[0].number == number
    page = pages.answer(frame, Visit(case=case), now)
    main = page[page.index("<main") : page.index("</main>")]
    first = re.search(r"<a [^>]*>", main)
    assert first is not None
    assert "tel:" in first.group()
    assert not [medicine for medicine in MEDICINES if medicine in page.lower()]
    assert "most people" not in page  # no causes beside an emergency


def test_what_to_say_names_each_sign_once(knowledge: Knowledge, pages: Pages) -> None:
    case = told(fainted_or_collapsed="yes", chest_pain="yes")
    shown = view(pages.wording, assess(knowledge, case), "GB", "so “bad”", case.given)
    assert len(shown.say) == len(set(shown.say))
    assert any("a faint" in line for line in shown.say)
    assert shown.say[-1] == "In my own words: “so “bad””"


def test_told_denied_and_doubted_are_kept_apart(knowledge: Knowledge, pages: Pages) -> None:
    case = told(fever="yes", saddle_numbness="no", chest_pain="unsure")
    answered = view(pages.wording, assess(knowledge, case), "GB", "", case.given).answered
    assert [one.finding for one in answered.yes] == ["fever"]
    assert [one.finding for one in answered.no] == ["saddle_numbness"]
    assert [one.finding for one in answered.unsure] == ["chest_pain"]
    assert {one.finding for one in answered.other} == {"age_years", "sex_at_birth"}
    assert answered.not_asked


def test_what_is_not_suggested_was_denied_sign_by_sign(knowledge: Knowledge, pages: Pages) -> None:
    seen = 0
    for person in people(knowledge, 60, 5):
        assessment = assess(knowledge, person)
        shown = view(pages.wording, assessment, "GB", "", person.given)
        if not assessment.triage.cleared:
            assert not shown.not_suggested
        fired = {pages.wording.condition(f.rule.protects_against) for f in assessment.triage.rules}
        seen += len(shown.not_suggested)
        assert fired.isdisjoint(name for name, _ in shown.not_suggested)
    assert seen


def test_an_appointment_is_offered_only_where_it_can_wait(
    knowledge: Knowledge, pages: Pages, frame: Frame, now: datetime
) -> None:
    for answers in ({}, {"fever": "yes"}, {"saddle_numbness": "yes"}):
        assert 'href="/note"' not in pages.answer(frame, Visit(case=told(**answers)), now)


def test_somebody_hurt_by_another_is_answered_discreetly(
    pages: Pages, frame: Frame, now: datetime
) -> None:
    page = pages.answer(frame, Visit(case=told(hurt_by_someone="yes")), now)
    hidden = re.sub(r"<details.*?</details>", "", page, flags=re.DOTALL)
    assert "Leave quickly" in hidden
    assert "116 123" in hidden
    for word in ("hurt you", "being hurt", "afraid", "another person"):
        assert word not in hidden.lower()


def test_what_would_change_the_answer_is_at_least_as_urgent_as_the_rules_say(
    knowledge: Knowledge, pages: Pages, frame: Frame, now: datetime
) -> None:
    groups = changes(pages.wording)
    assert all(groups.values())
    words = pages.wording.words["screens"]["changes"]
    assert set(words) <= set(knowledge.findings)
    for finding, text in words.items():
        verdict = assess(knowledge, told(**{finding: "yes"})).triage.verdict
        assert verdict.as_told >= Disposition.SAME_DAY, finding
        assert (str(text) in groups["today"]) is (verdict.as_told is Disposition.SAME_DAY)
    page = pages.answer(frame, Visit(case=told()), now)
    assert "Call 999 if there is" in page
    assert "numb or different feeling between the legs" in page
