"""Row by row, a table must say exactly what the one-case path says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import lumbago
from lumbago import Assessment, Case, InputError, assess
from lumbago.answers import Given, Origin, Profile
from lumbago.batch.decode import numbers
from lumbago.batch.gate import AssessmentColumns, assess_columns
from lumbago.batch.tables import assess_table, cases_table
from lumbago.columns import CaseTable
from lumbago.intake import value_of, values_of
from lumbago.knowledge.model import Knowledge
from lumbago.quantity import Interval
from lumbago.simulate import people
from lumbago.simulate_causes import World, patients
from lumbago.testing import partial_answers
from lumbago.wire import assessment_json

AT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
CLOSE = 1e-4
LOW = ("soon", "routine", "self_care")
SLOW = settings(
    max_examples=30, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def same(knowledge: Knowledge, row: Mapping[str, Any], one: Assessment) -> None:
    """A row of the output says what an assessment says."""
    wanted = assessment_json(knowledge, one)
    triage, causes = wanted["triage"], wanted["differential"]
    assert row["id"] == one.id
    assert row["at"] == one.at
    for name in ("disposition", "as_told", "settled", "cleared", "action", "within_hours", "doubt"):
        assert row[name] == triage[name], name
    assert [row["low"], row["high"]] == triage["range"]
    assert row["rules"] == [rule["id"] for rule in triage["rules"]]
    assert row["readings"] == [rule["reading"] for rule in triage["rules"]]
    assert row["open"] == [question["finding"] for question in triage["open"]]
    assert row["open_count"] == len(one.triage.open_questions)
    assert row["not_to_be_missed"] == causes["not_to_be_missed"]
    assert sorted(row["problems"]) == sorted(str(problem) for problem in one.problems)
    assert row["none_because"] == causes["none_because"]
    ranked = one.differential.ranked
    found = {cause["condition"]: cause["probability"] for cause in row["likely"]}
    assert len(found) == len(causes["likely"])
    for place, (id_, probability) in enumerate(found.items()):
        assert probability == pytest.approx(ranked[id_], abs=CLOSE)
        assert probability == pytest.approx(one.differential.likely[place].probability, abs=CLOSE)
    lowest = knowledge.parameters["bands"].values[-1]
    families = {share.family: share.probability for share in one.differential.families}
    for share in row["families"]:
        near = families.get(share["family"], lowest)
        assert share["probability"] == pytest.approx(near, abs=CLOSE)
    told = {share["family"] for share in row["families"]}
    assert all(p < lowest + CLOSE for family, p in families.items() if family not in told)


def taken(knowledge: Knowledge, case: Case) -> Assessment | InputError:
    try:
        return assess(knowledge, case)
    except InputError as error:
        return error


def agree(knowledge: Knowledge, cases: Sequence[Case]) -> list[dict[str, Any]]:
    """The table of the cases says what each of them says by itself."""
    rows: list[dict[str, Any]] = assess_table(knowledge, cases_table(knowledge, cases)).to_pylist()
    assert len(rows) == len(cases)
    for row, case in zip(rows, cases, strict=True):
        one = taken(knowledge, case)
        if isinstance(one, InputError):
            assert all(row[name] is None for name in row if name not in ("id", "at", "problems"))
            assert sorted(row["problems"]) == sorted(str(problem) for problem in one.problems)
        else:
            same(knowledge, row, one)
    return rows


@st.composite
def handed_in(draw: st.DrawFn, knowledge: Knowledge, size: int) -> Case:
    """A case with any answers, some of them old, and a profile."""
    answers = draw(partial_answers(knowledge, max_size=size))
    hours = st.sampled_from([None, None, 0, 5, 11, 12, 13, 100, 200, 5000, -1])
    origins = st.sampled_from(["", "again-1"])
    given_ = {}
    for id_, answer in answers.items():
        ago = draw(hours)
        origin = Origin("tap")
        if ago is not None:
            origin = Origin("list", draw(origins), None, AT - timedelta(hours=ago))
        given_[id_] = Given(value_of(knowledge.findings[id_], answer.possible), origin)
    names = st.lists(st.sampled_from(sorted(knowledge.profile)), max_size=2, unique=True)
    profile = Profile(conditions=tuple(draw(names)), medicines=tuple(draw(names)))
    return Case(id=draw(st.none() | st.just("c")), at=AT, given=given_, profile=profile)


@SLOW
@given(st.data())
def test_any_answers(knowledge: Knowledge, data: st.DataObject) -> None:
    size = data.draw(st.sampled_from([3, 12, 60]))
    agree(knowledge, data.draw(st.lists(handed_in(knowledge, size), min_size=1, max_size=5)))


def test_ordinary_people_and_people_of_every_cause(knowledge: Knowledge) -> None:
    agree(knowledge, list(people(knowledge, 20, 3)))
    some = [case for case, _ in patients(knowledge, 25, 4, World(even=1, answered=0.6))]
    agree(knowledge, [replace(case, at=AT) for case in some])


def test_contradictions_silence_and_children(knowledge: Knowledge) -> None:
    told: list[dict[str, Any]] = [
        {},
        {"age_years": 15, "limp_or_refuses_to_walk": "yes"},
        {"age_years": {"from": 15, "to": 19}},
        {"groin_lump_stuck_painful": "yes", "groin_lump": "no"},
        {"breathless_at_rest": "yes", "breath_catch_only": "yes", "breathlessness": "no"},
        {"foot_drop": "yes", "weakness_only_pain": "yes", "foot_drop_within_48h": "yes"},
        {"fever": "no", "fever_reducer_last_6h": "yes"},
        {"fever": "no", "fever_reducer_last_6h": "unsure"},
        {"temperature_celsius": 38.0},
        {"saddle_numbness": "unsure", "bladder_retention": True},
        {"pregnancy_status": ["could_be", "no"], "sex_at_birth": "female"},
        {"pain_severity_0_10": {"from": 3, "to": 2}},
        {"pain_severity_0_10": 11, "fever": "perhaps"},
        {"pain_duration_days": 0.00035, "pain_site_neck": "yes"},
    ]
    agree(knowledge, [Case.of(answers=answers, at=AT) for answers in told])
    rows = agree(knowledge, [Case.of(age=17), Case.of(age=18)])
    assert [row["none_because"] for row in rows] == ["under_18", None]
    assert [len(row["likely"]) for row in rows] == [0, 5]


def test_own_words_are_read(knowledge: Knowledge) -> None:
    zone = timezone(timedelta(hours=1))
    texts = [
        "bent to pick up a box yesterday and my back locked. no numbness, can pee fine",
        "numb between my legs since this morning",
        "mi fa male la schiena da due giorni, non riesco a muovermi",
        "",
    ]
    cases = [Case.of(text=text, at=AT.astimezone(zone), id=str(i)) for i, text in enumerate(texts)]
    agree(knowledge, [*cases, Case.of(text=texts[0], answers={"lifted_or_bent": "no"}, at=AT)])


def test_profiles_answer_with_yes_only(knowledge: Knowledge) -> None:
    def of(names: tuple[str, ...], **answers: Any) -> Case:
        return replace(Case.of(answers=answers, at=AT), profile=Profile(medicines=names))

    agree(
        knowledge,
        [
            of(("warfarin", "methotrexate")),
            of(("Warfarin",), anticoagulant_use="no"),
            of(("warfarin",), anticoagulant_use="unsure"),
            of(("warfarim",)),
            of(()),
        ],
    )


def test_a_batch_gives_a_batch_and_keeps_what_is_marked(knowledge: Knowledge) -> None:
    table = pa.table(
        {"id": [7, 8], "x_clinic": ["a", None], "ward": [1, 2], "fever": ["yes", None]}
    )
    batch = table.to_batches()[0]
    found = assess_table(knowledge, batch, keep=["ward"])
    assert isinstance(found, pa.RecordBatch)
    assert found.column("id").to_pylist() == ["7", "8"]
    assert found.column("x_clinic").to_pylist() == ["a", None]
    assert found.column("ward").to_pylist() == [1, 2]
    whole = assess_table(knowledge, table, keep=["ward"], differential=False)
    assert isinstance(whole, pa.Table)
    assert "likely" not in whole.schema.names
    assert whole.schema.metadata[b"lumbago.knowledge"].decode() == knowledge.hash
    assert lumbago.assess_table is assess_table


def test_no_rows_and_no_columns(knowledge: Knowledge) -> None:
    empty = pa.table({"fever": pa.array([], pa.string())})
    assert len(assess_table(knowledge, empty)) == 0
    assert assess_table(knowledge, pa.RecordBatch.from_pylist([], empty.schema)).num_rows == 0


def test_kinds_of_columns_that_say_the_same(knowledge: Knowledge) -> None:
    columns = {
        "yes_no": {"fever": pa.array([True, False, None])},
        "words": {"fever": pa.array(["yes", "no", None])},
        "large": {"fever": pa.array(["yes", "no", None], pa.large_string())},
        "dictionary": {"fever": pa.array(["yes", "no", None]).dictionary_encode()},
    }
    found = [assess_table(knowledge, pa.table(one)).to_pylist() for one in columns.values()]
    assert all(one == found[0] for one in found)
    decimals = pa.array([Decimal("7.5"), None, Decimal("11")])
    scores = [pa.array([7.5, None, 11.0]), decimals, pa.array(["7.5", None, "11"])]
    read = [
        assess_table(knowledge, pa.table({"pain_severity_0_10": one})).to_pylist() for one in scores
    ]
    assert read[0][:2] == read[1][:2] == read[2][:2]
    assert all(one[2]["disposition"] is None for one in read)
    profile = [pa.array([["warfarin"], [], None]), pa.array(["warfarin; ", "", None])]
    read = [assess_table(knowledge, pa.table({"medicines": one})).to_pylist() for one in profile]
    assert read[0] == read[1]
    assert read[0][0] != read[0][1]


def test_numbers_are_rounded_as_the_definition_does(knowledge: Knowledge) -> None:
    days = [0.1 * n for n in range(40)] + [n / 2880 for n in range(200)] + [2.0000001, 0.9999999]
    years = [17.999999999, 18.0, 17.9999999999999999, 54.9]
    named = {
        "pain_duration_days": days,
        "age_years": years,
        "pain_severity_0_10": [0.05, 0.15, 7.25],
    }
    for id_, values in named.items():
        finding = knowledge.findings[id_]
        column, odd = numbers(finding, pa.array(values, pa.float64()), id_)
        assert not len(odd)
        wanted = [values_of(finding, value) for value in values]
        assert [
            Interval(*pair) for pair in zip(column.low.tolist(), column.high.tolist(), strict=True)
        ] == wanted


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"fevr": ["yes"]}, "Unknown column 'fevr'. Did you mean 'fever'?"),
        ({"fever": [1]}, "The column 'fever' holds int64. Write yes, no or unsure, or an id."),
        ({"fever__low": [1], "fever__high": [2]}, "Unknown column 'fever__low'."),
        ({"age__low": [40]}, "An interval of age_years needs both"),
        ({"at": [AT.replace(tzinfo=None)]}, "The moments in 'at' have no UTC offset."),
        ({"text": [5]}, "The column 'text' holds int64."),
    ],
)
def test_a_table_that_is_none_is_refused(
    knowledge: Knowledge, columns: dict[str, list[Any]], said: str
) -> None:
    with pytest.raises(InputError, match=re.escape(said)):
        assess_table(knowledge, pa.table(columns))
    with pytest.raises(InputError, match="of its own"):
        assess_table(knowledge, pa.table({"rules": [1]}), keep=["rules"])


def test_intervals_times_and_short_names(knowledge: Knowledge) -> None:
    old = AT - timedelta(hours=13)
    table = pa.table(
        {
            "at": pa.array([AT, AT, AT, AT, AT], pa.timestamp("ns", "UTC")),
            "age__low": [40, None, 50, 60, 30],
            "age__high": [49, None, 40, None, 30],
            "age": [None, 18, None, None, 30],
            "fever": ["yes", "yes", "yes", "yes", "yes"],
            "fever__at": pa.array([AT, old, AT, AT, AT], pa.timestamp("us", "Europe/Berlin")),
        }
    )
    rows = assess_table(knowledge, table).to_pylist()
    one = Case.of(answers={"age_years": {"from": 40, "to": 49}, "fever": "yes"}, at=AT)
    same(knowledge, rows[0], assess(knowledge, one))
    late = Given("yes", Origin("tap", given_at=old))
    two = Case(at=AT, given={"age_years": Given(18), "fever": late})
    same(knowledge, rows[1], assess(knowledge, two))
    assert [row["disposition"] for row in rows[2:]] == [None] * 3
    assert "ends before it starts" in rows[2]["problems"][0]
    assert "'from' and 'to'" in rows[3]["problems"][0]
    assert "Both a number and an interval" in rows[4]["problems"][0]


def test_no_lone_reassurance(knowledge: Knowledge) -> None:
    cases = [case for case, _ in patients(knowledge, 300, 9, World(answered=0.9))]
    cases += list(people(knowledge, 300, 9))
    rows = assess_table(knowledge, cases_table(knowledge, cases), differential=False).to_pylist()
    assert {row["disposition"] for row in rows} > {"unsettled", "emergency"}
    for row in rows:
        if row["disposition"] in LOW:
            assert row["cleared"]
            assert row["high"] in LOW
        if row["disposition"] == "unsettled":
            assert row["open_count"]
            assert row["open"]


def test_columns_are_made_by_the_gate_alone(knowledge: Knowledge) -> None:
    made = assess_columns(knowledge, CaseTable(2, {}))
    values = {name: getattr(made, name) for name in AssessmentColumns.__dataclass_fields__}
    with pytest.raises(TypeError, match="made by assess_columns"):
        AssessmentColumns(**{**values, "seal": None})
