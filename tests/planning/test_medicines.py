"""The dose gate: nothing too soon, nothing too much, nobody woken, nothing made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lumbago.knowledge.care import Care, Label
from lumbago.knowledge.model import Knowledge
from lumbago.planning.eligibility import Standing
from lumbago.planning.medicines import (
    DAY,
    NoDose,
    Person,
    ProposedDose,
    Taking,
    label_for,
    limits_of,
    minute_of,
    moment,
    overdosed,
    propose,
)

NOW = minute_of(datetime(2026, 11, 21, 9, 0, tzinfo=UTC))
FAR = NOW + 100 * DAY
ADULT = Person("GB", 40, log_complete=True, until=FAR)


@pytest.fixture(scope="module")
def care(knowledge: Knowledge) -> Care:
    return knowledge.care


def always(minute: int) -> int:
    return minute


def by_day(minute: int) -> int:
    """Awake from 7 to 23 UTC."""
    of_day = minute % DAY
    if 420 <= of_day < 1380:
        return minute
    return minute - of_day + 420 + (DAY if of_day >= 1380 else 0)


def ask(
    care: Care,
    takings: list[Taking],
    *,
    medicine: str = "ibuprofen",
    person: Person = ADULT,
    status: Any = "offered",
    now: int = NOW,
    waking: Any = always,
) -> ProposedDose | NoDose:
    standing = Standing(medicine, status)
    return propose(care, care.medicines[medicine], person, standing, takings, now, waking)


def test_a_dose_is_proposed_by_the_gate_alone(care: Care) -> None:
    dose = ask(care, [])
    assert isinstance(dose, ProposedDose)
    values = {name: getattr(dose, name) for name in ProposedDose.__dataclass_fields__}
    with pytest.raises(TypeError, match="propose"):
        ProposedDose(**{**values, "seal": object()})


def test_the_smallest_dose_of_the_label_is_proposed_now(care: Care) -> None:
    dose = ask(care, [])
    assert isinstance(dose, ProposedDose)
    assert (dose.minute, dose.milligrams, dose.units, dose.in_window) == (NOW, 200, 1, 0)
    assert dose.label.country == "GB"


def test_the_interval_counts_from_the_latest_dose(care: Care) -> None:
    taken = [Taking("ibuprofen", NOW - 60, 200), Taking("ibuprofen", NOW - 300, 200)]
    dose = ask(care, taken)
    assert isinstance(dose, ProposedDose)
    assert dose.minute == NOW - 60 + 360
    assert dose.in_window == 400


def test_the_ceiling_holds_for_any_24_hours_half_open(care: Care) -> None:
    taken = [Taking("ibuprofen", NOW - h * 60, 400) for h in (20, 13, 7)]
    dose = ask(care, taken)
    assert isinstance(dose, ProposedDose)
    assert dose.minute == NOW + 4 * 60  # the first of the three leaves the window exactly then
    assert dose.in_window == 800


def test_nothing_is_made_up_and_nobody_is_woken(care: Care) -> None:
    late = minute_of(datetime(2026, 11, 21, 22, 30, tzinfo=UTC))
    dose = ask(care, [Taking("ibuprofen", late - 60, 200)], now=late, waking=by_day)
    assert isinstance(dose, ProposedDose)
    assert moment(dose.minute) == datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
    assert dose.milligrams == 200


def test_another_of_the_group_keeps_it_away_for_a_day(care: Care) -> None:
    dose = ask(care, [Taking("naproxen", NOW - 60, 220)])
    assert isinstance(dose, ProposedDose)
    assert dose.minute == NOW - 60 + DAY
    assert isinstance(ask(care, [Taking("paracetamol", NOW - 60, 500)]), ProposedDose)


def test_an_unknown_amount_counts_as_the_whole_day(care: Care) -> None:
    dose = ask(care, [Taking("ibuprofen", NOW - 600, 0)])
    assert isinstance(dose, ProposedDose)
    assert dose.minute == NOW - 600 + DAY


def test_a_dose_dated_later_keeps_the_next_away(care: Care) -> None:
    dose = ask(care, [Taking("ibuprofen", NOW + 100, 400)])
    assert isinstance(dose, ProposedDose)
    assert dose.minute == NOW + 100 + 360


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"person": replace(ADULT, country="")}, "no_country"),
        ({"person": replace(ADULT, country="FR")}, "no_label"),
        ({"person": replace(ADULT, age=None)}, "too_young"),
        ({"person": replace(ADULT, age=17)}, "too_young"),
        ({"person": replace(ADULT, log_complete=False)}, "log_not_confirmed"),
        ({"person": replace(ADULT, unknown=("zzz",))}, "unknown_medicine"),
        ({"person": replace(ADULT, until=NOW)}, "check_first"),
        ({"status": "held"}, "not_eligible"),
        ({"status": "ask"}, "not_eligible"),
        ({"status": "blocked"}, "not_eligible"),
    ],
)
def test_every_reason_refuses_alone(care: Care, change: dict[str, Any], why: str) -> None:
    refused = ask(care, [], **change)
    assert isinstance(refused, NoDose)
    assert refused.why == (why,)


def test_another_medicines_standing_is_no_pass(care: Care) -> None:
    medicine = care.medicines["ibuprofen"]
    found = propose(care, medicine, ADULT, Standing("naproxen", "offered"), [], NOW, always)
    assert isinstance(found, NoDose)
    assert found.why == ("not_eligible",)


def test_after_seven_days_somebody_should_look(care: Care) -> None:
    taken = [Taking("ibuprofen", NOW - day * DAY - 360, 200) for day in range(8)]
    refused = ask(care, taken)
    assert isinstance(refused, NoDose)
    assert "too_many_days" in refused.why
    rested = [replace(one, minute=one.minute - 3 * DAY) for one in taken]
    assert isinstance(ask(care, rested), ProposedDose)


def test_too_much_refuses_every_medicine(care: Care) -> None:
    taken = [Taking("paracetamol", NOW - h * 60, 1000) for h in (1, 4, 7, 10, 13)]
    assert overdosed(care, "GB", taken, NOW) == ("paracetamol",)
    for medicine in ("ibuprofen", "paracetamol"):
        refused = ask(care, taken, medicine=medicine)
        assert isinstance(refused, NoDose)
        assert "overdose" in refused.why
    assert overdosed(care, "GB", taken, NOW + 10 * DAY) == ()


def test_the_stricter_of_label_and_own_limits_counts(care: Care) -> None:
    medicine = care.medicines["paracetamol"]
    label = label_for(medicine, "gb")
    assert label is not None
    limits = limits_of(medicine, label)
    assert limits.ceiling == min(label.most_per_day, medicine.ceiling_per_day)
    assert limits.most_minutes == min(label.most_days, medicine.most_days) * DAY


def test_a_moment_is_rounded_up(care: Care) -> None:
    exact = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
    assert moment(minute_of(exact)) == exact
    assert minute_of(exact + timedelta(microseconds=1)) == minute_of(exact) + 1


def test_labels_differ_by_country(care: Care) -> None:
    found = {label.country for m in care.medicines.values() for label in m.labels}
    assert len(found) >= 3
    assert all(isinstance(one, Label) for one in care.medicines["ibuprofen"].labels)


takings = st.lists(
    st.builds(
        Taking,
        st.sampled_from(["ibuprofen", "naproxen", "paracetamol", "diclofenac_gel"]),
        st.integers(NOW - 3 * DAY, NOW + 300),
        st.integers(0, 1000),
    ),
    max_size=14,
)


@given(takings=takings, waking=st.sampled_from([always, by_day]))
def test_no_window_that_ends_with_a_dose_exceeds_the_ceiling(
    knowledge: Knowledge, takings: list[Taking], waking: Any
) -> None:
    care = knowledge.care
    for id_ in ("ibuprofen", "naproxen", "paracetamol"):
        person = replace(ADULT, country="US")
        dose = ask(care, takings, medicine=id_, person=person, waking=waking)
        if not isinstance(dose, ProposedDose):
            continue
        mine = [t for t in takings if t.ingredient == id_]
        window = sum(t.milligrams for t in mine if dose.minute - DAY < t.minute <= dose.minute)
        assert window + dose.milligrams <= dose.ceiling
        assert all(dose.minute - t.minute >= dose.interval for t in mine)
        assert dose.minute >= NOW
        assert waking(dose.minute) == dose.minute
        assert "overdose" not in overdosed(care, "US", takings, NOW)
