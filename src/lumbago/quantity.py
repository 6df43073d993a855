"""Quantities as integers in one base unit each, parsed exactly and rounded once.

| unit of the id | base unit            | example                     |
|----------------|----------------------|-----------------------------|
| years          | whole years          | age 54.9 -> 54              |
| days           | minutes              | 1.5 days -> 2160            |
| score          | tenths               | 7.5 of 10 -> 75             |
| celsius        | tenths of a degree C | 38.4 C, 101.1 F -> 384      |
| milligrams     | milligrams           | 400 mg -> 400               |

Integers make the scalar, columnar and symbolic executors compare the same numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final, Literal

from lumbago.errors import InputError, Problem

Unit = Literal["years", "days", "score", "celsius", "milligrams"]

MINUTES_PER_HOUR: Final = 60
MINUTES_PER_DAY: Final = 24 * MINUTES_PER_HOUR

_SCALE: Final[dict[str, int]] = {
    "years": 1,
    "days": MINUTES_PER_DAY,
    "score": 10,
    "celsius": 10,
    "milligrams": 1,
}
_ROUNDING: Final[dict[str, str]] = {"years": ROUND_FLOOR}
_MOST_DIGITS: Final = 20
_DOSE = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*(mg|g|)\s*$", re.IGNORECASE)
_TEMPERATURE = re.compile(r"^\s*([-+]?\d+(?:\.\d+)?)\s*(?:°|degrees?)?\s*([CF])\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Interval:
    """A closed interval of integers in a base unit; `low <= high`."""

    low: int
    high: int

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise InputError(
                f"An interval must not end ({self.high}) before it starts ({self.low})."
            )

    @property
    def exact(self) -> bool:
        """Whether only one value is possible."""
        return self.low == self.high


def to_base(value: Decimal | int | str, unit: Unit) -> int:
    """Convert a number in the unit of an id to its integer base unit.

    Raises `InputError` if `value` is not a finite decimal number.
    """
    return _rounded(exact(value), unit)


def _rounded(number: Decimal, unit: Unit) -> int:
    scaled = number * _SCALE[unit]
    return int(scaled.quantize(Decimal(1), rounding=_ROUNDING.get(unit, ROUND_HALF_UP)))


def from_base(value: int, unit: Unit) -> int | float:
    """Convert back to the unit of an id, as an integer where that is exact."""
    scale = _SCALE[unit]
    return value // scale if value % scale == 0 else round(value / scale, 4)


def exact(value: Decimal | int | float | str) -> Decimal:
    """Read a number exactly; floats go through their shortest text, never through binary rounding.

    Raises `InputError` for anything that is not a finite number (booleans included), or that nobody
    could have measured.
    """
    if isinstance(value, bool):
        raise InputError(Problem(f"'{value}' is not a number."))
    try:
        number = value if isinstance(value, Decimal) else Decimal(str(value).strip())
    except InvalidOperation:
        raise InputError(Problem(f"'{value}' is not a number.")) from None
    if not number.is_finite():
        raise InputError(Problem(f"'{value}' is not a finite number."))
    if len(number.as_tuple().digits) > _MOST_DIGITS or abs(number.adjusted()) > _MOST_DIGITS:
        said = f"'{str(value)[:_MOST_DIGITS]}' has more digits than anything that is measured."
        raise InputError(Problem(said, hint="Please check it."))
    return number


def dose(text: str) -> int:
    """Read an amount such as "400", "400 mg" or "0.5 g" into whole milligrams. Raises `InputError`."""
    found = _DOSE.match(text)
    if not found:
        raise InputError(
            Problem(f"'{text}' is not an amount.", hint="Write it like 400 mg or 1 g.")
        )
    milligrams = exact(found.group(1)) * (1000 if found.group(2).lower() == "g" else 1)
    if milligrams != milligrams.to_integral_value() or milligrams < 1:
        hint = "Doses are kept in whole milligrams: round it up."
        raise InputError(Problem(f"'{text}' is no whole number of milligrams.", hint=hint))
    return int(milligrams)


def temperature(text: str, lowest: int, highest: int) -> int:
    """Read a body temperature such as "38.4 C" or "101 F" into tenths of a degree Celsius.

    `lowest` and `highest` bound what a living person can have, in the same base unit (they come
    from the knowledge base). Raises `InputError`, naming the likely slip ("38 F" was meant as C).
    """
    found = _TEMPERATURE.match(text)
    if not found:
        raise InputError(
            Problem(f"'{text}' is not a temperature.", hint="Write it like 38.4 C or 101 F.")
        )
    number, scale = exact(found.group(1)), found.group(2).upper()
    celsius = number if scale == "C" else (number - 32) * 5 / 9
    tenths = _rounded(celsius, "celsius")
    if lowest <= tenths <= highest:
        return tenths
    other = "C" if scale == "F" else "F"
    as_other = _rounded(number if other == "C" else (number - 32) * 5 / 9, "celsius")
    meant = (
        f"Did you mean {number} {other}?" if lowest <= as_other <= highest else "Please check it."
    )
    raise InputError(
        Problem(f"{number} {scale} is not a temperature a person can have.", hint=meant)
    )
