"""What a medicine that was named is made of: its ingredients and groups, as the dose gate counts them.

A combination counts for each of its parts; how much of a part is in it is not known, so it counts as
much as a whole day. A name that stands for nothing known is asked back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from lumbago.knowledge.care import Care
from lumbago.knowledge.model import Knowledge
from lumbago.reading.medicines import Medicines, medicines

GROUPS: Final[Mapping[str, str]] = {
    "nsaid": "nsaid",
    "coxib": "nsaid",
    "metamizole": "nsaid",
    "aspirin": "nsaid",
    "paracetamol": "paracetamol",
}
"""Classes of the table of names -> groups of the plan, where they are not the same."""

LANGUAGE: Final = "en"


@dataclass(frozen=True, slots=True)
class Part:
    """An ingredient and its group; `alone` if the medicine is nothing else."""

    ingredient: str
    group: str
    alone: bool


@lru_cache(maxsize=4)
def _table(knowledge: Knowledge) -> Medicines:
    return medicines(knowledge.words[LANGUAGE])


def parts_of(knowledge: Knowledge, name: str) -> tuple[Part, ...] | None:
    """What a name stands for, or None where it stands for nothing known."""
    wanted = name.strip().lower()
    if wanted in knowledge.care.medicines:
        return (Part(wanted, knowledge.care.medicines[wanted].group, True),)
    table = _table(knowledge)
    entry = table.by_id.get(wanted)
    if entry is None:
        found = table.find(wanted.replace("_", " "))
        if found is None or not found.exact:
            return None
        entry = found.medicine
    if len(entry.parts) == 1:
        return (Part(entry.id, _group(knowledge.care, table, entry.id), True),)
    return tuple(Part(id_, _group(knowledge.care, table, id_), False) for id_ in entry.parts)


def _group(care: Care, table: Medicines, id_: str) -> str:
    if id_ in care.medicines:
        return care.medicines[id_].group
    kind = table.by_id[id_].kind if id_ in table.by_id else id_
    return GROUPS.get(kind, kind)


def nearest(knowledge: Knowledge, name: str) -> str:
    """The nearest known name, to ask back; empty if none is near."""
    found = _table(knowledge).find(name.replace("_", " "))
    return found.name if found else ""
