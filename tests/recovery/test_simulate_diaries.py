from __future__ import annotations

import math
from datetime import UTC, datetime

import numpy as np
import pytest

from lumbago.event_files import event_json, event_of
from lumbago.events import CheckIn
from lumbago.knowledge.model import Knowledge
from lumbago.recovery.ensemble import Scale
from lumbago.recovery.simulate_diaries import DAYS, OUTSIDE, deviations, simulated_people

ONSET = datetime(2026, 1, 1, 9, tzinfo=UTC)


def test_the_same_seed_gives_the_same_people(knowledge: Knowledge) -> None:
    one, same, other = (
        [p.scores.tolist() for p in simulated_people(knowledge.recovery, 5, seed, "costa")]
        for seed in (1, 1, 2)
    )
    assert one == same
    assert one != other


@pytest.mark.parametrize("family", ["classes", "costa", "wallwork"])
def test_people_answer_in_whole_numbers_and_leave_days_out(
    knowledge: Knowledge, family: str
) -> None:
    people = list(simulated_people(knowledge.recovery, 60, 3, family))
    scores = np.stack([person.scores for person in people])
    assert scores.shape == (60, DAYS)
    assert set(np.unique(scores)) <= set(range(0, 101, 10))
    assert all(person.kept[0] for person in people)
    assert 0.8 < np.mean([person.kept.mean() for person in people]) < 0.9
    assert len({person.id for person in people}) == 60
    assert 40 < scores[:, 0].mean() < 75
    assert scores[:, -1].mean() < scores[:, 0].mean()


def test_recovery_is_told_by_the_own_curve(knowledge: Knowledge) -> None:
    people = list(simulated_people(knowledge.recovery, 200, 4, "classes"))
    gone = [person for person in people if np.isfinite(person.recovered)]
    assert 0.6 < len(gone) / len(people) < 0.8
    for person in gone:
        day = int(person.recovered) - person.entry
        assert person.level[min(day, DAYS - 1)] <= 10.01


def test_the_log_is_what_the_diary_says(knowledge: Knowledge) -> None:
    person = next(simulated_people(knowledge.recovery, 1, 5, "wallwork"))
    log = person.log(ONSET)
    assert [event_of(event_json(event), knowledge) for event in log] == list(log)
    diary = person.diary(ONSET, DAYS - 1)
    pains = [event.payload.pain for event in log if isinstance(event.payload, CheckIn)]
    assert pains == [score.pain for score in diary.scores]
    assert diary.days(diary.scores[0].at) == person.entry


def test_spells_last_and_are_as_large_as_told(knowledge: Knowledge) -> None:
    recovery = knowledge.recovery
    scale = Scale(recovery.number("scale_offset"))
    drawn = deviations(recovery, scale, 20_000, np.random.default_rng(1))
    spell, answer = (scale.spread(recovery.number(k)) for k in ("deviation", "day_noise"))
    wanted = math.hypot(spell, answer)
    assert drawn.std() == pytest.approx(wanted, rel=0.05)
    assert np.corrcoef(drawn[:-1], drawn[1:])[0, 1] > 0.3


def test_an_account_that_a_stage_does_not_have_is_an_error(knowledge: Knowledge) -> None:
    with pytest.raises(KeyError):
        next(simulated_people(knowledge.recovery, 1, 1, "classes", "persistent"))


def test_people_outside_of_all_accounts_wait_and_then_drop(knowledge: Knowledge) -> None:
    for person in simulated_people(knowledge.recovery, 30, 6, OUTSIDE):
        falls = -np.diff(person.level)
        assert (falls[:4] == 0).all()
        assert (falls >= -1e-9).all()
        assert falls.max() > 1
