"""Where the accepted causes stand."""

from __future__ import annotations

from typing import Any

from lumbago import Case, assess
from lumbago.evaluate import cause_score
from lumbago.evaluate_causes import Fit, fit_of
from lumbago.knowledge.model import Knowledge


def _fit(knowledge: Knowledge, *accepted: str, **answers: Any) -> Fit | None:
    return fit_of(knowledge, assess(knowledge, Case.of(answers=answers)), accepted)


def test_causes_that_cannot_be_told_apart_share_a_rank(knowledge: Knowledge) -> None:
    told: dict[str, Any] = {
        "lifted_or_bent": "yes",
        "pain_worse_with_movement": "yes",
        "age_years": 30,
    }
    strain, sprain = (
        _fit(knowledge, cause, **told) for cause in ("muscle_strain", "ligament_sprain")
    )
    assert strain is not None
    assert strain == sprain
    assert (strain.cause, strain.family, strain.serious) == (1, 1, False)


def test_a_serious_cause_is_kept_by_the_rules(knowledge: Knowledge) -> None:
    fit = _fit(knowledge, "cauda_equina_syndrome", bladder_retention="yes", age_years=50)
    assert fit is not None
    assert fit.serious
    assert fit.kept


def test_no_list_is_a_miss_and_no_label_is_left_out(knowledge: Knowledge) -> None:
    child = _fit(knowledge, "muscle_strain", age_years=12)
    assert child == Fit(None, None, serious=False, kept=False)
    assert _fit(knowledge, "bad_luck", age_years=40) is None


def test_the_score_counts_ranks() -> None:
    fits = [Fit(1, 1, True, True), Fit(3, 2, True, False), Fit(None, 4, False, True)]
    found = cause_score(fits)
    assert (found.cause_first.hits, found.cause_in_three.hits) == (1, 2)
    assert (found.family_first.hits, found.family_in_three.hits) == (1, 2)
    assert (found.serious_kept.hits, found.serious_kept.of) == (1, 2)
