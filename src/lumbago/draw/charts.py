"""Charts as SVG text: strips with intervals, squares, units, bars, reliability diagrams.

Geometry only: words and numbers stand beside a picture as text, so that they can be read aloud, grow
and wrap. Colours come from the page, by class: `grid` lines, the `band` of an interval, its ends
(`reach`) and the `mark` of what is shown, `quiet` of what it is compared with, `full` and `empty`
areas, `half` between them. A picture without a name is hidden from readers of the screen, since the
text beside it says the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import accumulate
from typing import Final, Literal

Fill = Literal["full", "half", "empty"]

QUARTERS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Where grid lines stand."""

_SIZE: Final = 100
_STRIP: Final = 20
_CAP: Final = 4.5
_UNIT: Final = 10
_GAP: Final = 3


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a reliability diagram: what was said, what was, its band, and its weight.

    All lie between 0 and 1; the weight is the area of the dot, in parts of the largest one.
    """

    said: float
    was: float
    band: tuple[float, float]
    weight: float


def number(value: float) -> str:
    """A coordinate: two decimals at most, and none that say nothing."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def svg(
    width: float,
    height: float,
    parts: Iterable[str],
    *,
    kind: str,
    name: str = "",
    stretch: bool = False,
) -> str:
    """A drawing of `width` by `height` units with the class `kind`.

    `name` says what it shows; `stretch` lets width and height grow apart (lines keep their width).
    """
    said = f' role="img" aria-label="{escape(name)}"' if name else ' aria-hidden="true"'
    free = ' preserveAspectRatio="none"' if stretch else ""
    box = f"0 0 {number(width)} {number(height)}"
    body = "".join(parts)
    return f'<svg class="{escape(kind)}" viewBox="{box}"{free}{said} focusable="false">{body}</svg>'


def line(kind: str, x1: float, y1: float, x2: float, y2: float) -> str:
    """A straight line."""
    return f'<path class="{kind}" d="M{number(x1)} {number(y1)}L{number(x2)} {number(y2)}"/>'


def box(kind: str, x: float, y: float, width: float, height: float) -> str:
    """A rectangle."""
    return (
        f'<rect class="{kind}" x="{number(x)}" y="{number(y)}" '
        f'width="{number(width)}" height="{number(height)}"/>'
    )


def strip(
    share: float | None,
    interval: tuple[float, float],
    *,
    beside: float | None = None,
    quiet: bool = False,
) -> str:
    """A share from 0 to 1 on a line with its interval; nothing but the line without a share.

    `beside` is a second share to compare with, drawn as a thin tick; `quiet` draws the whole as
    something to compare with. The round mark is a line of no length: it stays round when stretched.
    """
    middle, part = _STRIP / 2, " quiet" if quiet else ""
    parts = [line("grid", at * _SIZE, 0, at * _SIZE, _STRIP) for at in QUARTERS]
    if share is not None:
        low, high = interval
        parts.append(line(f"band{part}", low * _SIZE, middle, high * _SIZE, middle))
        parts += [
            line(f"reach{part}", at * _SIZE, middle - _CAP, at * _SIZE, middle + _CAP)
            for at in (low, high)
        ]
        if beside is not None:
            parts.append(line("beside", beside * _SIZE, 2, beside * _SIZE, _STRIP - 2))
        parts.append(line(f"mark{part}", share * _SIZE, middle, share * _SIZE, middle))
    return svg(_SIZE, _STRIP, parts, kind="strip", stretch=True)


def square(whole: float, inside: float) -> str:
    """A square whose area is `whole` (0 to 1 of the largest), filled from below up to `inside` of it.

    Nothing of a whole of 0 but a dot in the middle.
    """
    middle = _SIZE / 2
    if whole <= 0:
        return svg(_SIZE, _SIZE, [line("nothing", middle, middle, middle, middle)], kind="square")
    side = _SIZE * 0.94 * whole**0.5
    corner, filled = middle - side / 2, side * min(1.0, max(0.0, inside))
    parts = [box("empty", corner, corner, side, side)]
    if filled:
        parts.append(box("full", corner, corner + side - filled, side, filled))
    return svg(_SIZE, _SIZE, parts, kind="square")


def units(fills: Sequence[Fill], a_row: int) -> str:
    """One small square for each of something, in rows of `a_row`; half ones are cut by the diagonal."""
    step = _UNIT + _GAP
    rows = max(1, -(-len(fills) // a_row))
    parts: list[str] = []
    for place, fill in enumerate(fills):
        x, y = place % a_row * step + 1, place // a_row * step + 1
        parts.append(box("full" if fill == "full" else "empty", x, y, _UNIT, _UNIT))
        if fill == "half":
            corner = f"M{x} {y + _UNIT}V{y}L{x + _UNIT} {y + _UNIT}Z"
            parts.append(f'<path class="full" d="{corner}"/>')
    return svg(a_row * step, rows * step, parts, kind="units")


def bar(parts: Sequence[tuple[Fill, float]]) -> str:
    """A bar of parts, each with its size; together they fill its width."""
    total = sum(size for _, size in parts) or 1.0
    ends = accumulate(size / total * _SIZE for _, size in parts)
    drawn = [
        box(fill, end - size / total * _SIZE, 2, size / total * _SIZE, _STRIP - 4)
        for (fill, size), end in zip(parts, ends, strict=True)
        if size
    ]
    return svg(_SIZE, _STRIP, drawn, kind="bar", stretch=True)


def diagram(points: Sequence[Point], name: str) -> str:
    """A reliability diagram: said across, was upwards, both from 0 to 1.

    On the dashed diagonal what was said is what was. Bands are drawn as one area, with an end at
    each point; a single point has a line for its band.
    """
    parts = [*_grid()]
    ordered = sorted(points, key=lambda point: point.said)
    if len(ordered) > 1:
        there = [(point.said, point.band[1]) for point in ordered]
        back = [(point.said, point.band[0]) for point in reversed(ordered)]
        parts.append(f'<path class="band" d="{_path([*there, *back])}Z"/>')
    parts.append(line("even", 0, _SIZE, _SIZE, 0))
    if len(ordered) > 1:
        parts.append(f'<path class="joined" d="{_path([(p.said, p.was) for p in ordered])}"/>')
    for point in ordered:
        x, (low, high) = point.said * _SIZE, point.band
        parts.append(line("reach", x, _SIZE * (1 - low), x, _SIZE * (1 - high)))
    parts += [
        f'<circle class="mark" cx="{number(point.said * _SIZE)}" '
        f'cy="{number(_SIZE * (1 - point.was))}" r="{number(1.4 + 2.6 * point.weight**0.5)}"/>'
        for point in ordered
    ]
    return svg(_SIZE, _SIZE, parts, kind="diagram", name=name)


def _grid() -> Iterator[str]:
    for at in QUARTERS:
        yield line("grid", at * _SIZE, 0, at * _SIZE, _SIZE)
        yield line("grid", 0, at * _SIZE, _SIZE, at * _SIZE)


def _path(places: Iterable[tuple[float, float]]) -> str:
    coordinates = (f"{number(x * _SIZE)} {number(_SIZE * (1 - y))}" for x, y in places)
    return "M" + "L".join(coordinates)


def columns(heights: Sequence[tuple[float, float, float]]) -> str:
    """Columns side by side: each from, to (0 to 1 across) and its height (0 to 1)."""
    parts = [line("grid", 0, _STRIP, _SIZE, _STRIP)]
    parts += [
        box(
            "full",
            low * _SIZE + 0.6,
            _STRIP * (1 - height),
            (high - low) * _SIZE - 1.2,
            _STRIP * height,
        )
        for low, high, height in heights
    ]
    return svg(_SIZE, _STRIP, parts, kind="columns", stretch=True)
