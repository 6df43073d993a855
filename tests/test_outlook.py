from __future__ import annotations

from dataclasses import replace

import pytest

from lumbago.knowledge.model import Knowledge
from lumbago.knowledge.recovery import REFUSALS
from lumbago.outlook import Narrator, Outlook
from lumbago.recovery.forecast import Chance, Course, Range, Refusal
from lumbago.wording import Wording

BAND = tuple(Range(day, 60 - day, 70 - day, 80 - day) for day in range(0, 43, 7))
COURSE = Course(
    stage="acute",
    entry_day=0,
    today=10,
    dots=((0.0, 80), (5.0, 60), (9.9, 45)),
    band=BAND,
    forecast=(Range(10, 30, 45, 60), Range(17, 21, 34, 48)),
    recovery=(Chance(4, 0.2), Chance(12, 0.63)),
    standing="usual",
    ahead=0.4,
    factors=(),
    effective=400,
    trust=1,
)


@pytest.fixture(scope="module")
def narrator(knowledge: Knowledge) -> Narrator:
    return Narrator(Wording(knowledge))


def _all(outlook: Outlook) -> str:
    return " ".join([outlook.title, *outlook.lines, *outlook.how_sure, outlook.svg_description])


def test_a_usual_course_says_that_the_danger_signs_still_count(narrator: Narrator) -> None:
    outlook = narrator.outlook(COURSE)
    assert outlook.title == "In the usual range. The danger signs still count."
    said = _all(outlook)
    assert "4.5 of 10" in said
    assert "on day 10" in said
    assert "between 2 and 5" in said
    assert "By week 12, about 6 in 10" in said
    assert "never makes a danger sign less urgent" in said
    assert "looked for care" in said


@pytest.mark.parametrize(("ahead", "n"), [(0.8, 8), (0.87, 8), (0.93, 9), (1.0, 9)])
def test_a_slow_course_asks_to_check_again(narrator: Narrator, ahead: float, n: int) -> None:
    outlook = narrator.outlook(replace(COURSE, standing="slower", ahead=ahead))
    assert outlook.title == f"Slower than {n} in 10. Let us check again now."
    assert "danger questions again now" in outlook.lines[0]


def test_a_short_diary_is_told_nothing_but_that(narrator: Narrator) -> None:
    outlook = narrator.outlook(replace(COURSE, standing="too_early", ahead=None, dots=((5.0, 70),)))
    assert outlook.title == "Too early to say how it goes. The danger signs still count."
    assert "In a week" not in _all(outlook)
    assert "By week" not in _all(outlook)


@pytest.mark.parametrize("share", [0, 0.04, 0.3, 0.97, 1])
@pytest.mark.parametrize("standing", ["usual", "slower", "too_early"])
def test_nobody_is_called_fast_or_promised_anything(
    narrator: Narrator, share: float, standing: str
) -> None:
    course = replace(
        COURSE,
        standing=standing,  # type: ignore[arg-type]
        ahead=None if standing == "too_early" else 0.9,
        recovery=(Chance(12, share),),
        factors=("older_age",),
        trust=0.2,
        forecast=(Range(17, 0, 1, 2),),
    )
    said = _all(narrator.outlook(course)).lower()
    for word in ("faster", "quick", "will be gone", "nothing serious", "{", "nan"):
        assert word not in said
    assert "age of 50 or more" in said
    assert "few published courses" in said


def test_both_reviews_are_named_and_who_disagrees(narrator: Narrator) -> None:
    said = " ".join(narrator.outlook(COURSE).how_sure)
    assert "Costa LCM 2012" in said
    assert "Wallwork SB 2024" in said
    assert "3 to 7 in 10" in said
    subacute = " ".join(narrator.outlook(replace(COURSE, stage="subacute")).how_sure)
    assert "Costa" not in subacute


def test_the_picture_is_told_in_words_too(narrator: Narrator) -> None:
    outlook = narrator.outlook(COURSE)
    assert "began at 8 on day 1 and are at 4.5 on day 10; 2 of 3 dots" in outlook.svg_description
    assert outlook.table == (("Day 1", "8"), ("Day 6", "6"), ("Day 10", "4.5"))
    empty = narrator.outlook(replace(COURSE, dots=(), ahead=None, standing="too_early"))
    assert "No score is logged yet." in empty.svg_description


def test_a_long_diary_makes_a_short_table_that_ends_today(narrator: Narrator) -> None:
    dots = tuple((float(day), 50) for day in range(90))
    table = narrator.outlook(replace(COURSE, dots=dots)).table
    assert len(table) <= 13
    assert table[-1][0] == "Day 90"


def test_every_refusal_has_its_words(knowledge: Knowledge, narrator: Narrator) -> None:
    for reason in (*REFUSALS, *knowledge.recovery.limits):
        assert narrator.refused(Refusal(reason))[0]
    lines = narrator.refused(Refusal("questions_open", ("saddle_numbness", "fever")))
    assert lines[1].startswith("Please answer first: numbness between the legs, fever")
