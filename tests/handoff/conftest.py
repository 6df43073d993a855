from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

import lumbago
from lumbago.answers import Case, Given, GivenValue, Profile
from lumbago.events import Event, Log, Note, StepDone, Taken
from lumbago.knowledge.model import Knowledge
from lumbago.planning.result import CarePlan
from lumbago.story_plan import PlanTeller
from lumbago.testing_plan import ordinary_answers
from lumbago.wording import Wording

Planned = tuple[Case, Log, CarePlan]
WORDS = "bent to pick up a box & my back <locked>.\nno numbness, can pee fine"


@pytest.fixture(scope="session")
def teller(knowledge: Knowledge) -> PlanTeller:
    return PlanTeller(Wording(knowledge))


@pytest.fixture(scope="session")
def planned(knowledge: Knowledge) -> Callable[..., Planned]:
    """A person's case, log and plan, in a zone, at a local time, with answers changed."""

    def make(
        zone: str = "Europe/Berlin", at: str = "2026-11-22T08:30", **changes: GivenValue
    ) -> Planned:
        now = datetime.fromisoformat(at).replace(tzinfo=ZoneInfo(zone))
        given = {id_: Given(v) for id_, v in ordinary_answers(knowledge, **changes).items()}
        case = Case("c-1", now, WORDS, given, Profile(("asthma",), day={"zone": zone}))
        two, later = now + timedelta(minutes=2), now + timedelta(minutes=5)
        log = (
            Event("e1", two, two, zone, Taken("ibuprofen", 400, "Nurofen")),
            Event("e2", two, two, zone, StepDone("hook_lying", "worse")),
            Event("e3", two, two, zone, Note("Can I <lift> my child?", "doctor")),
            Event("e4", two, two, zone, Note("a quiet day", "diary")),
        )
        return case, log, lumbago.plan(knowledge, case, log, now=later)

    return make
