"""The JSON of a plan: ids that exist, moments with an offset, one dose at most, never a lone verdict."""

from __future__ import annotations

import json
from datetime import datetime
from random import Random
from typing import Any

import lumbago
from lumbago import CarePlan
from lumbago.knowledge.model import Knowledge
from lumbago.testing_plan import life
from lumbago.wire import dumps
from lumbago.wire_plan import plan_json


def plans(knowledge: Knowledge, number: int) -> list[CarePlan]:
    lives = (life(knowledge, Random(f"wire {n}")) for n in range(number))
    return [lumbago.plan(knowledge, case, log, now=now) for case, log, now in lives]


def test_every_plan_is_json_with_ids_that_exist(knowledge: Knowledge) -> None:
    care = knowledge.care
    made = refused = 0
    for plan in plans(knowledge, 60):
        data: dict[str, Any] = json.loads(dumps(plan_json(plan)))
        assert data["lumbago"] == 1
        assert set(data["danger"]) <= knowledge.findings.keys()
        if data["refused"] is not None:
            refused += 1
            assert "steps" not in data
            assert "items" not in data
            assert set(data["refused"]["questions"]) <= knowledge.findings.keys()
            continue
        made += 1
        assert data["triage"]["cleared"] is True
        named = [step["measure"] for step in data["steps"]] + data["now"]
        named += [item["measure"] for item in (*data["items"], *data["outlook"])]
        assert set(named) <= care.measures.keys()
        for item in (*data["items"], *data["outlook"]):
            start, end = (datetime.fromisoformat(item[key]) for key in ("start", "end"))
            assert start.tzinfo is not None
            assert start < end
        for step in data["steps"]:
            assert set(step["backing"]["conflicts"]) <= knowledge.conflicts.keys()
            assert step["backing"]["sources"]
        doses = [m for m in data["medicines"] if m["dose"]]
        assert len(doses) <= 1
        for medicine in data["medicines"]:
            assert not (medicine["dose"] and medicine["none"])
    assert made
    assert refused


def test_a_refused_plan_never_names_a_low_disposition(knowledge: Knowledge) -> None:
    for plan in plans(knowledge, 40):
        data = plan_json(plan)
        if data["refused"] and not data["triage"]["cleared"]:
            assert data["triage"]["disposition"] in ("unsettled", "same_day", "emergency")
