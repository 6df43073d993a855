"""A comparison as a picture: each session a dot, a cloud for each arm, the trend taken away.

SVG as text, with classes alone; the style sheet of the page gives the colours. The words come from
the caller. Arms differ by place and name as well as by colour. Standard library only.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap
from typing import Final

from lumbago.draw.shapes import number

WIDTH: Final = 600
_LEFT: Final = 54.0
_RIGHT: Final = 588.0
_TOP: Final = 20.0
_BOTTOM: Final = 300.0
HEIGHT: Final = 360
_HEAD: Final = 92
_FOOT: Final = 52

_SMOOTH: Final = 0.55
"""The width of the kernel that makes a cloud of dots, in points of pain."""
_REACH: Final = 2.8 * _SMOOTH
_STEPS: Final = 48
_ROOM: Final = 2.8 * _SMOOTH
_LEAST_RANGE: Final = 4
_DOT: Final = 6.5
_APART: Final = 15.5
_LINE: Final = 44
_HIGHEST: Final = 10
_MIDDLE: Final = 46

_ALONE: Final = (
    ":root{color-scheme:light dark}"
    ".paper{fill:#FFFDFA}.grid{stroke:#E3D8CD;stroke-width:1}"
    ".cloud{stroke-width:1.5}.middle{stroke-width:4;stroke-linecap:round}"
    ".dot{stroke:#FFFDFA;stroke-width:1.5}"
    ".arm-heat .cloud{fill:#F8E4CF;stroke:#DDAE7C}.arm-heat .dot{fill:#B4641B}"
    ".arm-heat .middle{stroke:#7E4310}"
    ".arm-cold .cloud{fill:#D8ECEF;stroke:#8CBDC7}.arm-cold .dot{fill:#26798A}"
    ".arm-cold .middle{stroke:#124F5C}"
    ".arm-rest .cloud{fill:#EBE7EE;stroke:#BBB1C2}.arm-rest .dot{fill:#7C7086}"
    ".arm-rest .middle{stroke:#50465A}"
    "text{font:18px system-ui,sans-serif;fill:#5E5366}"
    ".said{font-size:21px;font-weight:600;fill:#2E2436}.name{font-weight:600;fill:#2E2436}"
    "@media(prefers-color-scheme:dark){.paper{fill:#1B1620}.grid{stroke:#3A3142}"
    ".dot{stroke:#1B1620}"
    ".arm-heat .cloud{fill:#43301D;stroke:#8A602F}.arm-heat .dot{fill:#EDA765}"
    ".arm-heat .middle{stroke:#FFD3A6}"
    ".arm-cold .cloud{fill:#173941;stroke:#387582}.arm-cold .dot{fill:#7CCBDA}"
    ".arm-cold .middle{stroke:#BFEBF3}"
    ".arm-rest .cloud{fill:#332C3A;stroke:#6B5F76}.arm-rest .dot{fill:#B6A9C1}"
    ".arm-rest .middle{stroke:#E2D8EA}"
    "text{fill:#C8BCCA}.said,.name{fill:#F3ECF5}}"
)
"""For a picture that is opened by itself; a page brings its own style sheet."""


@dataclass(frozen=True, slots=True)
class Cloud:
    """One arm: its id, name and line below, its dots in points of 0-10, and its expected level."""

    arm: str
    name: str
    below: str
    dots: tuple[float, ...]
    middle: float


@dataclass(frozen=True, slots=True)
class _Scale:
    low: float
    high: float

    def y(self, pain: float) -> float:
        """Up: more pain."""
        return _BOTTOM - (_BOTTOM - _TOP) * (pain - self.low) / (self.high - self.low)


def comparison_svg(
    clouds: Sequence[Cloud], title: str, description: str, *, prefix: str = "compare"
) -> str:
    """The picture for a page, named and described; `prefix` keeps its ids apart from others."""
    box = f'viewBox="0 0 {WIDTH} {HEIGHT}"'
    return _svg(box, clouds, (title, description), prefix, "", "")


def comparison_svg_alone(
    clouds: Sequence[Cloud],
    title: str,
    description: str,
    headline: str,
    around: tuple[str, str],
) -> str:
    """The picture as a file of its own, with its colours and `headline`.

    `around`: what the axis shows, above it, and a line below.
    """
    (above, below), lines = around, wrap(headline, _LINE)
    head = _HEAD + 26 * max(0, len(lines) - 1)
    foot = _FOOT
    axis = f'<text x="24" y="-6">{escape(above)}</text>'
    size = f"0 {-head} {WIDTH} {HEIGHT + head + foot}"
    box = f'xmlns="http://www.w3.org/2000/svg" viewBox="{size}" width="{WIDTH}"'
    paper = (
        f'<rect class="paper" x="0" y="{-head}" width="{WIDTH}" height="{HEIGHT + head + foot}"/>'
    )
    said = "".join(
        f'<text class="said" x="24" y="{-head + 42 + 28 * row}">{escape(line)}</text>'
        for row, line in enumerate(lines)
    )
    foot_line = f'<text x="24" y="{HEIGHT + 32}">{escape(below)}</text>'
    style = f"<style>{_ALONE}</style>{paper}"
    return _svg(box, clouds, (title, description), "compare", style, said + axis + foot_line) + "\n"


def _svg(
    box: str,
    clouds: Sequence[Cloud],
    named: tuple[str, str],
    prefix: str,
    before: str,
    after: str,
) -> str:
    scale = _scale(clouds)
    parts = [*_grid(scale), *_columns(clouds, scale)]
    head = f'<title id="{prefix}-t">{escape(named[0])}</title>'
    head += f'<desc id="{prefix}-d">{escape(named[1])}</desc>'
    labels = f'aria-labelledby="{prefix}-t {prefix}-d"'
    return f'<svg class="compare" {box} role="img" {labels}>{head}{before}{"".join(parts)}{after}</svg>'


def _scale(clouds: Iterable[Cloud]) -> _Scale:
    """Whole points of pain around all dots, at least a few of them."""
    seen = [dot for cloud in clouds for dot in (*cloud.dots, cloud.middle)]
    low, high = math.floor(min(seen) - _ROOM), math.ceil(max(seen) + _ROOM)
    while high - low < _LEAST_RANGE:
        low, high = low - 1, high + 1
    return _Scale(max(0, low), high)


def _grid(scale: _Scale) -> Iterator[str]:
    step = 1 if scale.high - scale.low <= 2 * _LEAST_RANGE else 2
    for pain in range(max(0, int(scale.low)), min(_HIGHEST, int(scale.high)) + 1, step):
        y = number(scale.y(pain))
        yield f'<path class="grid" d="M{number(_LEFT)} {y}H{number(_RIGHT)}"/>'
        at = number(scale.y(pain) + 6)
        yield f'<text x="{number(_LEFT - 14)}" y="{at}" text-anchor="end">{pain}</text>'


def _columns(clouds: Sequence[Cloud], scale: _Scale) -> Iterator[str]:
    wide = (_RIGHT - _LEFT) / len(clouds)
    densest = max(max(_density(cloud.dots, at) for at in cloud.dots) for cloud in clouds)
    for index, cloud in enumerate(clouds):
        middle = _LEFT + wide * (index + 0.5)
        half = min(0.4 * wide, 78)
        yield f'<g class="arm-{escape(cloud.arm)}">'
        yield f'<path class="cloud" d="{_outline(cloud, scale, middle, half / densest)}"/>'
        y = number(scale.y(cloud.middle))
        yield f'<path class="middle" d="M{number(middle - _MIDDLE)} {y}h{number(2 * _MIDDLE)}"/>'
        for x, at in _swarm(cloud.dots, scale, middle):
            yield f'<circle class="dot" cx="{number(x)}" cy="{number(at)}" r="{_DOT}"/>'
        yield "</g>"
        place = f'x="{number(middle)}" text-anchor="middle"'
        yield f'<text class="name" {place} y="{_BOTTOM + 34:g}">{escape(cloud.name)}</text>'
        yield f'<text {place} y="{_BOTTOM + 58:g}">{escape(cloud.below)}</text>'


def _density(dots: Sequence[float], at: float) -> float:
    return sum(math.exp(-(((dot - at) / _SMOOTH) ** 2) / 2) for dot in dots) / len(dots)


def _outline(cloud: Cloud, scale: _Scale, middle: float, width: float) -> str:
    """The cloud: as wide as the dots lie close, the same on both sides."""
    low, high = max(0.0, min(cloud.dots) - _REACH), max(cloud.dots) + _REACH
    levels = [low + (high - low) * step / _STEPS for step in range(_STEPS + 1)]
    reach = [(at, width * _density(cloud.dots, at)) for at in levels]
    right = [f"{number(middle + wide)} {number(scale.y(at))}" for at, wide in reach]
    left = [f"{number(middle - wide)} {number(scale.y(at))}" for at, wide in reversed(reach)]
    return f"M{'L'.join([*right, *left])}Z"


def _swarm(dots: Iterable[float], scale: _Scale, middle: float) -> Iterator[tuple[float, float]]:
    """Dots beside each other where they would lie on one another."""
    placed: list[tuple[float, float]] = []
    for dot in sorted(dots):
        y = scale.y(min(max(dot, scale.low), scale.high))
        for turn in range(40):
            x = middle + _APART * ((turn + 1) // 2) * (1 if turn % 2 else -1)
            if all(math.hypot(x - a, y - b) >= _APART - 0.5 for a, b in placed):
                placed.append((x, y))
                yield x, y
                break
