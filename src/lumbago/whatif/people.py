"""The people on whom a change is tried: ordinary pain, causes as frequent as believed, every cause."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from lumbago.columns import CaseTable, Flags, NumberColumn, SetColumn
from lumbago.differential import columnar
from lumbago.differential.scalar import AGE, SEX
from lumbago.evaluate_groups import NOT_KNOWN, age_bands
from lumbago.knowledge.model import Disposition, Knowledge
from lumbago.simulate import ordinary
from lumbago.simulate_causes import REGIONS, World, people_by_cause
from lumbago.triage.columnar import Chunk

Labels = NDArray[np.str_]


class Kind(StrEnum):
    """Whom a crowd consists of."""

    ORDINARY = "ordinary"
    USUAL = "usual"
    EVEN = "even"
    CASES = "cases"


SIMULATED = (Kind.ORDINARY, Kind.USUAL, Kind.EVEN)


@dataclass(frozen=True, slots=True, eq=False)
class Crowd:
    """People of one kind, all of whose answers stand in a table.

    `causes` and `active` say what they were drawn with (`active[row, i]`: `causes[i]` is one);
    both are empty where that is not known.
    """

    kind: Kind
    table: CaseTable
    causes: tuple[str, ...]
    active: Flags

    def __len__(self) -> int:
        return len(self.table)

    def with_cause(self, wanted: Sequence[bool]) -> Flags:
        """The rows that have one of the causes picked out, one flag a cause."""
        picked: Flags = self.active[:, np.array(wanted, np.bool_)]
        found: Flags = np.asarray(picked.any(axis=1), np.bool_)
        return found


def crowds(knowledge: Knowledge, n: int, seed: int) -> Iterator[Crowd]:
    """`n` people of each kind, every question answered; the same ones for the same seed.

    Half of those with a cause have it in the back, half in the neck.
    """
    table = ordinary(knowledge, n, np.random.default_rng(seed))
    yield Crowd(Kind.ORDINARY, table, (), np.zeros((n, 0), np.bool_))
    for kind, even in ((Kind.USUAL, 0.0), (Kind.EVEN, 1.0)):
        for place, region in enumerate(REGIONS):
            part = (n + 1 - place) // 2
            dice = np.random.default_rng([seed, SIMULATED.index(kind), place])
            world = World(answered=1.0, even=even, region=region)
            found = people_by_cause(knowledge, part, dice, world)
            yield Crowd(kind, found.table, found.causes, found.active)


def urgent_causes(knowledge: Knowledge, causes: Sequence[str]) -> list[bool]:
    """For each cause whether it is usually an emergency."""
    emergency = Disposition.EMERGENCY.id
    return [knowledge.conditions[cause].usual == emergency for cause in causes]


def serious_causes(knowledge: Knowledge, causes: Sequence[str]) -> list[bool]:
    """For each cause whether it is a serious one."""
    return [knowledge.conditions[cause].serious for cause in causes]


class Grouper:
    """Says of every person of a table the groups by age, sex and region."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.bands = tuple(age_bands(knowledge))
        self.network = columnar.Network(knowledge)

    def labels(self, table: CaseTable) -> dict[str, Labels]:
        """Kind of group to the group of every row, named as `evaluate_groups` names them."""
        return {
            "age": self._ages(table),
            "sex": self._sexes(table),
            "region": self._regions(table),
        }

    def _ages(self, table: CaseTable) -> Labels:
        found = np.full(len(table), NOT_KNOWN, dtype="U12")
        column = table.columns.get(AGE)
        if isinstance(column, NumberColumn):
            for name, band in self.bands:
                found[(column.low >= band.low) & (column.high <= band.high)] = name
        return found

    def _sexes(self, table: CaseTable) -> Labels:
        found = np.full(len(table), NOT_KNOWN, dtype="U12")
        column = table.columns.get(SEX)
        if isinstance(column, SetColumn):
            for value in column.values:
                found[column.must_be({value})] = value
        return found

    def _regions(self, table: CaseTable) -> Labels:
        names = np.array(["_and_".join(regions) for regions in columnar.LISTS])
        parts = [names[self.network.regions(Chunk(part))] for part in table.chunks()]
        return np.concatenate(parts) if parts else np.array([], dtype="U12")
