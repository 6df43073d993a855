"""What a person has told us: answers, mentions from own words, and the case that holds them.

An `Answer` is the set of values still possible, plus whether the question was asked. Unanswered is
never "no": a finding that is absent from a case keeps every value possible and was not asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

from lumbago.quantity import Interval

Values = frozenset[str] | Interval

YES: Final = frozenset({"yes"})
NO: Final = frozenset({"no"})
YES_OR_NO: Final = frozenset({"yes", "no"})


class Polarity(StrEnum):
    """What own words say about a finding."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"
    NOT_ABOUT_ME_NOW = "not_about_me_now"


@dataclass(frozen=True, slots=True)
class Mention:
    """One place in own words that speaks of a finding.

    `value` is "yes", a choice id or an `Interval` in the finding's base unit; `span` is the
    half-open range of characters; `cue` is the word that set the polarity, if one did.
    """

    finding: str
    value: str | Interval
    polarity: Polarity
    span: tuple[int, int]
    cue: str | None = None
    confirmed: bool = False


OriginKind = Literal["tap", "list", "text", "import", "profile", "derived"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an answer came from.

    `kind` is how it was given; `detail` is the list id and version, the rule of derivation, or the
    place in a record; `span` is set for text; `given_at` is when it was said (None: with the case).
    """

    kind: OriginKind
    detail: str = ""
    span: tuple[int, int] | None = None
    given_at: datetime | None = None


TAP: Final = Origin("tap")


@dataclass(frozen=True, slots=True)
class Answer:
    """The values still possible (never empty), whether it was asked, and where it came from."""

    possible: Values
    asked: bool = True
    origin: Origin = TAP

    @property
    def unsure(self) -> bool:
        """Asked, and still more than one value possible."""
        return self.asked and not _single(self.possible)


def _single(possible: Values) -> bool:
    return possible.exact if isinstance(possible, Interval) else len(possible) == 1


Answers = Mapping[str, Answer]
"""Findings that were answered or derived; every other finding is not asked."""

GivenValue = str | bool | int | float | Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it was handed in, before the knowledge base has checked it."""

    value: object
    origin: Origin = TAP


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known beyond this episode: conditions, medicines and allergies by id or name.

    They answer the findings that they imply with yes only; absence answers nothing. `country` is the
    code of two letters whose labels of medicines count.
    """

    conditions: tuple[str, ...] = ()
    medicines: tuple[str, ...] = ()
    allergies: tuple[str, ...] = ()
    day: Mapping[str, object] = field(default_factory=dict)
    country: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One person at one moment, as handed in. `at` carries its UTC offset."""

    id: str | None = None
    at: datetime | None = None
    text: str = ""
    given: Mapping[str, Given] = field(default_factory=dict)
    profile: Profile = Profile()

    @classmethod
    def of(
        cls,
        *,
        age: int | None = None,
        sex: str | None = None,
        answers: Mapping[str, GivenValue] | None = None,
        text: str = "",
        at: datetime | None = None,
        id: str | None = None,  # noqa: A002  the wire calls it id
        profile: Profile | None = None,
    ) -> Case:
        """Build a case from plain values; they are checked against the knowledge base by `assess`."""
        given = {finding: Given(value) for finding, value in (answers or {}).items()}
        if age is not None:
            given["age_years"] = Given(age)
        if sex is not None:
            given["sex_at_birth"] = Given(sex)
        return cls(id=id, at=at, text=text, given=given, profile=profile or Profile())
