from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest

from lumbago.knowledge.check import everything_is_cited
from lumbago.knowledge.check_recovery import (
    cited,
    comparisons_can_be_made,
    curves_can_be_drawn,
)
from lumbago.knowledge.model import Knowledge
from lumbago.knowledge.snapshot import dump, parse


def _with(knowledge: Knowledge, kind: str, id_: str, **changes: Any) -> Knowledge:
    entries = dict(getattr(knowledge.recovery, kind))
    entries[id_] = replace(entries[id_], **changes)
    recovery = replace(knowledge.recovery, **{kind: MappingProxyType(entries)})
    return replace(knowledge, recovery=recovery)


def test_the_shipped_course_can_be_drawn(knowledge: Knowledge) -> None:
    assert curves_can_be_drawn(knowledge) == []


@pytest.mark.parametrize(
    ("kind", "id_", "changes", "said"),
    [
        ("curves", "costa_acute", {"means": (52.0,)}, "needs a mean, a low and a high"),
        ("curves", "costa_acute", {"weeks": (0, 26, 6, 52)}, "rising weeks from 0"),
        ("curves", "costa_acute", {"lows": (48, 21, 9, 30)}, "30 to 6 to 10"),
        ("classes", "rapid_recovery", {"recovers_days": ()}, "either recovers or settles"),
        ("classes", "fluctuating", {"settles_days": ()}, "needs `settles_days`"),
        ("classes", "fluctuating", {"swing": (0.6, 0.3)}, "swing must be two numbers"),
        ("shares", "itz_3_months", {"share": 33}, "between 0 and 1"),
        ("shares", "itz_3_months", {"fits": "walwork"}, "no family of curves"),
        ("factors", "older_age", {"odds": 0}, "odds above 0"),
    ],
)
def test_a_slip_is_named(
    knowledge: Knowledge, kind: str, id_: str, changes: dict[str, Any], said: str
) -> None:
    problems = curves_can_be_drawn(_with(knowledge, kind, id_, **changes))
    assert len(problems) == 1
    assert said in problems[0].message
    assert problems[0].where.startswith("recovery/")


@pytest.mark.parametrize(
    ("kind", "id_", "changes", "said"),
    [
        ("arms", "cold", {"measure": "cold_pck"}, "'cold_pck', which is no measure"),
        ("comparison", "sure_enough", {"values": (0.4,)}, "above one half"),
        ("comparison", "prior_arm_weights", {"values": (0.5, 0.4)}, "a sum of 1"),
        ("comparison", "prior_arm_spread", {"values": (0.5,)}, "a weight for each spread"),
    ],
)
def test_a_slip_of_the_comparison_is_named(
    knowledge: Knowledge, kind: str, id_: str, changes: dict[str, Any], said: str
) -> None:
    assert comparisons_can_be_made(knowledge) == []
    problems = comparisons_can_be_made(_with(knowledge, kind, id_, **changes))
    assert len(problems) == 1
    assert said in problems[0].message
    assert problems[0].where.startswith("recovery/")


def test_every_number_of_the_course_needs_a_source(knowledge: Knowledge) -> None:
    owners = [owner for owner, _, _ in cited(knowledge.recovery)]
    assert len(owners) == len(set(owners))
    bare = _with(knowledge, "curves", "costa_acute", interval_sources=())
    assert any(
        "costa_acute', intervals has no source" in p.message for p in everything_is_cited(bare)
    )


def test_the_snapshot_keeps_it(knowledge: Knowledge) -> None:
    again, _ = parse(dump(knowledge, "digest"), "snapshot")
    one, other = knowledge.recovery, again.recovery
    assert other.number("interval_share") == 0.8
    assert dict(other.curves) == dict(one.curves)
    assert dict(other.factors) == dict(one.factors)
    assert dict(other.limits) == dict(one.limits)
