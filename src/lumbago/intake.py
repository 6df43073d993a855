"""From a case as handed in to answers: checked, merged with own words, expired, and derived.

Order: answers given > profile (yes only) > own words, then expiry, then what follows from the
findings' own `implies`, `excludes`, `implied_by` and `only_if`. Nothing is guessed: unknown ids,
values and units are errors, all reported at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from lumbago.answers import (
    NO,
    YES,
    YES_OR_NO,
    Answer,
    Answers,
    Case,
    Given,
    Mention,
    Origin,
    Polarity,
    Profile,
    Values,
)
from lumbago.errors import InputError, KnowledgeError, LumbagoError, Problem, did_you_mean
from lumbago.knowledge.model import Finding, Knowledge
from lumbago.quantity import Interval, from_base, temperature, to_base
from lumbago.triage.scalar import DOUBT, POSSIBLE, Rules

if TYPE_CHECKING:
    from lumbago.reading import Lexicon, Reading

ASKED_AGAIN: Final = "again"
"""How the detail of an origin begins where a question was asked again: that answer stands."""

_WORDS: Final = {"yes": YES, "no": NO, "unsure": YES_OR_NO}
NOT_ASKED: Final = {"yes_no": NO, "choice": frozenset({"does_not_apply"})}
"""What a question that makes no sense for a person counts as."""


@dataclass(frozen=True, slots=True)
class Intake:
    """What a case amounts to: answers, the mentions behind them, and what did not fit together.

    `voided` are findings that were denied, where the denial does not count for now.
    """

    answers: Answers
    mentions: tuple[Mention, ...]
    reading: Reading | None
    voided: tuple[str, ...]
    problems: tuple[Problem, ...]


class Desk:
    """Turns cases into answers for one knowledge base; holds what is worth preparing once.

    Every route to advice begins here: raises `KnowledgeError` for an overlay (a what-if).
    """

    def __init__(self, knowledge: Knowledge, language: str = "en") -> None:
        if knowledge.overlay:
            said = f"'{knowledge.overlay}' is a what-if; nobody is assessed by it."
            raise KnowledgeError(Problem(said, hint="Compare it with: lumbago whatif"))
        self.knowledge = knowledge
        self.rules = Rules(knowledge)
        self.language = language
        self.gated = [f for f in knowledge.findings.values() if f.only_if is not None]
        self.implied = [f for f in knowledge.findings.values() if f.implied_by is not None]
        self.longer_ago: dict[str, list[str]] = {}
        for finding in knowledge.findings.values():
            if finding.longer_ago:
                self.longer_ago.setdefault(finding.longer_ago, []).append(finding.id)
        self._lexicon: Lexicon | None = None

    @property
    def lexicon(self) -> Lexicon:
        """The reader's index, compiled when the first own words arrive."""
        if self._lexicon is None:
            from lumbago.reading import Lexicon

            self._lexicon = Lexicon(self.knowledge.words[self.language])
        return self._lexicon

    def intake(self, case: Case) -> Intake:
        """Resolve a case. Raises `InputError` with every problem that makes it unreadable."""
        given = self.given(case)
        problems: list[Problem] = []
        reading = self._read(case) if case.text.strip() else None
        if reading is not None and reading.language is None:
            words = self.knowledge.words[self.language]["messages"]
            problems.append(
                Problem(words["only_english_is_read"], "text", words["go_on_with_taps"])
            )
        answers = dict(given)
        for finding, answer in self.profile(case.profile).items():
            self.merge(answers, finding, answer, "profile", problems)
        mentions = reading.mentions if reading else ()
        for finding, answer in self.from_words(mentions).items():
            self.merge(answers, finding, answer, "your own words", problems)
        self.expire(answers, case.at, problems)
        voided = self.void(answers)
        self.derive(answers, problems)
        return Intake(answers, mentions, reading, voided, tuple(problems))

    def _read(self, case: Case) -> Reading:
        """Own words, by a reader that is loaded with the first of them."""
        from lumbago.reading import read

        return read(case.text, self.lexicon, case.at)

    def given(self, case: Case) -> dict[str, Answer]:
        """The answers handed in, each checked. Raises `InputError` with all problems."""
        answers: dict[str, Answer] = {}
        problems: list[Problem] = []
        for id_, given in case.given.items():
            finding = self.knowledge.findings.get(id_)
            if finding is None:
                hint = did_you_mean(id_, self.knowledge.findings)
                problems.append(Problem(f"Unknown finding '{id_}'.", "answers", hint))
                continue
            try:
                answers[id_] = self.answer(finding, given)
            except LumbagoError as error:
                problems.extend(
                    Problem(p.message, f"answers.{id_}", p.hint) for p in error.problems
                )
        if problems:
            raise InputError(problems)
        return answers

    def answer(self, finding: Finding, given: Given) -> Answer:
        """One answer as values still possible."""
        return Answer(values_of(finding, given.value), True, given.origin)

    def profile(self, profile: Profile) -> dict[str, Answer]:
        """What a profile answers, with yes only."""
        known = {
            name: item
            for item in self.knowledge.profile.values()
            for name in (item.id, *(also.lower() for also in item.also))
        }
        answers: dict[str, Answer] = {}
        problems: list[Problem] = []
        for kind in ("conditions", "medicines", "allergies"):
            for name in getattr(profile, kind):
                item = known.get(str(name).strip().lower())
                if item is None:
                    hint = did_you_mean(str(name).lower(), known)
                    problems.append(Problem(f"Unknown name '{name}'.", f"profile.{kind}", hint))
                    continue
                for finding in item.implies:
                    answers[finding] = Answer(YES, True, Origin("profile", item.id))
        if problems:
            raise InputError(problems)
        return answers

    def from_words(self, mentions: Iterable[Mention]) -> dict[str, Answer]:
        """The mentions that count as answers.

        A confirmed mention always counts. Unconfirmed, a report counts unless it would excuse, and
        a denial counts only of an excuse: own words alone never reassure.
        """
        answers: dict[str, Answer] = {}
        for mention in mentions:
            finding = self.knowledge.findings.get(mention.finding)
            if finding is None or mention.polarity is Polarity.NOT_ABOUT_ME_NOW:
                continue
            possible = self.said(finding, mention)
            if possible is None:
                continue
            earlier = answers.get(finding.id)
            if earlier is not None:
                possible = _both(earlier.possible, possible)
            answers[finding.id] = Answer(possible, True, Origin("text", span=mention.span))
        return answers

    def said(self, finding: Finding, mention: Mention) -> Values | None:
        """The values a mention leaves possible, or None where it does not count unconfirmed."""
        if isinstance(mention.value, Interval):
            low, high = max(mention.value.low, finding.low), min(mention.value.high, finding.high)
            return Interval(low, high) if low <= high else None
        if finding.answer == "choice":
            return frozenset({mention.value}) if mention.value in finding.choices else None
        excuse = finding.polarity == "mitigating"
        match mention.polarity:
            case Polarity.YES:
                return YES if mention.confirmed or not excuse else None
            case Polarity.NO:
                return NO if mention.confirmed or excuse else None
            case _:
                return YES_OR_NO

    def merge(
        self,
        answers: dict[str, Answer],
        finding: str,
        answer: Answer,
        place: str,
        problems: list[Problem],
    ) -> None:
        """Add an answer unless one was given.

        A disagreement is reported; about an alarm it is unsure, until the question was asked again.
        """
        present = answers.get(finding)
        if present is None:
            answers[finding] = answer
            return
        if not _disjoint(present.possible, answer.possible):
            return
        alarming = self.knowledge.findings[finding].polarity == "alarming"
        said = f"The answer and {place} disagree about {finding}"
        if alarming and not present.origin.detail.startswith(ASKED_AGAIN):
            answers[finding] = Answer(YES_OR_NO, True, present.origin)
            problems.append(
                Problem(f"{said}; it counts as not sure.", finding, "Please ask again.")
            )
        else:
            problems.append(Problem(f"{said}; the answer counts.", finding, "Please check it."))

    def expire(
        self, answers: dict[str, Answer], at: datetime | None, problems: list[Problem]
    ) -> None:
        """Drop answers that have outlived their finding's lifetime."""
        for id_, answer in list(answers.items()):
            given_at = answer.origin.given_at
            hours = self.knowledge.lifetimes[self.knowledge.findings[id_].lifetime].hours
            if at is None or given_at is None or hours is None:
                continue
            if given_at > at:
                raise InputError(
                    Problem("The answer is dated after the case.", f"answers.{id_}", "Check 'at'.")
                )
            if at - given_at > timedelta(hours=hours):
                del answers[id_]
                said = f"The answer is older than {hours} hours and counts as not asked."
                problems.append(Problem(said, id_, "Please ask again."))

    def void(self, answers: dict[str, Answer]) -> tuple[str, ...]:
        """Drop the denials that do not count, and name them."""
        found = []
        for id_, answer in list(answers.items()):
            void_if = self.knowledge.findings[id_].void_denial_if
            if void_if is None or answer.possible != NO:
                continue
            if self.rules.holds(void_if, answers, DOUBT):
                del answers[id_]
                found.append(id_)
        return tuple(found)

    def derive(self, answers: dict[str, Answer], problems: list[Problem]) -> None:
        """Answer what follows from what was answered, until nothing more follows."""
        findings = self.knowledge.findings
        before = -1
        while len(answers) != before:
            before = len(answers)
            for id_, answer in list(answers.items()):
                finding = findings[id_]
                if answer.possible == YES:
                    for other in finding.implies:
                        _follow(answers, other, YES, id_, problems)
                    for other in finding.excludes:
                        _follow(answers, other, NO, id_, problems)
            self._contrapose(answers)
            self._by_expression(answers)
            self._longer_ago(answers)

    def _contrapose(self, answers: dict[str, Answer]) -> None:
        for finding in self.knowledge.findings.values():
            if finding.id in answers:
                continue
            denied = next((o for o in finding.implies if _is(answers, o, NO)), None)
            if denied is not None:
                answers[finding.id] = Answer(NO, True, Origin("derived", f"not {denied}"))

    def _longer_ago(self, answers: dict[str, Answer]) -> None:
        """Nothing changed long ago, where every question that offers that answer was denied."""
        for target, askers in self.longer_ago.items():
            if target not in answers and all(_is(answers, asker, NO) for asker in askers):
                answers[target] = Answer(NO, True, Origin("derived", "longer_ago"))

    def _by_expression(self, answers: dict[str, Answer]) -> None:
        for finding in self.implied:
            follows = finding.implied_by
            if finding.id in answers or follows is None:
                continue
            if self.rules.certain(follows, answers):
                answers[finding.id] = Answer(YES, True, Origin("derived", "implied_by"))
        for finding in self.gated:
            gate = finding.only_if
            if finding.id in answers or gate is None:
                continue
            if finding.answer != "number" and not self.rules.holds(gate, answers, POSSIBLE):
                skipped = NOT_ASKED[finding.answer]
                answers[finding.id] = Answer(skipped, True, Origin("derived", "only_if"))


def values_of(finding: Finding, value: object) -> Values:
    """A value as handed in, as the set still possible. Raises `InputError` naming what is allowed."""
    match finding.answer:
        case "yes_no":
            if isinstance(value, bool):
                return YES if value else NO
            if isinstance(value, str) and value in _WORDS:
                return _WORDS[value]
            hint = did_you_mean(str(value), _WORDS) or "Use yes, no or unsure."
            raise InputError(Problem(f"'{value}' is not an answer to {finding.id}.", hint=hint))
        case "choice":
            if value == "unsure":
                return frozenset(finding.choices)
            chosen = [value] if isinstance(value, str) else value
            if isinstance(chosen, list) and chosen and all(c in finding.choices for c in chosen):
                return frozenset(chosen)
            allowed = f"Use one of: {', '.join(finding.choices)}."
            hint = f"{did_you_mean(str(value), finding.choices)} {allowed}".strip()
            raise InputError(Problem(f"'{value}' is not a choice of {finding.id}.", hint=hint))
        case "number":
            return _interval(finding, value)


def value_of(finding: Finding, possible: Values) -> object:
    """Possible values as a value that `values_of` reads back."""
    if isinstance(possible, Interval):
        assert finding.unit is not None
        low, high = (from_base(end, finding.unit) for end in (possible.low, possible.high))
        return low if possible.exact else {"from": low, "to": high}
    if len(possible) == 1:
        return next(iter(possible))
    return "unsure" if finding.answer == "yes_no" else sorted(possible)


def _interval(finding: Finding, value: object) -> Interval:
    if value == "unsure":
        return Interval(finding.low, finding.high)
    if isinstance(value, Mapping):
        if set(value) != {"from", "to"}:
            raise InputError(Problem("An interval has the keys 'from' and 'to', and no other."))
        low, high = _number(finding, value["from"]), _number(finding, value["to"])
        if low > high:
            hint = "Swap 'from' and 'to'."
            raise InputError(Problem("The interval ends before it starts.", hint=hint))
        return Interval(low, high)
    number = _number(finding, value)
    return Interval(number, number)


def _number(finding: Finding, value: object) -> int:
    assert finding.unit is not None
    if finding.unit == "celsius" and isinstance(value, str):
        return temperature(value, finding.low, finding.high)
    if not isinstance(value, int | float | str | Decimal):
        raise InputError(Problem(f"'{value}' is not a number."))
    number = to_base(Decimal(str(value)) if isinstance(value, float) else value, finding.unit)
    if finding.low <= number <= finding.high:
        return number
    low, high = from_base(finding.low, finding.unit), from_base(finding.high, finding.unit)
    raise InputError(
        Problem(
            f"{value} is outside what {finding.id} can be.",
            hint=f"It is a number of {finding.unit} from {low} to {high}.",
        )
    )


def _is(answers: Answers, finding: str, values: Values) -> bool:
    answer = answers.get(finding)
    return answer is not None and answer.possible == values


def _follow(
    answers: dict[str, Answer], finding: str, values: Values, because: str, problems: list[Problem]
) -> None:
    present = answers.get(finding)
    if present is None:
        answers[finding] = Answer(values, True, Origin("derived", because))
    elif _disjoint(present.possible, values):
        said = f"{because} and {finding} contradict each other; both answers are kept."
        problem = Problem(said, finding, "Please check them.")
        if problem not in problems:
            problems.append(problem)


def _disjoint(one: Values, other: Values) -> bool:
    if isinstance(one, Interval) or isinstance(other, Interval):
        assert isinstance(one, Interval)
        assert isinstance(other, Interval)
        return one.high < other.low or other.high < one.low
    return one.isdisjoint(other)


def _both(one: Values, other: Values) -> Values:
    """What two mentions of one finding leave possible: their overlap, or all of both."""
    if isinstance(one, Interval) and isinstance(other, Interval):
        if not _disjoint(one, other):
            return Interval(max(one.low, other.low), min(one.high, other.high))
        return Interval(min(one.low, other.low), max(one.high, other.high))
    assert isinstance(one, frozenset)
    assert isinstance(other, frozenset)
    return (one & other) or (one | other)
