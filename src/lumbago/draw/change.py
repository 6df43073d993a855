"""Charts of a change as SVG text: flows between levels, dumbbells, and differences around zero.

Geometry only, as in `charts`: words and numbers stand beside. Classes: `up` and `down` for what rises
and falls, `was` and `now` for two states, `zero` for the line of no difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from lumbago.draw.charts import QUARTERS, box, line, number, svg

_SIZE: Final = 100
_ROW: Final = 24
_NODE: Final = 1.6
_STRIP: Final = 20
_CAP: Final = 4.5


@dataclass(frozen=True, slots=True)
class Stream:
    """So many go from one row to another; rows count from 0 at the top."""

    start: int
    end: int
    size: float


def flow(streams: Sequence[Stream], rows: int) -> str:
    """Streams from rows on the left to rows on the right, as wide as they are large.

    All rows are equally high, so that labels beside them line up; the largest row is filled nearly.
    """
    parts = [line("grid", 0, at * _ROW, _SIZE, at * _ROW) for at in range(rows + 1)]
    out = [sum(s.size for s in streams if s.start == row) for row in range(rows)]
    into = [sum(s.size for s in streams if s.end == row) for row in range(rows)]
    scale = 0.8 * _ROW / (max([*out, *into], default=0) or 1)
    left = [(at + 0.5) * _ROW - size * scale / 2 for at, size in enumerate(out)]
    right = [(at + 0.5) * _ROW - size * scale / 2 for at, size in enumerate(into)]
    for row in range(rows):
        parts += [
            box("node", x, top[row], _NODE, size[row] * scale)
            for x, top, size in ((0, left, out), (_SIZE - _NODE, right, into))
            if size[row]
        ]
    for one in sorted(streams, key=lambda s: (s.start, s.end)):
        high = one.size * scale
        way = "up" if one.end < one.start else "down"
        parts.append(f'<path class="{way}" d="{_band(left[one.start], right[one.end], high)}"/>')
        left[one.start] += high
        right[one.end] += high
    return svg(_SIZE, rows * _ROW, parts, kind="flow", stretch=True)


def swatch(way: Literal["up", "down"]) -> str:
    """A patch of the colour of a stream, for a key."""
    return svg(_ROW, _ROW, [box(way, 0, 0, _ROW, _ROW)], kind="swatch")


def _band(start: float, end: float, high: float) -> str:
    """A band of one height from the left edge to the right one."""
    one, other, middle = number(_NODE), number(_SIZE - _NODE), number(_SIZE / 2)

    def curve(goal: float, to: str, begin: float) -> str:
        return f"C{middle} {number(begin)} {middle} {number(goal)} {to} {number(goal)}"

    return (
        f"M{one} {number(start)}{curve(end, other, start)}V{number(end + high)}"
        f"{curve(start + high, one, end + high)}Z"
    )


def dumbbell(before: float, after: float, *, most: float) -> str:
    """Two shares on a line from 0 to `most`: hollow before, filled after, and what lies between.

    The round marks are lines of no length: they stay round when stretched.
    """
    middle = _STRIP / 2
    was, now = (share / (most or 1) * _SIZE for share in (before, after))
    way: Literal["up", "down"] = "up" if now >= was else "down"
    parts = [line("grid", at * _SIZE, 0, at * _SIZE, _STRIP) for at in QUARTERS]
    parts += [
        line(f"between {way}", was, middle, now, middle),
        line("was", was, middle, was, middle),
        line("was hole", was, middle, was, middle),
        line("now", now, middle, now, middle),
    ]
    return svg(_SIZE, _STRIP, parts, kind="dumbbell", stretch=True)


def difference(value: float, interval: tuple[float, float], *, most: float) -> str:
    """A difference with its interval on a line from -`most` to `most`, with none in the middle.

    An interval that goes on past an end of the line has no cap there.
    """
    middle = _STRIP / 2

    def at(value: float) -> float:
        return (max(-1.0, min(1.0, value / (most or 1))) + 1) / 2 * _SIZE

    low, high = (at(end) for end in interval)
    parts = [line("grid", x * _SIZE, 0, x * _SIZE, _STRIP) for x in QUARTERS if x != 0.5]
    parts.append(line("zero", _SIZE / 2, 0, _SIZE / 2, _STRIP))
    parts.append(line("band", low, middle, high, middle))
    parts += [
        line("reach", at(end), middle - _CAP, at(end), middle + _CAP)
        for end in interval
        if abs(end) <= most
    ]
    parts.append(line("mark", at(value), middle, at(value), middle))
    return svg(_SIZE, _STRIP, parts, kind="strip", stretch=True)
