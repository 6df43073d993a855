"""What a doctor wants on one page: what happened, what was asked, by whom and when, what was taken.

Structures in words, for paper and screen alike. Every alarming finding stands in exactly one of four
lists: reported, unsure, denied, not asked; the danger signs are always named. There is no line for a
diagnosis.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lumbago.answers import Answer, Case, Profile
from lumbago.assess import Assessment
from lumbago.episode import pain_series
from lumbago.events import Log, Note, StepDone, Taken, standing
from lumbago.knowledge.model import Finding
from lumbago.outlook import Narrator
from lumbago.planning.present import onset
from lumbago.quantity import Interval, Unit, from_base
from lumbago.recovery.diary import DURATION, SEVERITY
from lumbago.recovery.forecast import Course, Refusal
from lumbago.recovery.nof1.answer import result_of
from lumbago.recovery.picture import course_svg_alone
from lumbago.story_comparison import ComparisonTeller
from lumbago.story_plan import PlanTeller

_WHO: Final = ("age_years", "sex_at_birth")
_ASIDE: Final = frozenset({*_WHO, SEVERITY, DURATION})
_SCORES: Final = 8
"""How many of the last pain scores are listed beside the picture."""
_QUESTIONS: Final = ("question_1", "question_2", "question_3", "question_4")
NAMED: Final = 60
"""How many denied signs are named, so that the page stays one page."""
OWN_WORDS: Final = 450
"""How many characters of the own words stand on the page; the rest is in the case."""
ABOUT_DOCTOR: Final = "doctor"
"""What a note is about when it is a question for the doctor."""


@dataclass(frozen=True, slots=True)
class Said:
    """Findings that were answered alike, at one moment and in one way; `more` are not named."""

    how: str
    names: tuple[str, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class DoctorPage:
    """The page for the doctor in words; `not_asked` are the danger questions, `more` counts others.

    `picture` is the course as SVG and `course` what it shows; empty where none may be drawn.
    """

    made: str
    who: str
    own_words: str
    began: str
    pain: tuple[str, ...]
    picture: str
    course: str
    reported: tuple[Said, ...]
    unsure: tuple[Said, ...]
    denied: tuple[Said, ...]
    not_asked: tuple[str, ...]
    more: int
    other: tuple[str, ...]
    background: tuple[str, ...]
    taken: tuple[str, ...]
    done: tuple[str, ...]
    advised: str
    questions: tuple[str, ...]
    hash: str


def doctor_page(
    teller: PlanTeller,
    assessment: Assessment,
    case: Case,
    log: Log = (),
    course: Course | Refusal | None = None,
) -> DoctorPage:
    """The page for one assessment: `case` as it was told, `log` what happened since.

    `course` is the expected course, where one was worked out.
    """
    write = _Writer(teller, assessment)
    what = standing(log)
    return DoctorPage(
        made=teller.wording.handoff("doctor_made", time=write.moment(assessment.at)),
        who=write.who(),
        own_words=_cut(case.text.strip()) or teller.wording.handoff("no_own_words"),
        began=write.began(),
        pain=tuple(write.pain(what)),
        picture=write.picture(course),
        course=write.course(course),
        reported=write.flags("yes"),
        unsure=write.flags("unsure"),
        denied=write.flags("no"),
        not_asked=write.not_asked(),
        more=write.more(),
        other=tuple(write.other()),
        background=tuple(_background(case.profile)),
        taken=tuple(write.taken(what)),
        done=(*write.done(what), *write.compared(log)),
        advised=write.advised(),
        questions=(*_own_questions(what), *(teller.wording.handoff(id_) for id_ in _QUESTIONS)),
        hash=assessment.knowledge[:19],
    )


def _cut(text: str) -> str:
    return text if len(text) <= OWN_WORDS else f"{text[:OWN_WORDS].rstrip()} …"


def _background(profile: Profile) -> Iterator[str]:
    for names in (profile.conditions, profile.medicines, profile.allergies):
        yield from (name.replace("_", " ") for name in names)


def _own_questions(log: Log) -> tuple[str, ...]:
    notes = (event.payload for event in log if isinstance(event.payload, Note))
    return tuple(note.text for note in notes if note.about == ABOUT_DOCTOR)


class _Writer:
    """The parts of the page for one assessment."""

    def __init__(self, teller: PlanTeller, assessment: Assessment) -> None:
        self.teller = teller
        self.assessment = assessment
        self.answers: Mapping[str, Answer] = assessment.answers
        self.findings: Mapping[str, Finding] = teller.knowledge.findings
        self.say = teller.wording.handoff

    def moment(self, at: datetime | None) -> str:
        """A moment with its date, as paper needs it."""
        return "" if at is None else f"{at:%A} {at.day} {at:%B %Y}, {at:%H:%M}"

    def who(self) -> str:
        parts = []
        age = self.answers.get("age_years")
        if age is not None and isinstance(age.possible, Interval):
            parts.append(self.say("age", years=_span(age.possible, "years")))
        sex = self.answers.get("sex_at_birth")
        if sex is not None and isinstance(sex.possible, frozenset) and len(sex.possible) == 1:
            parts.append(self.teller.wording.choice("sex_at_birth", min(sex.possible)))
        return ", ".join(parts)

    def began(self) -> str:
        at = self.assessment.at
        ends = onset(self.answers, at) if at is not None else None
        if ends is None:
            return ""
        first, last = (f"{end:%A} {end.day} {end:%B}" for end in ends)
        return first if first == last else self.say("began_between", first=first, last=last)

    def pain(self, log: Log) -> Iterator[str]:
        now = self.answers.get(SEVERITY)
        if now is not None and isinstance(now.possible, Interval):
            yield self.say("pain_line", score=_span(now.possible, "score"))
        for at, tenths in pain_series(log)[-_SCORES:]:
            time = f"{at:%a} {at.day} {at:%b %H:%M}"
            yield self.say("course_line", time=time, score=from_base(tenths, "score"))

    def picture(self, course: Course | Refusal | None) -> str:
        """The course drawn by itself; empty where none may be drawn."""
        if not isinstance(course, Course):
            return ""
        narrator = Narrator(self.teller.wording)
        seen = narrator.outlook(course)
        below = narrator.message("axis_days")
        return course_svg_alone(course, seen.svg_title, seen.svg_description, below)

    def course(self, course: Course | Refusal | None) -> str:
        """What the drawn course shows, in a sentence."""
        if not isinstance(course, Course):
            return ""
        return Narrator(self.teller.wording).outlook(course).title

    def flags(self, said: str) -> tuple[Said, ...]:
        """The alarming findings that were answered one way, in groups of one moment and one origin."""
        groups: dict[str, list[str]] = {}
        for id_ in self._alarming():
            answer = self.answers.get(id_)
            if answer is not None and answer.asked and _value(answer) == said:
                groups.setdefault(self._how(answer), []).append(self.teller.wording.short(id_))
        room = iter(range(NAMED if said == "no" else len(self.findings)))
        return tuple(_said(how, names, room) for how, names in groups.items())

    def _alarming(self) -> Iterator[str]:
        """Those of the danger screens first, in their order."""
        danger = dict.fromkeys(self._danger())
        yield from danger
        for finding in self.findings.values():
            if _is_sign(finding) and finding.id not in danger:
                yield finding.id

    def _danger(self) -> Iterator[str]:
        for screen in self.teller.knowledge.screens:
            for item in screen.items:
                yield from (f for f in item.findings if _is_sign(self.findings[f]))

    def _how(self, answer: Answer) -> str:
        kind = self.say(f"by_{answer.origin.kind}")
        at = answer.origin.given_at or self.assessment.at
        return f"{kind}, {at:%a} {at.day} {at:%b %H:%M}" if at is not None else kind

    def _open(self, ids: Iterable[str]) -> tuple[str, ...]:
        return tuple(
            dict.fromkeys(
                self.teller.wording.short(id_)
                for id_ in ids
                if id_ not in self.answers or not self.answers[id_].asked
            )
        )

    def not_asked(self) -> tuple[str, ...]:
        """The signs of the danger screens that nobody asked about, or not lately."""
        return self._open(self._danger())

    def more(self) -> int:
        """How many other alarming findings were not asked."""
        return len(self._open(self._alarming())) - len(self.not_asked())

    def other(self) -> Iterator[str]:
        """What else was said: everything but denials, in the order of the knowledge."""
        for finding in self.findings.values():
            answer = self.answers.get(finding.id)
            if answer is None or not answer.asked or finding.id in _ASIDE:
                continue
            if _is_sign(finding) or answer.origin.kind == "derived":
                continue
            line = self._other(finding, answer)
            if line:
                yield line

    def _other(self, finding: Finding, answer: Answer) -> str:
        short = self.teller.wording.short(finding.id)
        if isinstance(answer.possible, Interval):
            return f"{short}: {_span(answer.possible, finding.unit)}" if finding.unit else ""
        if finding.answer == "choice" and len(answer.possible) == 1:
            chosen = self.teller.wording.choice(finding.id, min(answer.possible))
            return f"{short}: {chosen}"
        return short if _value(answer) == "yes" else ""

    def taken(self, log: Log) -> Iterator[str]:
        for event in log:
            if isinstance(event.payload, Taken):
                one = event.payload
                at = f"{event.happened_at:%a} {event.happened_at.day} {event.happened_at:%b %H:%M}"
                name = one.product or self.teller.name(one.ingredient)
                yield self.say("taken_line", time=at, name=name, milligrams=one.milligrams)

    def done(self, log: Log) -> Iterator[str]:
        steps = [e.payload for e in log if isinstance(e.payload, StepDone)]
        for measure in dict.fromkeys(step.measure for step in steps):
            of = [step for step in steps if step.measure == measure]
            done = sum(step.outcome == "done" for step in of)
            worse = sum(step.outcome == "worse" for step in of)
            name = self.teller.name(measure)
            yield self.say("done_line", name=name, count=done + worse, worse=worse)

    def compared(self, log: Log) -> Iterator[str]:
        """What the person found out by comparing for themselves, in a line."""
        at, knowledge = self.assessment.at, self.teller.knowledge
        own = result_of(knowledge.recovery, knowledge.care, log, at) if at else None
        if own is not None:
            yield ComparisonTeller(self.teller.wording).own_line(own)

    def advised(self) -> str:
        card = self.teller.wording.card(self.assessment)
        return self.say("program_line", title=card.title, action=card.action).strip()


def _is_sign(finding: Finding) -> bool:
    """Whether it is a warning sign; where the pain sits only counts together with one."""
    return finding.polarity == "alarming" and finding.topic != "site"


def _said(how: str, names: list[str], room: Iterator[int]) -> Said:
    """A group with as many names as there is room for, the danger signs first."""
    named = tuple(name for name, _ in zip(names, room, strict=False))
    return Said(how, named, len(names) - len(named))


def _value(answer: Answer) -> str:
    possible = answer.possible
    if isinstance(possible, Interval):
        return ""
    if len(possible) == 1:
        return next(iter(possible))
    return "unsure"


def _span(interval: Interval, unit: Unit) -> str:
    low, high = from_base(interval.low, unit), from_base(interval.high, unit)
    return str(low) if low == high else f"{low} to {high}"
