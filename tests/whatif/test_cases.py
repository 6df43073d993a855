"""An overlay on written cases, beside their labels."""

from __future__ import annotations

import json
from typing import Any

from lumbago.evaluate import Mode, Place, evaluate
from lumbago.knowledge.model import Disposition, Knowledge
from lumbago.knowledge.overlay import Overlay
from lumbago.rates import Paired
from lumbago.whatif.cases import compare_cases


def line(id_: str, **more: Any) -> str:
    return json.dumps({"lumbago": 1, "id": id_, "age": 50, "sex": "male", **more})


STRAIN = {
    "chest_pain": "yes",
    "lifted_or_bent": "yes",
    "pain_worse_with_movement": "yes",
    "pain_eases_lying_still": "yes",
}
CASES: list[str | bytes] = [
    line("heart", answers=STRAIN, gold={"disposition": "emergency"}),
    "",
    line("calm", text="my back aches a bit", gold={"disposition": "self_care"}),
    "not json",
    line("unlabelled", answers=STRAIN),
    line("unsure", answers={**STRAIN, "chest_pain": "unsure"}, gold={"disposition": "same_day"}),
    line("wrong", answers={"chest_pian": "yes"}),
]


def test_cases_come_out_before_as_they_are_assessed(
    knowledge: Knowledge, loosened: Overlay
) -> None:
    found = compare_cases(loosened, CASES)
    assessed = evaluate(knowledge, CASES)
    outcomes = assessed.outcomes[Mode.TEXT_AND_ANSWERS]
    score = assessed.scores[Mode.TEXT_AND_ANSWERS]
    assert found.comparison.people == len(outcomes) + 1  # a case without a label counts as well
    before = [found.comparison.level(level).before.hits for level in Disposition]
    before[Disposition.EMERGENCY] -= 1
    assert before == [sum(o.verdict.as_told is level for o in outcomes) for level in Disposition]
    assert found.labelled[Place.ACCEPTABLE].before == score.acceptable
    assert found.labelled[Place.UNDER].before == score.under
    assert found.missed.before == score.missed_emergencies


def test_what_moves_is_told_beside_its_label(loosened: Overlay) -> None:
    found = compare_cases(loosened, CASES)
    assert [(one.line, one.id, one.before) for one in found.moved] == [
        (1, "heart", Disposition.EMERGENCY),
        (5, "unlabelled", Disposition.EMERGENCY),
        (6, "unsure", Disposition.SAME_DAY),
    ]
    assert all(one.after < Disposition.SAME_DAY for one in found.moved)
    assert found.missed == Paired(0, 0, 1, 0)
    assert found.labelled[Place.UNDER].after_only == 2
    assert [(bad.line, bad.id) for bad in found.bad] == [(4, None), (7, "wrong")]
    assert "Did you mean 'chest_pain'?" in str(found.bad[1].problems[0])


def test_no_case_at_all(unchanged: Overlay) -> None:
    found = compare_cases(unchanged, [])
    assert (found.comparison.people, found.moved, found.bad) == (0, (), ())
    assert found.missed.people == 0
