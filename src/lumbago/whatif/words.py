"""The result of an overlay in words: people, signs, shares. What terminal and page say alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lumbago.answers import Answers
from lumbago.differential.scalar import AGE, SEX
from lumbago.evaluate_groups import GroupRate
from lumbago.evaluate_report import group_name
from lumbago.expr import Compare, Literal_, OneOf
from lumbago.knowledge.model import Disposition, Knowledge
from lumbago.knowledge.overlay import Change, Overlay
from lumbago.quantity import Interval, from_base
from lumbago.rates import Gap, Paired, Rate
from lumbago.whatif.breaks import BrokenClaim
from lumbago.whatif.cases import MovedCase
from lumbago.whatif.compare import Carrier, Example, GroupGap
from lumbago.whatif.people import Kind
from lumbago.wording import Wording

BASE: Final = 10_000
"""Shares are said as so many of this many people."""

MINUS: Final = "\u2212"
_FEW: Final = 10
_SIGNS: Final = 6
_PARTS: Final = 4
_OPERATORS: Final = {">=": "≥", "<=": "≤", ">": ">", "<": "<"}


@dataclass(frozen=True, slots=True)
class Portrait:
    """One person in words: who, the signs that matter, the others, and what they were drawn with."""

    who: str
    signs: tuple[str, ...]
    others: tuple[str, ...]
    more: str
    causes: str


def per(share: float | None, *, sign: bool = False) -> str:
    """A share as so many of 10,000; one decimal where there are few."""
    if share is None:
        return "-"
    many = share * BASE
    text = f"{abs(many):,.1f}" if 0 < abs(many) < _FEW else f"{abs(many):,.0f}"
    if not text.strip("0."):
        return "0"
    if not sign:
        return text
    return f"{MINUS if many < 0 else '+'}{text}"


def rate_per(rate: Rate) -> str:
    """A share with its interval, of 10,000."""
    if rate.share is None:
        return "-"
    low, high = rate.interval
    return f"{per(rate.share)} ({per(low)}-{per(high)})"


def difference_per(one: Paired | Gap) -> str:
    """A difference with its interval, of 10,000."""
    if one.difference is None:
        return "-"
    low, high = (per(end, sign=True) for end in one.interval)
    return f"{per(one.difference, sign=True)} ({low} to {high})"


class Words:
    """Says things in the words of one language."""

    def __init__(self, overlay: Overlay) -> None:
        self.overlay = overlay
        self.knowledge: Knowledge = overlay.shipped
        self.wording = Wording(overlay.shipped)
        self.text: Mapping[str, Any] = self.wording.words["whatif"]
        self.levels: Mapping[str, Any] = self.wording.words["evaluate"]

    def say(self, key: str, **values: object) -> str:
        """A text with its places filled in."""
        return str(self.text[key]).format(**values)

    def kind(self, kind: Kind) -> str:
        """Whom a crowd consists of."""
        return str(self.text["kinds"][kind])

    def level(self, disposition: Disposition) -> str:
        """A disposition."""
        return str(self.levels[disposition.id])

    def group(self, group: GroupRate) -> str:
        """A group of people, with what kind of group it is."""
        return f"{self.levels[group.kind]}: {group_name(group, self.levels)}"

    def change(self, gap: GroupGap) -> str:
        """Which people changed sides."""
        return str(self.text["changes"][gap.measure][("fewer", "more")[gap.more]])

    def side(self, change: Change, *, after: bool) -> str:
        """The level of one side of a change, or that there is none."""
        level = change.after if after else change.before
        if change.kind == "term":
            return self.say("term")
        if level is None:
            return self.say("removed" if after else "added")
        return self.level(level)

    def because(self, change: Change) -> str:
        """What a changed rule or term says to a person; empty for one that is new."""
        rule = self.knowledge.rules.get(change.id)
        if rule is not None:
            return self.wording.because(rule)
        return str(self.wording.words["terms"].get(change.id, ""))

    def case(self, case: MovedCase) -> str:
        """A written case that moves."""
        accepted = (self.level(one) for one in sorted(case.gold.acceptable, reverse=True))
        return self.say(
            "case",
            id=case.id or case.line,
            before=self.level(case.before),
            after=self.level(case.after),
            accepted=", ".join(accepted) or self.say("no_label"),
        )

    # -------------------------------------------------------------------------------------- signs

    def literal(self, literal: Literal_, *, negated: bool = False) -> str:
        """A part of a condition."""
        short = self.wording.short(literal.finding)
        match literal:
            case Compare(finding=finding, operator=operator, value=value):
                unit = self.knowledge.findings[finding].unit
                limit = from_base(value, unit) if unit else value
                said = f"{short} {_OPERATORS[operator]} {limit}"
            case OneOf(finding=finding, values=values):
                listed = ", ".join(self.wording.choice(finding, one) for one in sorted(values))
                said = f"{short}: {listed}"
            case _:
                said = short
        return self.say("not_this", what=said) if negated else said

    def parts(self, carrier: Carrier) -> str:
        """What those whom a rule moves mostly fulfil, with how many."""
        shown = carrier.parts[:_PARTS]
        named = (
            f"{self.literal(part.literal, negated=part.negated)} ({part.people:,})"
            for part in shown
        )
        return "; ".join(named)

    # ------------------------------------------------------------------------------------- people

    def portrait(self, one: Example) -> Portrait:
        """A person who moves."""
        weighty = {
            finding
            for side in (self.overlay.shipped, self.overlay.knowledge)
            for rule in one.rules
            for finding in side.findings_of_rule.get(rule, ())
        }
        signs = tuple(self._signs(one.answers, weighty))
        others = tuple(self._signs(one.answers, one.answers.keys() - weighty))
        more = len(others) - _SIGNS
        causes = "; ".join(self.wording.condition(cause) for cause in one.causes)
        return Portrait(
            self.who(one.answers),
            signs,
            others[:_SIGNS],
            self.say("others", n=more) if more > 0 else "",
            self.say("drawn_with", causes=causes) if causes else "",
        )

    def who(self, answers: Answers) -> str:
        """Sex and age."""
        sex, age = answers.get(SEX), answers.get(AGE)
        known = next(iter(sex.possible), "") if sex and isinstance(sex.possible, frozenset) else ""
        who = self.say(known if known in ("female", "male") else "other_sex")
        years = age.possible if age else None
        exact = isinstance(years, Interval) and years.exact
        said = str(years.low) if isinstance(years, Interval) and exact else self.say("no_age")
        who = self.say("person", who=who, age=said)
        return who[:1].upper() + who[1:]

    def _signs(self, answers: Answers, wanted: Iterable[str]) -> Iterator[str]:
        """What somebody says of some findings; denials, sex and age are left out."""
        wanted = set(wanted)
        for id_, answer in answers.items():
            if id_ not in wanted or id_ in (AGE, SEX):
                continue
            finding, short = self.knowledge.findings[id_], self.wording.short(id_)
            match answer.possible:
                case Interval() as value:
                    assert finding.unit is not None
                    number = from_base(value.low, finding.unit)
                    said = (
                        f"{number:.0f}"
                        if number >= _FEW or number == int(number)
                        else f"{number:.1f}"
                    )
                    yield f"{short}: {said}" if value.exact else short
                case values if values == frozenset({"yes"}):
                    yield short
                case values if finding.answer == "choice" and len(values) == 1:
                    value_ = next(iter(values))
                    if value_ not in ("no", "does_not_apply"):
                        yield f"{short}: {self.wording.choice(id_, value_)}"
                case values if values != frozenset({"no"}):
                    yield f"{short} ({self.say('not_sure')})"

    def shown(self, claim: BrokenClaim) -> Iterator[tuple[str, str, str]]:
        """The people for whom a claim fails: who, what they say, and what they are told.

        The second is told by what differs from the first.
        """
        first: Answers = {}
        for number, (answers, verdict) in enumerate(claim.people):
            if number:
                wanted = [id_ for id_, answer in answers.items() if answer != first.get(id_)]
                who = self.say("second")
                signs = [*self._signs(answers, wanted), *self._withdrawn(first, answers)]
            else:
                first, who = answers, self.who(answers)
                signs = list(self._signs(answers, answers))
            no = sum(answer.possible == frozenset({"no"}) for answer in answers.values())
            if no > _SIGNS and not number:
                signs.append(self.say("all_no"))
            told = self.say(
                "told",
                told=self.level(verdict.as_told),
                low=self.level(verdict.low),
                high=self.level(verdict.high),
            )
            yield who, "; ".join(signs), told

    def _withdrawn(self, first: Answers, answers: Answers) -> Iterator[str]:
        """What the first says that the second does not, or denies."""
        for id_, answer in first.items():
            now = answers.get(id_)
            if now is None:
                yield f"{self.wording.short(id_)} ({self.say('unasked')})"
            elif now != answer and now.possible == frozenset({"no"}):
                yield f"{self.wording.short(id_)}: {self.wording.message('said_no')}"
