"""The same figure seen from the front (or from above, lying): for what moves to the side.

The trunk is one piece from the hips to the shoulders; a limb is its two outer joints. Units and
colours are those of the figure from the side.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from lumbago.draw.shapes import circle, hull, number, pair
from lumbago.draw.skeleton import Point
from lumbago.knowledge.picture import FrontPose

TRUNK: Final = 62.0
SHOULDERS: Final = 19.0
HIPS: Final = 9.5
NECK: Final = 25.0
_HEAD: Final = 15.5

Capsule = tuple[str, Point, Point, float, float]
"""A class, two ends and two radii."""


def capsules(pose: FrontPose) -> Iterator[Capsule]:
    """The body in the order in which it is drawn, without the head."""
    hip = Point(*pose.hip)
    up = _turned(pose.lean)
    side = Point(-up.y, up.x)
    chest = Point(hip.x + up.x * TRUNK, hip.y + up.y * TRUNK)
    left, right = _beside(chest, side, SHOULDERS)
    for leg, sign in ((pose.left_leg, -1), (pose.right_leg, 1)):
        root = Point(hip.x + side.x * HIPS * sign, hip.y + side.y * HIPS * sign)
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
    near, far = _beside(hip, side, HIPS - 1)
    yield "f-legs", near, far, 13.0, 13.0
    for arm, root in ((pose.left_arm, left), (pose.right_arm, right)):
        elbow, wrist = Point(*arm[:2]), Point(*arm[2:4])
        sleeve = Point(root.x + (elbow.x - root.x) * 0.62, root.y + (elbow.y - root.y) * 0.62)
        yield "f-skin", elbow, wrist, 5.7, 5.2
        yield "f-skin", root, elbow, 6.3, 5.7
        yield "f-top2", root, sleeve, 8.2, 7.7


def head_of(pose: FrontPose) -> Point:
    """Where the middle of the head is."""
    up, tilt = _turned(pose.lean), _turned(pose.tilt)
    base = Point(pose.hip[0] + up.x * (TRUNK + 4), pose.hip[1] + up.y * (TRUNK + 4))
    return Point(base.x + tilt.x * NECK, base.y + tilt.y * NECK)


def _turned(angle: float) -> Point:
    return Point(math.cos(math.radians(angle)), math.sin(math.radians(angle)))


def _beside(middle: Point, side: Point, by: float) -> tuple[Point, Point]:
    return (
        Point(middle.x - side.x * by, middle.y - side.y * by),
        Point(middle.x + side.x * by, middle.y + side.y * by),
    )


def body(pose: FrontPose) -> str:
    """The body and the head, as paths with classes."""
    parts = [
        f'<path class="{kind}" d="{hull(start, end, first, last)}"/>'
        for kind, start, end, first, last in capsules(pose)
    ]
    head = head_of(pose)
    turn = f"translate({pair(head.x, head.y)}) rotate({number(pose.tilt + 90)})"
    look, lid = pose.look, "q2.5 2.4 5 0"
    parts.append(
        f'<g transform="{turn}"><path class="f-skin" d="{circle(Point(0, 0), _HEAD)}"/>'
        '<path class="f-hair" d="M-15.6 -3A16 16 0 0 1 15.6 -3Q0 -12 -15.6 -3Z"/>'
        f'<path class="f-eye" d="M{number(-8 + look)} 1{lid}M{number(3 + look)} 1{lid}"/></g>'
    )
    return "".join(parts)


def outline(pose: FrontPose) -> str:
    """The body and the head as one flat shape."""
    flat = "".join(hull(*capsule[1:]) for capsule in capsules(pose))
    return flat + circle(head_of(pose), _HEAD)
