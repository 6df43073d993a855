"""Where the accepted causes stand."""

from __future__ import annotations

from typing import Any

from lumbago import Case, assess
from lumbago.evaluate_causes import Claim, Fit, cause_score, fit_of
from lumbago.knowledge.model import Knowledge


def _fit(knowledge: Knowledge, *accepted: str, **answers: Any) -> Fit | None:
    found = assess(knowledge, Case.of(answers=answers))
    return fit_of(knowledge, found.differential, found.not_to_be_missed, accepted)


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
    assert sprain is not None
    assert (strain.cause, strain.family) == (sprain.cause, sprain.family)
    assert (strain.cause, strain.family, strain.serious) == (1, 1, False)


def test_a_serious_cause_is_kept_by_the_rules(knowledge: Knowledge) -> None:
    fit = _fit(knowledge, "cauda_equina_syndrome", bladder_retention="yes", age_years=50)
    assert fit is not None
    assert fit.serious
    assert fit.kept


def test_no_list_is_a_miss_and_no_label_is_left_out(knowledge: Knowledge) -> None:
    child = _fit(knowledge, "muscle_strain", age_years=12)
    assert child == Fit(None, None, serious=False, kept=False, label="mechanical")
    assert _fit(knowledge, "bad_luck", age_years=40) is None


def test_the_score_counts_ranks() -> None:
    fits = [Fit(1, 1, True, True), Fit(3, 2, True, False), Fit(None, 4, False, True)]
    found = cause_score(fits)
    assert (found.cause_first.hits, found.cause_in_three.hits) == (1, 2)
    assert (found.family_first.hits, found.family_in_three.hits) == (1, 2)
    assert (found.serious_kept.hits, found.serious_kept.of) == (1, 2)


def test_claims_are_what_was_said_and_whether_it_is_accepted(knowledge: Knowledge) -> None:
    fit = _fit(knowledge, "ligament_sprain", lifted_or_bent="yes", age_years=30)
    assert fit is not None
    assert fit.first == fit.causes[0]
    assert not fit.first.true  # the strain comes first, and is not the accepted cause itself
    assert sum(claim.true for claim in fit.causes) == 1
    assert fit.families[0].true
    assert all(claim.probability >= 0.01 for claim in (*fit.causes, *fit.families))
    assert (fit.label, fit.told) == ("mechanical", "mechanical")


def test_the_label_is_the_accepted_family_that_stands_highest(knowledge: Knowledge) -> None:
    fit = _fit(knowledge, "spinal_malignancy", "muscle_strain", age_years=30)
    assert fit is not None
    assert fit.label == "mechanical"


def test_families_are_counted_by_label_and_by_what_came_first() -> None:
    claim = Claim(0.5, True)
    fits = [
        Fit(1, 1, False, False, "bone", "bone", claim),
        Fit(4, 2, False, False, "bone", "nerve", claim),
        Fit(None, 9, False, False, "bone", "nerve", claim),
    ]
    found = cause_score(fits)
    assert found.families == {("bone", "bone"): 1, ("bone", "nerve"): 2}
    assert found.in_three == {"bone": 2}
