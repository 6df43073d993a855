from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import lumbago
from lumbago.answers import Case, Given, Profile
from lumbago.assess import assess
from lumbago.screens.judge import Judge, said

AT = datetime.fromisoformat("2026-11-22T09:00:00+00:00")
NUMB = {"saddle_numbness": Given("yes")}


def test_the_same_case_is_assessed_once_and_right() -> None:
    knowledge = lumbago.load()
    judge = Judge(knowledge)
    case = Case(at=AT, text="my back locked", given=NUMB)
    first = judge(case)
    assert first == assess(knowledge, case)
    assert judge(replace(case, profile=Profile(country="DE"))) is first
    assert judge(case).differential is first.differential
    judge.forget()
    assert judge(case) is not first


def test_another_case_is_another_assessment() -> None:
    case = Case(at=AT, text="my back locked", given=NUMB)
    others = [
        replace(case, given={}),
        replace(case, given={"saddle_numbness": Given("no")}),
        replace(case, text="my back"),
        replace(case, at=AT + timedelta(days=1)),
        replace(case, profile=Profile(medicines=("warfarin",))),
    ]
    assert len({said(one) for one in (case, *others)}) == 6
    judge = Judge(lumbago.load())
    assert judge(case).triage.disposition == "emergency"
    assert judge(others[1]).triage.disposition == "unsettled"
