"""Charts with their words inside, as SVG files of their own for pages that bring no style.

`draw.charts` draws for pages that set words beside a picture; here a picture must stand alone. Every
sheet has a title for readers of the screen, and a light and a dark look. What it shows stands as a
table beside it wherever it is used.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from lumbago.draw.charts import number

WIDTH: Final = 760
_ROW: Final = 30
_HEAD: Final = 40
_TOP: Final = 12
_AXIS: Final = 34
_NAMES: Final = 300
_VALUES: Final = 130
_STYLE: Final = (
    "text{font:14px system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;fill:#2B2233}"
    ".soft{fill:#5E5366}.head{font-weight:600}.paper{fill:#FFFFFF}"
    ".grid{stroke:#E3D8CD}.even{stroke:#5E5366;stroke-dasharray:2 5}"
    ".band{stroke:#DCD5F0;stroke-width:10}.band.quiet{stroke:#E3D8CD}"
    ".reach{stroke:#8B80BB;stroke-width:2}.reach.quiet{stroke:#857566}"
    ".mark,.full{fill:#4A3E8E}.mark.quiet,.full.quiet{fill:#857566}"
    ".limit{stroke:#2B2233;stroke-width:2}"
    ".part0{fill:#4A3E8E}.part1{fill:#8B80BB}.part2{fill:#B9B1DD}.part3{fill:#DCD5F0}"
    ".part4{fill:#F1E8DF;stroke:#E3D8CD}.joined{fill:none;stroke:#4A3E8E;stroke-width:2}"
    "@media(prefers-color-scheme:dark){text{fill:#F6EFE8}.soft{fill:#C8BCCA}.paper{fill:#17131B}"
    ".grid{stroke:#3A3142}.even{stroke:#C8BCCA}.band{stroke:#43376B}.band.quiet{stroke:#3A3142}"
    ".reach{stroke:#8A7FC0}.reach.quiet{stroke:#94879C}.mark,.full{fill:#BDB2F7}"
    ".mark.quiet,.full.quiet{fill:#94879C}.limit{stroke:#F6EFE8}.part0{fill:#BDB2F7}"
    ".part1{fill:#8A7FC0}.part2{fill:#6A5FA0}.part3{fill:#43376B}"
    ".part4{fill:#2A2330;stroke:#3A3142}.joined{stroke:#BDB2F7}}"
)


@dataclass(frozen=True, slots=True)
class Dot:
    """One row: a name, a value with its interval (both ends the value: none), and the same as text.

    Without a value only the interval is drawn.
    """

    name: str
    value: float | None
    interval: tuple[float, float]
    said: str
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: a name, a size above 0, and the same as text."""

    name: str
    size: float
    said: str
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Axis:
    """What runs across: its two ends and the labelled places between them."""

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]

    def at(self, value: float, left: float, right: float) -> float:
        """Where a value lies between two edges; values outside lie on the edge."""
        share = (value - self.low) / (self.high - self.low)
        return left + (right - left) * min(1.0, max(0.0, share))


PERCENT: Final = Axis(0, 1, tuple((at / 4, f"{25 * at} %") for at in range(5)))

Sections = Sequence[tuple[str, Sequence[Dot]]]


def sheet(height: float, parts: Iterator[str], title: str, width: float = WIDTH) -> str:
    """A whole file of `width` by `height` units with its title and its look."""
    box = f'viewBox="0 0 {number(width)} {number(height)}" width="{number(width)}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {box} height="{number(height)}" role="img" '
        f'aria-labelledby="t"><title id="t">{escape(title)}</title><style>{_STYLE}</style>'
        f'<rect class="paper" width="{number(width)}" height="{number(height)}"/>'
        f"{''.join(parts)}</svg>\n"
    )


def dots(title: str, sections: Sections, axis: Axis = PERCENT) -> str:
    """Rows of dots with their intervals under headings, one axis for all."""
    rows = sum(len(found) for _, found in sections)
    bottom = _TOP + rows * _ROW + _HEAD * sum(bool(head) for head, _ in sections)
    return sheet(bottom + _AXIS, _dots(sections, axis, bottom), title)


def _dots(sections: Sections, axis: Axis, bottom: float) -> Iterator[str]:
    left, right = _NAMES, WIDTH - _VALUES
    yield from _axis(axis, left, right, bottom)
    y: float = _TOP
    for head, found in sections:
        if head:
            yield _text(0, y + 26, head, "head")
            y += _HEAD
        for dot in found:
            yield from _row(dot.name, dot.said, y)
            yield from _dot(dot, axis, y + _ROW / 2)
            y += _ROW


def _dot(dot: Dot, axis: Axis, y: float) -> Iterator[str]:
    left, right = _NAMES, WIDTH - _VALUES
    quiet = " quiet" if dot.quiet else ""
    low, high = (axis.at(end, left, right) for end in dot.interval)
    if low < high:
        yield _line(f"band{quiet}", low, y, high, y)
        for end in (low, high):
            yield _line(f"reach{quiet}", end, y - 6, end, y + 6)
    if dot.value is not None:
        x = axis.at(dot.value, left, right)
        yield f'<circle class="mark{quiet}" cx="{number(x)}" cy="{number(y)}" r="5"/>'


def bars(title: str, sections: Sequence[tuple[str, Sequence[Bar]]]) -> str:
    """Bars under headings on one logarithmic axis, each ten times the last grid line."""
    sizes = [bar.size for _, found in sections for bar in found]
    low, high = math.floor(math.log10(min(sizes))), math.ceil(math.log10(max(sizes)))
    high = max(high, low + 1)
    axis = Axis(low, high, tuple((p, _power(p)) for p in range(low, high + 1)))
    rows = len(sizes)
    bottom = _TOP + rows * _ROW + _HEAD * len(sections)
    return sheet(bottom + _AXIS, _bars(sections, axis, bottom), title)


def _bars(
    sections: Sequence[tuple[str, Sequence[Bar]]], axis: Axis, bottom: float
) -> Iterator[str]:
    left, right = _NAMES, WIDTH - _VALUES
    yield from _axis(axis, left, right, bottom)
    y: float = _TOP
    for head, found in sections:
        yield _text(0, y + 26, head, "head")
        y += _HEAD
        for bar in found:
            yield from _row(bar.name, bar.said, y)
            end = axis.at(math.log10(bar.size), left, right)
            yield _box("full quiet" if bar.quiet else "full", left, y + 6, end - left, _ROW - 12)
            y += _ROW


def shares(title: str, names: Sequence[str], rows: Sequence[tuple[str, Sequence[float]]]) -> str:
    """Whole bars cut into parts, one a row; `names` are those of the parts (five at most)."""
    bottom = _TOP + 2 * _ROW + len(rows) * _ROW
    return sheet(bottom + _AXIS, _shares(names, rows, bottom), title)


def _shares(
    names: Sequence[str], rows: Sequence[tuple[str, Sequence[float]]], bottom: float
) -> Iterator[str]:
    left, right = _NAMES, WIDTH - 30
    for place, name in enumerate(names):
        x = 4 + place * (WIDTH - 20) / len(names)
        yield _box(f"part{place}", x, _TOP + 2, 14, 14)
        yield _text(x + 22, _TOP + 14, name, "soft")
    yield from _axis(PERCENT, left, right, bottom)
    y: float = _TOP + 2 * _ROW
    for name, parts in rows:
        yield _text(0, y + 20, name)
        x = float(left)
        for place, share in enumerate(parts):
            width = share * (right - left)
            yield _box(f"part{place}", x, y + 4, width, _ROW - 8)
            x += width
        y += _ROW


@dataclass(frozen=True, slots=True)
class Panel:
    """A reliability diagram: its heading, and points of what was said, what was, and its band."""

    head: str
    points: Sequence[tuple[float, float, tuple[float, float]]]


def reliability(title: str, panels: Sequence[Panel], across: str, upwards: str) -> str:
    """Reliability diagrams side by side: said across, was upwards; perfect lies on the dashed line."""
    side, gap = 300.0, 70.0
    width = len(panels) * (side + gap) + 20
    drawn = (
        part
        for place, panel in enumerate(panels)
        for part in _panel(panel, 50 + place * (side + gap), 50, side, (across, upwards))
    )
    return sheet(50 + side + 56, drawn, title, width)


def _panel(
    panel: Panel, left: float, top: float, side: float, axes: tuple[str, str]
) -> Iterator[str]:
    bottom = top + side

    def place(said: float, was: float) -> tuple[float, float]:
        return left + said * side, bottom - was * side

    yield _text(left, top - 28, panel.head, "head")
    yield _text(left, top - 9, f"{axes[1]} ↑", "soft")
    yield _text(left + side, bottom + 42, f"{axes[0]} →", "soft", "end")
    for at, label in PERCENT.ticks:
        x, y = place(at, at)
        yield _line("grid", left, y, left + side, y) + _line("grid", x, top, x, bottom)
        yield _text(x, bottom + 20, label, "soft", "middle")
        yield _text(left - 6, y + 5, label, "soft", "end") if at else ""
    yield _line("even", left, bottom, left + side, top)
    spots = [place(said, was) for said, was, _ in panel.points]
    path = "L".join(f"{number(x)} {number(y)}" for x, y in spots)
    if len(spots) > 1:
        yield f'<path class="joined" d="M{path}"/>'
    for (said, _, (low, high)), (x, y) in zip(panel.points, spots, strict=True):
        yield _line("reach", x, place(said, low)[1], x, place(said, high)[1])
        yield f'<circle class="mark" cx="{number(x)}" cy="{number(y)}" r="4.5"/>'


# ---------------------------------------------------------------------------------------- pieces


def _axis(axis: Axis, left: float, right: float, bottom: float) -> Iterator[str]:
    for value, label in axis.ticks:
        x = axis.at(value, left, right)
        middle = value == 0 and axis.low < 0
        yield _line("even" if middle else "grid", x, _TOP, x, bottom)
        yield _text(x, bottom + 22, label, "soft", "middle")


def _row(name: str, said: str, y: float) -> Iterator[str]:
    yield _text(0, y + 20, name)
    yield _text(WIDTH - 4, y + 20, said, "", "end")


def _power(power: int) -> str:
    return f"{10**power:,}" if power >= 0 else f"{10.0**power:g}"


def _text(x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> str:
    look = f' class="{kind}"' if kind else ""
    x = max(x, 4)
    return (
        f'<text x="{number(x)}" y="{number(y)}"{look} text-anchor="{anchor}">{escape(words)}</text>'
    )


def _line(kind: str, x1: float, y1: float, x2: float, y2: float) -> str:
    ends = f"M{number(x1)} {number(y1)}L{number(x2)} {number(y2)}"
    return f'<path class="{kind}" d="{ends}"/>'


def _box(kind: str, x: float, y: float, width: float, height: float) -> str:
    size = f'width="{number(max(0, width))}" height="{number(height)}"'
    return f'<rect class="{kind}" x="{number(x)}" y="{number(y)}" {size}/>'
