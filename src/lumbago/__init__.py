"""lumbago: from what a person with back or neck pain reports to a safe, explained next step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lumbago.answers import Case
from lumbago.assess import Assessment, assess
from lumbago.errors import InputError, KnowledgeError, LumbagoError, UsageError
from lumbago.knowledge.snapshot import load

if TYPE_CHECKING:
    from lumbago.planning.plan import plan
    from lumbago.planning.result import CarePlan

__version__ = "0.1.0"

__all__ = [
    "Assessment",
    "CarePlan",
    "Case",
    "InputError",
    "KnowledgeError",
    "LumbagoError",
    "UsageError",
    "__version__",
    "assess",
    "load",
    "plan",
]


def __getattr__(name: str) -> Any:
    """The plan is loaded when it is first used, so that an assessment alone starts fast."""
    if name == "plan":
        from lumbago.planning.plan import plan

        return plan
    if name == "CarePlan":
        from lumbago.planning.result import CarePlan

        return CarePlan
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
