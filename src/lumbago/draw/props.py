"""The things in a picture: furniture, pillows, a phone, and packs that lie on the body.

A pack follows the back that it lies on: a cloth next to the skin, the pack on the cloth, and over it
either waves of warmth or crystals of ice, so that the two are told apart without colour.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from lumbago.draw.shapes import number, pair
from lumbago.draw.skeleton import Point, Pose
from lumbago.knowledge.picture import Prop

BEHIND: Final = ("line", "slab", "pillow")
"""What stands or lies behind the body."""

OVER: Final = ("phone", "heat", "cold")
"""What is held or lies in front of it."""

_SKIN: Final[Mapping[str, tuple[tuple[str, float, float], ...]]] = {
    "low_back": (("pelvis", 10, -13.4), ("s1", 5, -5), ("s2", 5, -5), ("s3", 7, -5)),
    "upper_back": (("s3", 4, -5), ("s4", 4, -5), ("s5", 2, -5), ("s5", 12, -4.5)),
    "neck": (("s5", 5, -5), ("s5", 13, -5), ("head", -2, -14), ("head", 6, -14.8)),
}
"""The line of the skin under a pack: joints, and a place in the axes of each."""

_CLOTH: Final = 1.8
_PACK: Final = 7.8
_OVER: Final = 16.5
"""How far from the skin the middles of the cloth and of the pack are, and where its signs begin."""

_APART: Final = 13.0
"""How far its signs are from each other."""


def thing(prop: Prop) -> str:
    """A thing that does not depend on the body."""
    if prop.kind == "line":
        pairs = [pair(x, y) for x, y in zip(prop.at[::2], prop.at[1::2], strict=True)]
        return f'<path class="f-prop" d="M{"L".join(pairs)}"/>'
    if prop.kind == "phone":
        x, y, angle = prop.at
        turned = f'transform="translate({pair(x, y)}) rotate({number(angle)})"'
        case = '<rect class="f-phone" x="-4.5" y="-9" width="9" height="18" rx="2.4"/>'
        return f'<g {turned}>{case}<path class="f-glass" d="M-1.2 6.2H1.2"/></g>'
    x, y, width, height = prop.at
    size = f'x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"'
    if prop.kind == "slab":
        return f'<rect class="f-soft" {size} rx="{number(min(8.0, height / 2))}"/>'
    return f'<rect class="f-pillow" {size} rx="{number(min(11.0, min(width, height) / 2))}"/>'


def over(prop: Prop, pose: Pose) -> str:
    """A thing in front of the body."""
    return thing(prop) if prop.kind == "phone" else pack(prop, pose)


def pack(prop: Prop, pose: Pose) -> str:
    """A pack of heat or cold on its part of the body."""
    skin = [pose.point(joint, Point(x, y)) for joint, x, y in _SKIN[prop.on]]
    ends = _longer(skin, 4.5)
    cloth, middle = _smooth(_off(ends, _CLOTH)), _smooth(_off(skin, _PACK))
    parts = [
        f'<path class="f-cloth-edge" d="{cloth}"/><path class="f-cloth" d="{cloth}"/>',
        f'<path class="f-{prop.kind}-edge" d="{middle}"/>',
        f'<path class="f-{prop.kind}" d="{middle}"/>',
    ]
    inside = [_at(_off(skin, _PACK), share) for share in (0.25, 0.5, 0.75)]
    if prop.kind == "heat":
        marks = "".join(_wave(place, out) for place, out in _row(skin, _OVER))
    else:
        sizes = (4.2, 5.4, 4.2)
        rows = zip(_row(skin, _OVER + 7), sizes, strict=True)
        marks = "".join(_crystal(place, size) for (place, _), size in rows)
        marks += "".join(
            f"M{pair(p.x - out.x * 3, p.y - out.y * 3)}L{pair(p.x + out.x * 3, p.y + out.y * 3)}"
            for p, out in inside
        )
    return f'{"".join(parts)}<path class="f-mark" d="{marks}"/>'


def _row(skin: Sequence[Point], over: float) -> list[tuple[Point, Point]]:
    """Three places side by side over the middle of a pack, and which way is out there."""
    middle, out = _at(_off(skin, over), 0.5)
    return [
        (Point(middle.x - out.y * beside, middle.y + out.x * beside), out)
        for beside in (-_APART, 0, _APART)
    ]


def _normals(line: Sequence[Point]) -> list[Point]:
    """At every point of a line along the back, which way is out of the body."""
    found = []
    for step in range(len(line)):
        before, after = line[max(step - 1, 0)], line[min(step + 1, len(line) - 1)]
        length = math.dist(before, after)
        found.append(Point((after.y - before.y) / length, -(after.x - before.x) / length))
    return found


def _off(line: Sequence[Point], by: float) -> list[Point]:
    """The line that runs beside a line, further out."""
    return [
        Point(p.x + out.x * by, p.y + out.y * by)
        for p, out in zip(line, _normals(line), strict=True)
    ]


def _longer(line: Sequence[Point], by: float) -> list[Point]:
    """The line, longer at both ends."""
    return [_beyond(line[1], line[0], by), *line[1:-1], _beyond(line[-2], line[-1], by)]


def _beyond(start: Point, end: Point, by: float) -> Point:
    share = 1 + by / math.dist(start, end)
    return Point(start.x + (end.x - start.x) * share, start.y + (end.y - start.y) * share)


def _smooth(line: Sequence[Point]) -> str:
    """A path through the middles of a line, rounded at its corners."""
    path = f"M{pair(*line[0])}"
    for corner, after in pairwise(line[1:-1]):
        path += f"Q{pair(*corner)} {pair((corner.x + after.x) / 2, (corner.y + after.y) / 2)}"
    return f"{path}Q{pair(*line[-2])} {pair(*line[-1])}"


def _at(line: Sequence[Point], share: float) -> tuple[Point, Point]:
    """The place a share of the way along a line, and which way is out there."""
    left = share * sum(math.dist(a, b) for a, b in pairwise(line))
    for a, b in pairwise(line):
        length = math.dist(a, b)
        if left <= length:
            break
        left -= length
    part = min(left / length, 1.0)
    out = Point((b.y - a.y) / length, -(b.x - a.x) / length)
    return Point(a.x + (b.x - a.x) * part, a.y + (b.y - a.y) * part), out


def _wave(start: Point, out: Point) -> str:
    """A wave of warmth that goes out from a place."""
    side, reach, width = Point(-out.y, out.x), 5.2, 4.0
    path = f"M{pair(*start)}"
    for step in range(3):
        bend = width if step % 2 == 0 else -width
        middle, end = reach * (step + 0.5), reach * (step + 1)
        bent = pair(
            start.x + out.x * middle + side.x * bend, start.y + out.y * middle + side.y * bend
        )
        path += f"Q{bent} {pair(start.x + out.x * end, start.y + out.y * end)}"
    return path


def _crystal(middle: Point, size: float) -> str:
    """A crystal of ice: three strokes that cross."""
    path = ""
    for turn in (30, 90, 150):
        x, y = size * math.cos(math.radians(turn)), size * math.sin(math.radians(turn))
        path += f"M{pair(middle.x - x, middle.y - y)}L{pair(middle.x + x, middle.y + y)}"
    return path
