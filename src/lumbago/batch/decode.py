"""Arrow columns to answers: text and numbers become codes and intervals without a loop over rows.

Whatever is not plainly right is left to the definition: the row is marked odd, and read by itself
it either turns out to be fine or is refused with the words of the one-case path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lumbago import intake
from lumbago.answers import Profile
from lumbago.batch.intake import NEVER, NOBODY, Given, Moments, code_of, values_of
from lumbago.batch.layout import PROFILE, Layout, plain
from lumbago.columns import Codes, Column, Flags, NumberColumn, SetColumn, absent_code, code_type
from lumbago.errors import InputError, LumbagoError, Problem
from lumbago.fields import given_of, moment
from lumbago.knowledge.model import Finding
from lumbago.quantity import Interval, to_base

_NO_ROWS: Final = np.zeros(0, np.intp)
_BYTE: Final = 256
_NEAR: Final = 1e-6
"""A float this near to a place where rounding turns is rounded as a decimal, by the definition."""


@dataclass(frozen=True, slots=True)
class Decoder:
    """Reads batches of one layout."""

    desk: intake.Desk
    shape: Layout

    def given(self, batch: pa.RecordBatch, at: int) -> Given:
        """The answers of a batch; `at` is the moment of rows that have none."""
        rows = batch.num_rows
        found = Given(rows, {}, _moments_or(batch, self.shape, at), odd=np.zeros(rows, np.bool_))
        if "at" in self.shape.own:
            _, odd = moments(batch.column("at"), "at")
            found.odd |= odd
        if "text" in self.shape.own:
            found.odd |= spoken(batch.column("text"))
        for name, finding in self.shape.answers:
            self._answer(found, finding, batch.column(name), name)
        for id_, low in self.shape.lows.items():
            finding = self.desk.knowledge.findings[id_]
            ends = (batch.column(low), batch.column(self.shape.highs[id_]))
            self._interval(found, finding, ends, low)
        for id_, name in self.shape.times.items():
            found.times[id_], odd = moments(batch.column(name), name)
            found.odd |= odd
        for name in self.shape.origins.values():
            found.odd |= odd_rows(batch.column(name), _is_origin)
        for kind in PROFILE:
            if kind in self.shape.own:
                self._profile(found, kind, batch.column(kind))
        return found

    def _answer(self, found: Given, finding: Finding, column: pa.Array, name: str) -> None:
        if pa.types.is_null(column.type):
            return
        if finding.answer == "number":
            new: Column
            new, odd = numbers(finding, column, name)
        else:
            new, odd = choices(finding, column, name)
        found.odd[odd] = True
        before = found.columns.get(finding.id)
        if before is not None:  # `age` and `age_years`: whoever fills in both is read singly
            new = _merged(found, before, new)
        found.columns[finding.id] = new

    def _interval(
        self, found: Given, finding: Finding, ends: tuple[pa.Array, pa.Array], name: str
    ) -> None:
        (low, odd_low), (high, odd_high) = (numbers(finding, end, name) for end in ends)
        found.odd[odd_low] = found.odd[odd_high] = True
        found.odd |= (low.asked != high.asked) | (low.low > high.high)
        asked = low.asked & high.asked
        new = NumberColumn(
            np.where(asked, low.low, NOBODY.low), np.where(asked, high.high, NOBODY.high), asked
        )
        before = found.columns.get(finding.id)
        found.columns[finding.id] = new if before is None else _merged(found, before, new)

    def _profile(self, found: Given, kind: str, column: pa.Array) -> None:
        if pa.types.is_null(column.type):
            return
        for value, rows in _named(column, kind):
            try:
                answers = self.desk.profile(Profile(conditions=value))
            except LumbagoError:
                found.odd[rows] = True
            else:
                found.profile.append((rows, tuple(answers)))


def _merged(found: Given, before: Column, new: Column) -> Column:
    """Two columns of one finding; rows that fill in both are odd."""
    assert isinstance(before, NumberColumn) == isinstance(new, NumberColumn)
    if isinstance(before, NumberColumn) and isinstance(new, NumberColumn):
        found.odd |= before.asked & new.asked
        for target, source in ((before.low, new.low), (before.high, new.high)):
            target[new.asked] = source[new.asked]
        before.asked[new.asked] = True
        return before
    assert isinstance(before, SetColumn)
    assert isinstance(new, SetColumn)
    found.odd |= before.asked & new.asked
    before.codes[new.asked] = new.codes[new.asked]
    return before


def _moments_or(batch: pa.RecordBatch, shape: Layout, at: int) -> Moments:
    if "at" not in shape.own:
        return np.full(batch.num_rows, at, np.int64)
    found, _ = moments(batch.column("at"), "at")
    found[found == NEVER] = at
    return found


# ------------------------------------------------------------------------------ yes, no, choices


def choices(finding: Finding, column: pa.Array, name: str) -> tuple[SetColumn, NDArray[np.intp]]:
    """A yes/no or choice column, and the rows that are odd."""
    values = values_of(finding)
    if pa.types.is_boolean(column.type) and finding.answer == "yes_no":
        index = pc.fill_null(column.cast(pa.int8()), 2).to_numpy(zero_copy_only=False)
        words: list[Any] = [False, True]
    else:
        column = _encoded(column, name, "yes, no or unsure, or an id")
        words = column.dictionary.to_pylist()
        index = _indices(column, len(words))
    codes = np.full(len(words) + 1, absent_code(values), code_type(values))
    bad = np.zeros(len(words) + 1, np.bool_)
    for i, word in enumerate(words):
        try:
            possible = intake.values_of(finding, plain(finding, word))
        except LumbagoError:
            bad[i] = True
        else:
            assert not isinstance(possible, Interval)
            codes[i] = code_of(values, possible)
    odd = np.flatnonzero(bad[index]) if bad.any() else _NO_ROWS
    return SetColumn(values, _looked_up(codes, index)), odd


def _looked_up(codes: Codes, index: NDArray[Any]) -> Codes:
    """`codes[index]`; where both are bytes, several times faster."""
    if index.dtype.itemsize > 1 or codes.dtype.itemsize > 1 or len(codes) > _BYTE:
        return codes.take(index)
    table = codes.tobytes().ljust(_BYTE, b"\0")
    return np.frombuffer(bytearray(index.tobytes()).translate(table), np.uint8)


def _encoded(column: pa.Array, name: str, wanted: str) -> pa.DictionaryArray:
    """A column of text as a dictionary array. Raises `InputError` for another type."""
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if not is_text(kind):
        raise InputError(Problem(f"The column '{name}' holds {kind}.", hint=f"Write {wanted}."))
    return column if pa.types.is_dictionary(column.type) else column.dictionary_encode()


def is_text(kind: pa.DataType) -> bool:
    """Whether a type is one of Arrow's kinds of text."""
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )


def _indices(column: pa.DictionaryArray, nobody: int) -> NDArray[Any]:
    """The places in the dictionary, `nobody` where null."""
    index = column.indices
    if index.null_count:
        if index.type.bit_width == 8 and nobody > np.iinfo(np.int8).max:
            index = index.cast(pa.int16())
        index = pc.fill_null(index, pa.scalar(nobody, index.type))
    found: NDArray[Any] = index.to_numpy()
    return found


# --------------------------------------------------------------------------------------- numbers


def numbers(finding: Finding, column: pa.Array, name: str) -> tuple[NumberColumn, NDArray[np.intp]]:
    """A number column in the base unit, and the rows that are odd."""
    if pa.types.is_null(column.type):
        column = column.cast(pa.int64())
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        return _measured(finding, column)
    if pa.types.is_decimal(column.type):
        column = column.dictionary_encode()
    return _written(finding, column if _is_decimal(column) else _encoded(column, name, "a number"))


def _is_decimal(column: pa.Array) -> bool:
    kind = column.type
    return pa.types.is_dictionary(kind) and bool(pa.types.is_decimal(kind.value_type))


def _measured(finding: Finding, column: pa.Array) -> tuple[NumberColumn, NDArray[np.intp]]:
    """Numbers as numbers: scaled and rounded as `quantity` does it."""
    assert finding.unit is not None
    known = _valid(column)
    raw = pc.fill_null(column, pa.scalar(0, column.type)).to_numpy(zero_copy_only=False)
    scale = float(to_base(1, finding.unit))
    scaled = raw.astype(np.float64) * scale
    turned = scaled if finding.unit == "years" else scaled + 0.5
    with np.errstate(invalid="ignore"):
        whole = np.floor(turned)
        inside = (scaled >= finding.low) & (whole <= finding.high)
    odd = known & ~inside
    base = np.where(known & inside, whole, 0).astype(np.int32)
    if pa.types.is_floating(column.type):
        turning = known & inside & (np.abs(turned - np.rint(turned)) < _NEAR) & (scaled != whole)
        for row in np.flatnonzero(turning):
            value = _number(finding, column[int(row)].as_py())
            odd[row] = value is None
            base[row] = 0 if value is None else value.low
    sure = known & ~odd
    low = np.where(sure, base, NOBODY.low).astype(np.int32)
    high = np.where(sure, base, NOBODY.high).astype(np.int32)
    return NumberColumn(low, high, sure), np.flatnonzero(odd)


def _written(finding: Finding, column: pa.DictionaryArray) -> tuple[NumberColumn, NDArray[np.intp]]:
    """Numbers as text or decimals: each different one is read once, by the definition."""
    words = column.dictionary.to_pylist()
    found = [_number(finding, plain(finding, word)) for word in words]
    bad = np.array([*(one is None for one in found), False])
    low = np.array([*(one.low if one else 0 for one in found), NOBODY.low[0]], np.int32)
    high = np.array([*(one.high if one else 0 for one in found), NOBODY.high[0]], np.int32)
    index = _indices(column, len(words))
    asked = (index != len(words)) & ~bad[index]
    return NumberColumn(low[index], high[index], asked), np.flatnonzero(bad[index])


def _number(finding: Finding, value: Any) -> Interval | None:
    try:
        possible = intake.values_of(finding, value)
    except LumbagoError:
        return None
    return possible if isinstance(possible, Interval) else None


def _valid(column: pa.Array) -> Flags:
    if not column.null_count:
        return np.ones(len(column), np.bool_)
    found: Flags = column.is_valid().to_numpy(zero_copy_only=False)
    return found


# ------------------------------------------------------------------- moments, own words, profiles


def moments(column: pa.Array, name: str) -> tuple[Moments, Flags]:
    """Moments as microseconds, and the rows that are odd. Raises `InputError` without a zone."""
    nothing = np.zeros(len(column), np.bool_)
    if pa.types.is_null(column.type):
        return np.full(len(column), NEVER, np.int64), nothing
    if pa.types.is_timestamp(column.type):
        if column.type.tz is None:
            hint = "Store it with its time zone."
            raise InputError(Problem(f"The moments in '{name}' have no UTC offset.", hint=hint))
        whole = column.cast(pa.timestamp("us", column.type.tz), safe=False).cast(pa.int64())
        return pc.fill_null(whole, NEVER).to_numpy(zero_copy_only=False).copy(), nothing
    column = _encoded(column, name, "moments like 2026-11-21T08:30:00+01:00")
    words = column.dictionary.to_pylist()
    read = [_moment(word) for word in words]
    index = _indices(column, len(words))
    bad = np.array([*(one is None for one in read), False])
    known = np.array([*(NEVER if one is None else one for one in read), NEVER], np.int64)
    return known[index], bad[index]


def _moment(text: str) -> int | None:
    try:
        found = moment(text, "at")
    except InputError:
        return None
    return None if found is None else microseconds(found)


def microseconds(moment_: Any) -> int:
    """A moment as microseconds since 1970 in UTC, `NEVER` for none."""
    if moment_ is None:
        return NEVER
    return int(pa.scalar(moment_, pa.timestamp("us", "UTC")).value)


def spoken(column: pa.Array) -> Flags:
    """The rows that have own words."""
    if pa.types.is_null(column.type):
        return np.zeros(len(column), np.bool_)
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if not is_text(column.type):
        raise InputError(Problem(f"The column 'text' holds {column.type}.", hint="Write text."))
    said: Flags = pc.fill_null(pc.greater(pc.binary_length(column), 0), False).to_numpy(
        zero_copy_only=False
    )
    return said


def odd_rows(column: pa.Array, right: Callable[[str], bool]) -> Flags:
    """The rows whose text is not right."""
    if pa.types.is_null(column.type):
        return np.zeros(len(column), np.bool_)
    column = _encoded(column, "from", "where the answer comes from")
    words = column.dictionary.to_pylist()
    bad = np.array([*(not right(word) for word in words), False])
    found: Flags = bad[_indices(column, len(words))]
    return found


def _is_origin(text: str) -> bool:
    try:
        given_of({"value": "", "from": text}, "")
    except InputError:
        return False
    return True


def _named(column: pa.Array, kind: str) -> Iterator[tuple[tuple[str, ...], NDArray[np.intp]]]:
    """Names of a profile with the rows that have them."""
    if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        owner = pc.list_parent_indices(column).to_numpy(zero_copy_only=False)
        each = _encoded(pc.list_flatten(column), kind, "names")
        parts: list[tuple[str, ...]] = [(name,) for name in each.dictionary.to_pylist()]
    else:
        each = _encoded(column, kind, "names parted by ';'")
        owner = np.arange(len(column))
        words = each.dictionary.to_pylist()
        parts = [tuple(n.strip() for n in word.split(";") if n.strip()) for word in words]
    index = _indices(each, len(parts))
    for i, names in enumerate(parts):
        rows = owner[index == i]
        if names and len(rows):
            yield names, rows
