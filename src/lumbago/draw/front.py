"""The same figure seen from the front (or from above, lying): for what moves to the side.

The trunk is one piece from the hips to the shoulders; a limb is its two outer joints. Units and
colours are those of the figure from the side.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from lumbago.draw.shapes import circle, hull, number, pair
from lumbago.draw.skeleton import Point, near
from lumbago.knowledge.picture import FrontPose

TRUNK: Final = 62.0
SHOULDERS: Final = 19.0
HIPS: Final = 9.5
NECK: Final = 25.0
_HEAD: Final = 15.5
_ARM: Final = (6.3, 5.7)
_FOREARM: Final = (5.7, 5.2)
_CUFF: Final = (8.2, 7.7)
_SLEEVE: Final = 0.62
INSIDE: Final = 1.5
"""How far the outline of a first pose stays inside the body."""

Capsule = tuple[str, Point, Point, float, float]
"""A class, two ends and two radii."""


def capsules(pose: FrontPose) -> Iterator[Capsule]:
    """The body in the order in which it is drawn, without the head."""
    yield from _trunk(pose)
    for name, (start, angle, length) in arms(pose).items():
        lower = name.endswith("forearm")
        out = _turned(angle)
        yield "f-skin", start, _off(start, out, length), *(_FOREARM if lower else _ARM)
        if not lower:
            yield "f-top2", start, _off(start, out, length * _SLEEVE), *_CUFF


def _trunk(pose: FrontPose) -> Iterator[Capsule]:
    """Legs, neck and trunk."""
    hip = Point(*pose.hip)
    chest, left, right = _chest(pose)
    up = _turned(pose.lean)
    side = Point(-up.y, up.x)
    for leg, sign in ((pose.left_leg, -1), (pose.right_leg, 1)):
        root = _off(hip, side, HIPS * sign)
        knee, ankle = Point(*leg[:2]), Point(*leg[2:4])
        toes = Point(ankle.x + leg[4], ankle.y + leg[5])
        yield "f-skin", ankle, toes, 5.3, 4.8
        yield "f-legs", knee, ankle, 8.8, 6.2
        yield "f-legs", root, knee, 12.0, 8.8
    yield "f-skin", chest, head_of(pose), 7.0, 6.4
    yield "f-top", hip, chest, 12.0, 15.0
    yield "f-top", left, right, 8.6, 8.6
    yield "f-top", hip, left, 9.0, 8.0
    yield "f-top", hip, right, 9.0, 8.0
    yield "f-legs", _off(hip, side, 1 - HIPS), _off(hip, side, HIPS - 1), 13.0, 13.0


def _chest(pose: FrontPose) -> tuple[Point, Point, Point]:
    """The middle between the shoulders, and both shoulders."""
    up = _turned(pose.lean)
    chest, side = _off(Point(*pose.hip), up, TRUNK), Point(-up.y, up.x)
    return chest, _off(chest, side, -SHOULDERS), _off(chest, side, SHOULDERS)


def arms(pose: FrontPose) -> Mapping[str, tuple[Point, float, float]]:
    """Where each part of both arms begins, its angle and its length, lower before upper."""
    _, left, right = _chest(pose)
    found: dict[str, tuple[Point, float, float]] = {}
    for side, arm, root in (("left", pose.left_arm, left), ("right", pose.right_arm, right)):
        elbow, wrist = Point(*arm[:2]), Point(*arm[2:4])
        for name, start, end in (("forearm", elbow, wrist), ("arm", root, elbow)):
            angle = math.degrees(math.atan2(end.y - start.y, end.x - start.x))
            found[f"{side}_{name}"] = start, angle, math.dist(start, end)
    return found


def between(first: FrontPose, last: FrontPose, share: float) -> FrontPose:
    """The pose a share of the way from one to the other; only the arms move, and they turn evenly."""
    start, end = arms(first), arms(last)
    found: dict[str, tuple[float, ...]] = {}
    for side in ("left", "right"):
        place = start[f"{side}_arm"][0]
        path: list[float] = []
        for name in (f"{side}_arm", f"{side}_forearm"):
            begin, length = start[name][1:]
            angle = begin + (near(end[name][1], begin) - begin) * share
            place = _off(place, _turned(angle), length)
            path += place
        found[f"{side}_arm"] = tuple(path)
    return replace(last, left_arm=found["left_arm"], right_arm=found["right_arm"])


def head_of(pose: FrontPose) -> Point:
    """Where the middle of the head is."""
    base = _off(Point(*pose.hip), _turned(pose.lean), TRUNK + 4)
    return _off(base, _turned(pose.tilt), NECK)


def _turned(angle: float) -> Point:
    return Point(math.cos(math.radians(angle)), math.sin(math.radians(angle)))


def _off(start: Point, way: Point, by: float) -> Point:
    return Point(start.x + way.x * by, start.y + way.y * by)


def body(pose: FrontPose, *, behind: bool = False) -> str:
    """The body and the head, as paths with classes; from `behind` without a face, but with its spine."""
    parts = [_path(kind, hull(a, b, first, last)) for kind, a, b, first, last in _trunk(pose)]
    if behind:
        up = _turned(pose.lean)
        low, high = (pair(*_off(Point(*pose.hip), up, by)) for by in (8.0, TRUNK + 2))
        parts.append(_path("f-line", f"M{low}L{high}"))
    for name, (start, angle, length) in arms(pose).items():
        root, end, lower = Point(0, 0), Point(length, 0), name.endswith("forearm")
        shapes = _path("f-skin", hull(root, end, *(_FOREARM if lower else _ARM)))
        if not lower:
            shapes += _path("f-top2", hull(root, Point(length * _SLEEVE, 0), *_CUFF))
        parts.append(
            f'<g class="b-{name.replace("_", "-")}" transform="translate({pair(*start)})'
            f' rotate({number(angle)})">{shapes}</g>'
        )
    head = head_of(pose)
    turn = f"translate({pair(head.x, head.y)}) rotate({number(pose.tilt + 90)})"
    lid = "q2.5 2.4 5 0"
    seen = _path("f-hair", "M-15.6 -3A16 16 0 0 1 15.6 -3Q0 -12 -15.6 -3Z")
    seen += _path("f-eye", f"M{number(-8 + pose.look)} 1{lid}M{number(3 + pose.look)} 1{lid}")
    if behind:
        seen = _path("f-hair", "M-15.5 4A16 16 0 1 1 15.5 4Q11 12 0 12T-15.5 4Z")
    skull = _path("f-skin", circle(Point(0, 0), _HEAD))
    return "".join(parts) + f'<g transform="{turn}">{skull}{seen}</g>'


def _path(kind: str, d: str) -> str:
    return f'<path class="{kind}" d="{d}"/>'


def outline(pose: FrontPose) -> str:
    """The body and the head as one flat shape, a hair inside the body itself."""
    shapes = ((start, end, first, last) for _, start, end, first, last in capsules(pose))
    flat = "".join(hull(a, b, first - INSIDE, last - INSIDE) for a, b, first, last in shapes)
    return flat + circle(head_of(pose), _HEAD - INSIDE)
