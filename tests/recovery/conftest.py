"""A person about whom everything was asked, and diaries of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from lumbago import Case, assess
from lumbago.answers import GivenValue
from lumbago.assess import Assessment
from lumbago.events import CheckIn, Event, Log
from lumbago.knowledge.model import Knowledge
from lumbago.recovery.course import Expected
from lumbago.recovery.diary import Diary, Score
from lumbago.recovery.ensemble import Ensemble, ensemble, evenly

ONSET = datetime(2026, 3, 2, 9, tzinfo=UTC)

Person = Callable[..., Case]


@pytest.fixture(scope="session")
def person(knowledge: Knowledge) -> Person:
    """A case as of some days after the onset with every question answered, most with no."""

    def build(days: float = 10, age: int = 40, **answers: GivenValue) -> Case:
        every: dict[str, GivenValue] = {
            one.id: "no" for one in knowledge.findings.values() if one.answer == "yes_no"
        }
        told: Mapping[str, GivenValue] = {
            "pain_site_low_back": "yes",
            "pain_worse_with_movement": "yes",
            "pain_eases_lying_still": "yes",
            "lifted_or_bent": "yes",
            "clearly_improving": "yes",
            "pain_severity_0_10": 4,
            "pain_duration_days": days,
        }
        at = ONSET + timedelta(days=days)
        return Case.of(age=age, sex="male", answers=every | dict(told) | answers, at=at)

    return build


@pytest.fixture(scope="session")
def assessed(knowledge: Knowledge, person: Person) -> Callable[..., Assessment]:
    """The assessment of such a person."""

    def build(*args: Any, **answers: Any) -> Assessment:
        return assess(knowledge, person(*args, **answers))

    return build


@pytest.fixture(scope="session")
def diary() -> Callable[..., Diary]:
    """One score a day from a day on, in whole points of 0-10; None leaves a day out."""

    def build(pains: Sequence[float | None], entry: float = 0, now: float | None = None) -> Diary:
        first = ONSET + timedelta(days=entry)
        scores = tuple(
            Score(first + timedelta(days=day), round(pain * 10))
            for day, pain in enumerate(pains)
            if pain is not None
        )
        last = first + timedelta(days=max(0, len(pains) - 1))
        return Diary(last if now is None else ONSET + timedelta(days=now), ONSET, scores)

    return build


@pytest.fixture(scope="session")
def log() -> Callable[..., Log]:
    """Check-ins, one a day from the onset on, in whole points of 0-10."""

    def build(pains: Sequence[float], first: float = 0) -> Log:
        moments = [ONSET + timedelta(days=first + day) for day in range(len(pains))]
        return tuple(
            Event(f"e{n}", at, at, "Etc/UTC", CheckIn(pain=round(10 * pain)))
            for n, (at, pain) in enumerate(zip(moments, pains, strict=True))
        )

    return build


@pytest.fixture(scope="session")
def acute(knowledge: Knowledge) -> Ensemble:
    """The shipped ensemble of acute pain."""
    return ensemble(knowledge.recovery, "acute", evenly(Random(0)))


@pytest.fixture(scope="session")
def expected(knowledge: Knowledge) -> Expected:
    """What draws courses for assessments."""
    return Expected(knowledge)
