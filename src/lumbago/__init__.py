"""lumbago: from what a person with back or neck pain reports to a safe, explained next step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lumbago.answers import Case
from lumbago.assess import Assessment, assess
from lumbago.errors import InputError, KnowledgeError, LumbagoError, UsageError
from lumbago.knowledge.snapshot import load

if TYPE_CHECKING:
    from lumbago.batch.tables import assess_table
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
    "assess_table",
    "load",
    "plan",
]


def __getattr__(name: str) -> Any:
    """The plan and tables are loaded when first used, so that an assessment alone starts fast."""
    if name == "assess_table":
        from lumbago.batch import needs_arrow

        needs_arrow()
        from lumbago.batch.tables import assess_table

        return assess_table
    if name == "plan":
        from lumbago.planning.plan import plan

        return plan
    if name == "CarePlan":
        from lumbago.planning.result import CarePlan

        return CarePlan
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
