"""Medicines by the names that people use: from a brand or a misspelt name to ingredient and class.

The names live in `words/<language>/medicine_names.yaml`. They are recalled, not checked against a
register: a name that is found says what is meant, a name that is not found says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lumbago.reading.typos import distance

_DOSE: Final = re.compile(r"\b\d+([.,]\d+)?\s*(mg|mcg|g|ml|micrograms?|%|units?|iu)?\b")
_FORMS: Final = re.compile(
    r"\b(tablets?|tabs?|capsules?|caps?|patch(es)?|gel|cream|syrup|liquid|drops|injections?|"
    r"caplets?|sachets?|suppositor(y|ies)|mr|sr|xl|er|cr|la)$"
)
_MARKS: Final = re.compile(r"[^\w\s]+|_+")
_SHORTEST: Final = 5
_TWO_SLIPS_FROM: Final = 9


@dataclass(frozen=True, slots=True)
class Medicine:
    """An ingredient or a fixed combination: its id, its class, and the ingredients in it.

    `says` and `asks` are the findings that taking it answers, or only prompts to ask.
    """

    id: str
    kind: str
    parts: tuple[str, ...]
    says: tuple[str, ...]
    asks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A medicine that a name stands for; `exact` is False where the name was spelt otherwise."""

    medicine: Medicine
    name: str
    exact: bool


class Medicines:
    """The medicines of one language, by name."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        classes = data["classes"]
        self.everyday = frozenset(data["everyday"])
        self.by_id: dict[str, Medicine] = {}
        self._by_name: dict[str, Medicine] = {}
        for id_, entry in data["ingredients"].items():
            kind = classes[entry["class"]]
            parts = tuple(entry.get("parts", (id_,)))
            says = (*kind["says"], *entry.get("says", ()))
            medicine = Medicine(id_, entry["class"], parts, says, tuple(kind["asks"]))
            self.by_id[id_] = medicine
            own = (id_, *data["also"].get(id_, ()))
            for name in (*own, *(one for names in entry["names"].values() for one in names)):
                self._by_name.setdefault(plain(name), medicine)

    def names(self) -> Iterator[tuple[str, Medicine]]:
        """Every known name, in plain letters, with its medicine."""
        return iter(self._by_name.items())

    def find(self, name: str) -> Found | None:
        """The medicine that a name stands for: as it is written, without dose and form, or misspelt.

        None if nothing is near, or if two different medicines are equally near.
        """
        written = plain(name)
        bare = plain(_FORMS.sub("", _DOSE.sub(" ", name.lower()).strip()))
        for wanted in (written, bare):
            medicine = self._by_name.get(wanted)
            if medicine is not None:
                return Found(medicine, wanted, exact=True)
        return self._nearest(bare)

    def _nearest(self, name: str) -> Found | None:
        if len(name) < _SHORTEST:
            return None
        most = 2 if len(name) >= _TWO_SLIPS_FROM else 1
        best: list[str] = []
        for known in self._by_name:
            if known[0] != name[0] or abs(len(known) - len(name)) > most:
                continue
            slips = distance(name, known, most)
            if slips < most:
                most, best = slips, [known]
            elif slips == most:
                best.append(known)
        meant = {self._by_name[known].id for known in best}
        if len(meant) != 1:
            return None
        return Found(self._by_name[best[0]], best[0], exact=False)


def medicines(words: Mapping[str, Any]) -> Medicines:
    """The medicines of a language, from its words (`knowledge.words["en"]`)."""
    return Medicines(words["medicine_names"])


def plain(name: str) -> str:
    """A name in small letters, without marks: "Co-codamol" is "co codamol", "Goody's" "goodys"."""
    return " ".join(_MARKS.sub(" ", name.lower().replace("'", "").replace("’", "")).split())
