"""What the numbers of the differential come to: near what studies found."""

from __future__ import annotations

import math

import pytest

from lumbago.answers import YES, Answer
from lumbago.differential.scalar import Network
from lumbago.knowledge.check_causes import PARAMETERS
from lumbago.knowledge.model import Knowledge


def test_the_parameters_are_those_that_are_checked(knowledge: Knowledge) -> None:
    assert set(PARAMETERS) == set(knowledge.parameters)


@pytest.mark.parametrize(
    ("cause", "finding", "low", "high"),
    [
        # Downie 2013: 33 % (10-67) after steroids, 11 % (8-16) after severe trauma
        ("vertebral_compression_fracture", "steroid_use_long", 0.10, 0.67),
        ("vertebral_compression_fracture", "major_trauma", 0.05, 0.16),
        # 7 % in first visits; the sum of the tables gives 2 to 3 %
        ("spinal_malignancy", "history_of_cancer", 0.01, 0.07),
        # Harding 2005: night pain says little
        ("spinal_malignancy", "night_pain_wakes", 0.001, 0.006),
        # Henschke 2009: 0.7 % before anything is said
        ("vertebral_compression_fracture", None, 0.005, 0.01),
        ("cauda_equina_syndrome", None, 0.0003, 0.001),
    ],
)
def test_single_answers_leave_what_studies_found(
    knowledge: Knowledge, cause: str, finding: str | None, low: float, high: float
) -> None:
    answers = {finding: Answer(YES)} if finding else {}
    posterior = Network(knowledge).posterior(answers)
    assert low <= posterior.probability[cause] <= high


def test_bladder_and_saddle_signs_together_count_ten_times_at_most(knowledge: Knowledge) -> None:
    group = knowledge.syndromes["cauda_equina"]
    network = Network(knowledge)
    for cause in network.causes:
        joint = sum(
            network.questions[clue].gain(True, cause)
            for clue in group.clues
            if cause in network.questions[clue].ties
        )
        assert joint <= math.log(group.cap) + 1e-9, cause
