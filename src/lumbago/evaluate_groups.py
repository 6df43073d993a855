"""Is the advice as good for everybody? Groups by age, sex and region, each beside all the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from lumbago.answers import Answers
from lumbago.differential.scalar import AGE, SEX
from lumbago.knowledge.model import Knowledge
from lumbago.quantity import Interval
from lumbago.rates import Gap, Rate

KINDS: Final = ("age", "sex", "region")
NOT_KNOWN: Final = "not_known"

Groups = Mapping[str, str]
"""Kind of group to the group of one person: an id, or a band of ages like "35-49"."""


@dataclass(frozen=True, slots=True)
class GroupRate:
    """So many in one group, and among all others whose group of that kind is known."""

    kind: str
    name: str
    rate: Rate
    others: Rate

    @property
    def gap(self) -> Gap:
        """How much higher the share is in the group than among the others."""
        return Gap(self.rate, self.others)


def groups_of(knowledge: Knowledge, answers: Answers, regions: tuple[str, ...]) -> Groups:
    """The groups of one person."""
    sex = answers.get(SEX)
    known_sex = sex.possible if sex and isinstance(sex.possible, frozenset) else frozenset()
    return {
        "age": _age_band(knowledge, answers),
        "sex": next(iter(known_sex)) if len(known_sex) == 1 else NOT_KNOWN,
        "region": "_and_".join(regions) or NOT_KNOWN,
    }


def _age_band(knowledge: Knowledge, answers: Answers) -> str:
    answer = answers.get(AGE)
    if answer is None or not isinstance(answer.possible, Interval):
        return NOT_KNOWN
    age = answer.possible
    bands = dict(age_bands(knowledge))
    inside = (name for name, band in bands.items() if band.low <= age.low and age.high <= band.high)
    return next(inside, NOT_KNOWN)


def age_bands(knowledge: Knowledge) -> Iterator[tuple[str, Interval]]:
    """The bands in which the knowledge gives its multipliers, and one for those below them."""
    finding = knowledge.findings[AGE]
    starts = [int(start) for start in knowledge.parameters["age_band_starts"].values]
    for low, high in pairwise([finding.low, *starts, finding.high + 1]):
        if low == finding.low:
            name = f"<{high}"
        else:
            name = f"{low}+" if high > finding.high else f"{low}-{high - 1}"
        yield name, Interval(low, high - 1)


def group_rates(people: Iterable[tuple[Groups, bool]]) -> tuple[GroupRate, ...]:
    """For every group of people how many of them are hits, by kind, then by name.

    A kind in which all are in one group is left out: there is nobody to compare with.
    """
    people = list(people)
    found = []
    for kind in KINDS:
        known = [(groups[kind], hit) for groups, hit in people if groups[kind] != NOT_KNOWN]
        names = sorted({name for name, _ in known}, key=lambda name: (name[0] != "<", name))
        for name in names if len(names) > 1 else ():
            inside = [hit for one, hit in known if one == name]
            outside = [hit for one, hit in known if one != name]
            found.append(
                GroupRate(
                    kind,
                    name,
                    Rate(sum(inside), len(inside)),
                    Rate(sum(outside), len(outside)),
                )
            )
    return tuple(found)
