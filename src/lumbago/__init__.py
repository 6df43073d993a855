"""lumbago: from what a person with back or neck pain reports to a safe, explained next step."""

from __future__ import annotations

from lumbago.answers import Case
from lumbago.assess import Assessment, assess
from lumbago.errors import InputError, KnowledgeError, LumbagoError, UsageError
from lumbago.knowledge.snapshot import load
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
