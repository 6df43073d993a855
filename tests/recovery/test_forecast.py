from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from lumbago import Case, assess
from lumbago.assess import Assessment
from lumbago.events import Event, Told
from lumbago.knowledge.model import Knowledge
from lumbago.planning.present import current_case
from lumbago.recovery.diary import Diary, diary_of
from lumbago.recovery.forecast import Refusal, factors_of, refusal
from lumbago.wire import case_json

Assessed = Callable[..., Assessment]


def _refused(knowledge: Knowledge, assessment: Assessment) -> str:
    assert assessment.at is not None
    diary = diary_of((), assessment.answers, assessment.at, assessment.at)
    found = refusal(knowledge, assessment, diary)
    return "" if found is None else found.reason


def test_a_person_without_a_reason_against_it_gets_a_course(
    knowledge: Knowledge, assessed: Assessed
) -> None:
    assert _refused(knowledge, assessed(10)) == ""


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({"saddle_numbness": "yes"}, "needs_care_first"),
        ({"saddle_numbness": "unsure"}, "needs_care_first"),
        ({"pain_uncontrolled": "yes", "clearly_improving": "no"}, "needs_care_first"),
        ({"pain_below_knee": "yes"}, "pain_down_the_leg"),
        ({"pain_below_knee": "unsure"}, "pain_down_the_leg"),
        ({"pain_site_low_back": "no", "pain_site_neck": "yes"}, "other_place"),
    ],
)
def test_no_course_while_something_speaks_against_it(
    knowledge: Knowledge, assessed: Assessed, answers: dict[str, str], reason: str
) -> None:
    assert _refused(knowledge, assessed(10, **answers)) == reason


@pytest.mark.parametrize("status", ["could_be", "under_20_weeks", "within_6_weeks_of_birth"])
def test_no_course_in_pregnancy(knowledge: Knowledge, person: Any, status: str) -> None:
    case: Case = person(
        10, sex_at_birth="female", pregnancy_status=status, pregnancy_ruled_out="no"
    )
    assessment = assess(knowledge, case)
    assert assessment.at is not None
    diary = diary_of((), assessment.answers, assessment.at, assessment.at)
    assert refusal(knowledge, assessment, diary) is not None


def test_a_known_cause_is_a_limit(knowledge: Knowledge, assessed: Assessed) -> None:
    # such answers ask to be seen as well; both reasons hold, the more urgent is told
    assert _refused(knowledge, assessed(10, cancer_active_or_spread="yes")) in (
        "needs_care_first",
        "known_cause",
    )


@pytest.mark.parametrize(
    ("days", "age", "reason"),
    [
        (2.9, 40, "too_early"),
        (3, 40, ""),
        (10, 17, "under_age"),
        (10, 18, ""),
        (370, 40, "too_late"),
    ],
)
def test_no_course_outside_of_the_time_and_age_of_the_studies(
    knowledge: Knowledge, assessed: Assessed, days: float, age: int, reason: str
) -> None:
    assert _refused(knowledge, assessed(days, age)) == reason


def test_what_was_not_asked_speaks_against_it(knowledge: Knowledge, person: Any) -> None:
    case: Case = person(10)

    def without(*findings: str) -> Refusal | None:
        given = {id_: one for id_, one in case.given.items() if id_ not in findings}
        assessment = assess(knowledge, replace(case, given=given))
        assert case.at is not None
        return refusal(knowledge, assessment, diary_of((), assessment.answers, case.at, case.at))

    assert without("age_years") == Refusal("age_unknown", ("age_years",))
    opened = without("saddle_numbness")
    assert opened is not None
    assert opened.reason == "questions_open"
    assert "saddle_numbness" in opened.unanswered
    assert without("pain_site_low_back", "pain_site_neck") == Refusal(
        "answers_missing", ("pain_site_low_back", "pain_site_neck")
    )
    assert without("pain_duration_days") is not None


def test_an_unknown_onset_has_no_days(
    knowledge: Knowledge, assessed: Assessed, diary: Callable[..., Diary]
) -> None:
    found = refusal(knowledge, assessed(10), replace(diary([4]), onset=None))
    assert found == Refusal("onset_unknown", ("pain_duration_days",))


def test_old_answers_take_the_course_away(knowledge: Knowledge, person: Any) -> None:
    case: Case = person(10)
    assert case.at is not None
    told = Event("t", case.at, case.at, "Etc/UTC", Told(case_json(case)))
    now = case.at + timedelta(hours=13)
    later = assess(knowledge, current_case(knowledge, (told,), now).case)
    assert _refused(knowledge, later) == "questions_open"


def test_only_reported_factors_count(knowledge: Knowledge, assessed: Assessed) -> None:
    assert factors_of(knowledge, assessed(10).answers) == ()
    told = assessed(10, 64, stress_or_anxiety_high="yes", struggling_to_cope="unsure")
    assert factors_of(knowledge, told.answers) == ("older_age", "low_mood_or_worry")
