"""What every drawing of the figure is made of, as SVG path data: numbers, circles, hulls of circles."""

from __future__ import annotations

import math

from lumbago.draw.skeleton import Point


def number(value: float) -> str:
    """A number with one decimal at most."""
    return f"{round(value, 1):g}" if abs(value) >= 0.05 else "0"


def pair(x: float, y: float) -> str:
    """A place."""
    return f"{number(x)} {number(y)}"


def circle(middle: Point, radius: float) -> str:
    """A circle."""
    r = number(radius)
    half, across = f"a{r} {r} 0 1 0", number(2 * radius)
    return f"M{pair(middle.x - radius, middle.y)}{half} {across} 0{half} -{across} 0Z"


def hull(start: Point, end: Point, first: float, last: float) -> str:
    """The hull of two circles: a limb. One circle, where one of them holds the other."""
    length = math.hypot(end.x - start.x, end.y - start.y)
    if length <= abs(first - last):
        return circle(start, max(first, last))
    angle = math.atan2(end.y - start.y, end.x - start.x)
    spread = math.acos((first - last) / length)
    a, b, c, d = (
        pair(middle.x + r * math.cos(angle + turn), middle.y + r * math.sin(angle + turn))
        for middle, r, turn in (
            (start, first, spread),
            (end, last, spread),
            (end, last, -spread),
            (start, first, -spread),
        )
    )
    one, other = pair(first, first), pair(last, last)
    return f"M{a}L{b}A{other} 0 0 0 {c}L{d}A{one} 0 1 0 {a}Z"
