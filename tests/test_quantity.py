from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lumbago.errors import InputError
from lumbago.quantity import Interval, Unit, dose, exact, from_base, temperature, to_base

LOWEST, HIGHEST = 300, 450  # what a person can have, in tenths of a degree

SCALES: dict[Unit, int] = {
    "years": 1,
    "days": 24 * 60,
    "score": 10,
    "celsius": 10,
    "milligrams": 1,
}
UNITS: tuple[Unit, ...] = tuple(SCALES)


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (54, "years", 54),
        ("54.9", "years", 54),
        ("0.99", "years", 0),
        ("1.5", "days", 2160),
        (Decimal("0.0417"), "days", 60),
        ("7.5", "score", 75),
        ("7.25", "score", 73),
        ("7.24", "score", 72),
        ("38.4", "celsius", 384),
        ("38.05", "celsius", 381),
        ("38.0499999", "celsius", 380),
        (400, "milligrams", 400),
        (" 12 ", "score", 120),
        ("1e2", "milligrams", 100),
        ("-3", "score", -30),
    ],
)
def test_a_number_becomes_an_integer_in_its_base_unit(
    value: Decimal | int | str, unit: Unit, expected: int
) -> None:
    assert to_base(value, unit) == expected


def test_an_age_is_never_rounded_up_and_a_negative_one_stays_negative() -> None:
    assert to_base("15.999", "years") == 15
    assert to_base("-0.5", "years") == -1


@given(st.decimals(min_value=-10000, max_value=10000, places=6), st.sampled_from(UNITS))
def test_rounding_happens_once_and_exactly(value: Decimal, unit: Unit) -> None:
    true = Fraction(value) * SCALES[unit]
    error = to_base(value, unit) - true
    assert -1 < error <= 0 if unit == "years" else abs(error) <= Fraction(1, 2)


@given(st.integers(-(10**7), 10**7), st.sampled_from(UNITS))
def test_what_is_given_back_is_read_the_same(value: int, unit: Unit) -> None:
    assert to_base(exact(from_base(value, unit)), unit) == value


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.sampled_from(UNITS))
def test_conversion_keeps_order(one: int, other: int, unit: Unit) -> None:
    small, large = sorted((Decimal(one) / 100, Decimal(other) / 100))
    assert to_base(small, unit) <= to_base(large, unit)


def test_what_is_whole_is_given_back_whole() -> None:
    assert from_base(2880, "days") == 2
    assert isinstance(from_base(2880, "days"), int)
    assert from_base(2160, "days") == 1.5
    assert from_base(384, "celsius") == 38.4


def test_a_float_is_read_as_it_is_written() -> None:
    assert exact(0.1) == Decimal("0.1")
    assert exact(36.6) == Decimal("36.6")
    assert to_base(exact(38.05), "celsius") == 381


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("many", "'many' is not a number."),
        ("", "'' is not a number."),
        ("1,5", "'1,5' is not a number."),
        ("12 kg", "'12 kg' is not a number."),
        (True, "'True' is not a number."),
        ("nan", "'nan' is not a finite number."),
        ("Infinity", "'Infinity' is not a finite number."),
        (float("inf"), "'inf' is not a finite number."),
    ],
)
def test_what_is_no_number_is_refused(value: str | float, message: str) -> None:
    with pytest.raises(InputError) as caught:
        exact(value)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "value", ["1e30", "1e999999999", "1e-999999999", "9" * 100_000, "0." + "3" * 60, 1e300]
)
def test_a_number_that_nobody_measures_is_refused_at_once(value: str | float) -> None:
    with pytest.raises(InputError) as caught:
        exact(value)
    (problem,) = caught.value.problems
    assert problem.message.endswith("has more digits than anything that is measured.")
    assert len(problem.message) < 100


def test_zero_is_zero_however_it_is_written() -> None:
    assert to_base("0", "days") == to_base("0.000", "days") == to_base("-0", "days") == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("38.4 C", 384),
        ("38.4C", 384),
        ("38.4 °C", 384),
        ("38.4 degrees C", 384),
        (" 38.4 c ", 384),
        ("101.1 F", 384),
        ("100.4 F", 380),
        ("98.6 °f", 370),
        ("98.69 F", 371),
        ("98.68 F", 370),
    ],
)
def test_a_temperature_is_read_in_either_scale(text: str, expected: int) -> None:
    assert temperature(text, LOWEST, HIGHEST) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("38 F", "38 F is not a temperature a person can have. Did you mean 38 C?"),
        ("101 C", "101 C is not a temperature a person can have. Did you mean 101 F?"),
        ("380 C", "380 C is not a temperature a person can have. Please check it."),
        ("-5 C", "-5 C is not a temperature a person can have. Please check it."),
        ("38", "'38' is not a temperature. Write it like 38.4 C or 101 F."),
        ("hot", "'hot' is not a temperature. Write it like 38.4 C or 101 F."),
        ("38,4 C", "'38,4 C' is not a temperature. Write it like 38.4 C or 101 F."),
        ("38.4 K", "'38.4 K' is not a temperature. Write it like 38.4 C or 101 F."),
    ],
)
def test_a_slip_in_a_temperature_is_named(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        temperature(text, LOWEST, HIGHEST)
    assert str(caught.value) == message


def test_an_absurd_temperature_is_refused_at_once() -> None:
    with pytest.raises(InputError, match="more digits"):
        temperature("9" * 10_000 + " C", LOWEST, HIGHEST)


@given(st.integers(300, 450))
def test_fahrenheit_and_celsius_agree_on_every_tenth(tenths: int) -> None:
    fahrenheit = Decimal(tenths) / 10 * 9 / 5 + 32
    assert temperature(f"{fahrenheit} F", LOWEST, HIGHEST) == tenths
    assert temperature(f"{Decimal(tenths) / 10} C", LOWEST, HIGHEST) == tenths


def test_an_interval_is_closed_and_in_order() -> None:
    assert Interval(3, 3).exact
    assert not Interval(3, 4).exact
    with pytest.raises(InputError, match=r"must not end \(2\) before it starts \(3\)"):
        Interval(3, 2)


@pytest.mark.parametrize(
    ("text", "milligrams"), [("400", 400), ("400mg", 400), (" 0.5 G ", 500), ("1.0 mg", 1)]
)
def test_a_dose_is_read_in_milligrams(text: str, milligrams: int) -> None:
    assert dose(text) == milligrams


@pytest.mark.parametrize("text", ["", "mg", "400 mcg", "-1", "2.5 mg", "0", "0.1 mg", "1e3"])
def test_what_is_no_dose_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        dose(text)
