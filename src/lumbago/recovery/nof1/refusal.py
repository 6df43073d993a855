"""Why a comparison, or a session of it, may not begin. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

NoBecause = Literal[
    "no_plan",
    "needs_care_first",
    "pain_not_known",
    "too_strong",
    "too_weak",
    "worse",
    "check_first",
    "arm_blocked",
    "too_few",
    "running",
    "done_before",
    "none_running",
    "over",
    "wait",
    "day_full",
    "night",
    "score_first",
    "still_on",
    "too_late",
]
"""Why a comparison or a session may not begin; each has its words."""


@dataclass(frozen=True, slots=True)
class No:
    """Why not, and from when it may be (`until`); `about` are ids of what stands in the way."""

    because: NoBecause
    until: datetime | None = None
    about: tuple[str, ...] = ()
