"""Every page of the app, as HTML. What is typed by a person is escaped by the templates, always."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from lumbago.assess import Assessment
from lumbago.draw.body_map import HEIGHT, WIDTH, body_map
from lumbago.draw.figure import figure
from lumbago.interview import Screen
from lumbago.interview.screens import Row
from lumbago.knowledge.model import Disposition, Knowledge
from lumbago.screens import believe, note, stuck
from lumbago.screens.answer import AnswerView, Route, changes, route, view
from lumbago.screens.calling import Calling, calling, every_country
from lumbago.screens.clinic import NO_CLINIC, Clinic
from lumbago.screens.judge import Judge
from lumbago.screens.line import progress
from lumbago.screens.questions import Form, form
from lumbago.screens.visit import TEXT_LIMIT, Note, Settings, Visit, count_until
from lumbago.triage.proof import is_proved
from lumbago.wording import Wording

TEMPLATES: Final = Path(__file__).parent / "templates"

STILL: Final = "keep_still_call"
"""The kind of help of somebody who is stuck and must not move."""

_DEFAULT: Final = "ambulance"
_OWN_WORDS: Final = ("own-words", "again-words")
_MAYBE_LATER: Final = frozenset(
    {Disposition.SOON.id, Disposition.ROUTINE.id, Disposition.SELF_CARE.id}
)


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page needs besides its content.

    `token` guards forms; `path` is where a form about the country comes back to; `notice_id` names a
    sentence shown once on top. `who` is the name of the person where there are several; `safe` is
    "none", "open", "sealed" or "locked", as a passphrase guards what is kept. The fields below it are
    filled in by the pages.
    """

    settings: Settings
    token: str = ""
    revision: int = 0
    path: str = "/"
    notice_id: str = ""
    who: str = ""
    safe: str = "none"
    assets: str = ""
    language: str = "en"
    proved: bool = False
    notice: str = ""
    help: Calling | None = None


class Pages:
    """The pages over one knowledge base in one language."""

    def __init__(
        self,
        knowledge: Knowledge,
        language: str = "en",
        assets: str = "",
        clinic: Clinic = NO_CLINIC,
    ) -> None:
        self.knowledge = knowledge
        self.clinic = clinic
        self.assess = Judge(knowledge)
        self.assets = assets
        self.wording = Wording(knowledge, language)
        self.language = language
        self.words: Mapping[str, Any] = self.wording.words["screens"]
        self.proved = is_proved(knowledge)
        self.countries = every_country(self.wording)
        self.environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.environment.globals |= {
            "t": self.say,
            "m": self.wording.message,
            "words_list": self._list,
            "words_of": lambda group, id_: str(self.words[group][id_]),
            "countries": self.countries,
            "figure": self.figure,
            "on_phone": False,
            "still_page": False,
            "host": clinic,
        }

    @cached_property
    def changes(self) -> Mapping[str, tuple[str, ...]]:
        """What would change an answer; worked out for the first answer, not for the first page."""
        return changes(self.wording)

    def be_on_phone(self) -> None:
        """Speak as the app on a phone does."""
        self.words = {**self.words, **self.words["phone"]}
        self.environment.globals["on_phone"] = True

    def say(self, id_: str, **values: object) -> str:
        """A sentence of the screens, its places filled in."""
        return str(self.words[id_]).format(**values)

    def figure(self, picture: str) -> Markup:
        """The picture of a step as SVG of our own; empty where none is drawn."""
        drawn = self.knowledge.pictures.get(picture)
        if drawn is None:
            return Markup("")
        words = self.wording.words["pictures"][picture]
        return Markup(figure(drawn, words, moving=True))  # every word in it is escaped there

    def _list(self, id_: str) -> tuple[str, ...]:
        return tuple(str(row) for row in self.words[id_])

    def page(self, template: str, frame: Frame, **values: object) -> str:
        """A template in its frame."""
        whole = replace(
            frame,
            assets=self.assets,
            language=self.language,
            proved=self.proved,
            notice=self.say(frame.notice_id) if frame.notice_id else "",
            help=calling(self.wording, frame.settings.country),
        )
        return self.environment.get_template(template).render(frame=whole, **values)

    # ------------------------------------------------------------------------- start and questions

    def start(
        self,
        frame: Frame,
        visit: Visit,
        text: str = "",
        marked: Sequence[str] = (),
        wrong: str = "",
    ) -> str:
        """The first page: one field, the body, the way to the stuck mode."""
        places = tuple((id_, str(label)) for id_, label in self.words["places"].items())
        body = self.environment.get_template("_map.html").render(
            sides=body_map(), places=tuple(self.words["places"]), width=WIDTH, height=HEIGHT
        )
        return self.page(
            "start.html",
            frame,
            resume=visit.started and not visit.empty and not visit.left,
            left=visit.left,
            text=text,
            marked=tuple(marked),
            places=places,
            map=Markup(body),
            wrong=self.say(wrong, n=TEXT_LIMIT) if wrong else "",
            text_limit=TEXT_LIMIT,
        )

    @property
    def places(self) -> frozenset[str]:
        """The findings that can be marked on the body."""
        return frozenset(self.words["places"])

    def question(
        self,
        frame: Frame,
        visit: Visit,
        screen: Screen,
        sent: Mapping[str, str] | None = None,
        wrong: Mapping[str, str] | None = None,
    ) -> str:
        """A screen of the interview."""
        shown = form(self.wording, screen, visit.case, len(visit.before), sent, wrong)
        danger = [one.id for one in self.knowledge.screens]
        title = "title_question"
        if screen.id in danger:
            title = "title_danger"
        elif screen.id in _OWN_WORDS:
            title = "title_words"
        return self.page(
            "question.html",
            frame,
            title=self.say(title),
            form=shown,
            progress=progress(shown.done, shown.left),
            steps=self._steps(shown, danger),
            words=screen.id in _OWN_WORDS,
            danger=screen.id in danger,
            alarm=self._alarm(visit, screen),
            chosen_any=bool(sent and any(sent.get(row.id) for row in screen.rows)),
            saddle=self.saddle,
        )

    def _steps(self, shown: Form, danger: Sequence[str]) -> str:
        left = self.say("progress_left", n=shown.left)
        if shown.left <= 1:
            left = self.say("progress_one" if shown.left else "progress_last")
        if shown.id in danger:
            check = self.say("progress_danger", n=danger.index(shown.id) + 1, of=len(danger))
            return f"{check} {left}"
        return left

    def _alarm(self, visit: Visit, screen: Screen) -> bool:
        """Whether an emergency is reported or being looked into, so that the number stands on top."""
        first = {f for item in self.knowledge.screens[0].items for f in item.findings}
        if screen.id == "follow-up" and any(self._about(row, first) for row in screen.rows):
            return True
        if screen.id not in _OWN_WORDS:
            return False
        told = self.assess(visit.case).triage.verdict.as_told
        return told is Disposition.EMERGENCY

    @staticmethod
    def _about(row: Row, findings: set[str]) -> bool:
        return not findings.isdisjoint(row.findings)

    # -------------------------------------------------------------------------------------- answers

    def answer(self, frame: Frame, visit: Visit, now: datetime) -> str:
        """The answer to what was told so far: the emergency card, or the care card."""
        assessment = self.assess(visit.case)
        shown = view(
            self.wording, assessment, frame.settings.country, visit.words, visit.case.given
        )
        told: dict[str, object] = {"answered": shown.answered, "words": visit.words}
        if shown.route is not None:
            return self.page(
                "emergency.html",
                frame,
                route=shown.route,
                help=shown.calling,
                because=self._because(shown),
                say=shown.say,
                change=True,
                **told,
            )
        until = count_until(self.knowledge, visit)
        return self.page(
            "answer.html",
            frame,
            view=shown,
            open=shown.disposition == "unsettled",
            valid_until=_clock(until, now) if until else "",
            planned=assessment.triage.cleared and not shown.card.urgent and not visit.untold,
            kept=bool(visit.log) and not visit.untold,
            may_note=may_note(assessment),
            changes=self._changes(shown.calling),
            **told,
        )

    def _changes(self, numbers: Calling) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """What would change the answer, under what to do then."""
        unknown = "" if numbers.known else "_unknown"
        titles = {
            "ambulance": self.say(f"changes_ambulance{unknown}", number=numbers.emergency.number),
            "drive": self.say("changes_drive"),
            "today": self.say("changes_today"),
        }
        return tuple((titles[name], rows) for name, rows in self.changes.items() if rows)

    def _because(self, shown: AnswerView) -> tuple[str, ...]:
        lines = [reason.sentence for reason in shown.card.reasons[:1]]
        return tuple(lines)

    def emergency(self, frame: Frame, action: str = _DEFAULT, because: Sequence[str] = ()) -> str:
        """The card of a kind of help, without an assessment: from the foot of any page, or stuck."""
        kind = self.knowledge.actions[action]
        card: Route = route(self.wording, kind)
        return self.page(
            "emergency.html",
            frame,
            route=card,
            help=calling(self.wording, frame.settings.country, kind),
            because=tuple(because),
            say=(),
            change=False,
            answered=None,
            words="",
        )

    # ---------------------------------------------------------------------------------------- stuck

    def stuck(
        self,
        frame: Frame,
        visit: Visit,
        now: datetime,
        sent: Mapping[str, str] | None = None,
        missing: Sequence[str] = (),
    ) -> str:
        """Stuck on the floor: the questions, the card that says stay still, or what helps now."""
        stage = stuck.stage(self.knowledge, visit.stuck, now)
        words = self.wording.words["stuck"]
        if stage == "asking" or visit.stuck is None or missing:
            questions = [
                (id_, str(words[id_]["ask"])) for id_ in stuck.yes_no_questions(self.knowledge)
            ]
            return self.page(
                "stuck.html", frame, questions=questions, sent=sent or {}, missing=tuple(missing)
            )
        if stage == "still":
            names = [str(words[id_]["short"]) for id_ in stuck.reasons(self.knowledge, visit.stuck)]
            because = [self.say("stuck_still_because", what=", ".join(names))] if names else []
            if not names:
                because = [self.say("stuck_until_now")]
            return self.emergency(frame, STILL, because)
        deadline = stuck.deadline(self.knowledge, visit.stuck)
        return self.page(
            "calm.html",
            frame,
            deadline=_clock(deadline, now),
            deadline_iso=deadline.isoformat(),
            since=_clock(visit.stuck.since, now),
            may_get_up=stuck.may_get_up(self.knowledge, visit, now),
        )

    # -------------------------------------------------------------------------------------- believe

    def believe(self, frame: Frame) -> str:
        """Everything it rests on."""
        knowledge = self.knowledge
        claims, fresh = believe.claims(knowledge)
        counts = (len(knowledge.rules), len(knowledge.findings), len(knowledge.sources))
        return self.page(
            "believe.html",
            frame,
            counts=counts,
            hash=knowledge.hash[:19],
            claims=claims,
            fresh=fresh,
            levels=believe.levels(self.wording),
            n_hazards=len(knowledge.hazards),
        )

    def rules(self, frame: Frame, level: str) -> str | None:
        """The rules of a level; None if there is no such level."""
        rows = believe.rules_of(self.wording, level)
        if not rows:
            return None
        title = str(self.wording.words["dispositions"][level]["title"])
        return self.page("rules.html", frame, level=title, rows=rows)

    def rule(self, frame: Frame, id_: str) -> str | None:
        """One rule with its sources; None if there is none of this id."""
        found = believe.rule(self.wording, id_)
        return self.page("rule.html", frame, rule=found) if found else None

    def sources(self, frame: Frame) -> str:
        """Every source."""
        return self.page("sources.html", frame, sources=believe.sources(self.knowledge))

    def hazards(self, frame: Frame) -> str:
        """The hazard log."""
        return self.page("hazards.html", frame, hazards=believe.hazards(self.knowledge))

    # ----------------------------------------------------------------------------------------- note

    def cannot(self, frame: Frame, title: str, text: str) -> str:
        """What could not be done, and why."""
        return self.page("notice.html", frame, title=self.say(title), text=text)

    def note(
        self, frame: Frame, shown: Note, now: datetime, wrong: Mapping[str, str] | None = None
    ) -> str:
        """The form of the note."""
        return self.page(
            "note.html",
            frame,
            note={name: getattr(shown, name) for name in note.LIMITS},
            clinic=self.clinic,
            wrong=wrong or {},
            limits=note.LIMITS,
            today=now.date().isoformat(),
        )

    def note_shown(self, frame: Frame, visit: Visit) -> str:
        """The note as it would be sent; that nobody has been told."""
        assert visit.note is not None
        when = self.when(visit)
        advice = calling(
            self.wording, frame.settings.country, self.knowledge.actions["urgent_care"]
        ).calls
        return self.page(
            "note_shown.html",
            frame,
            note=visit.note,
            clinic=self.clinic,
            lines=note.lines(self.wording, visit.note, when),
            mail=note.mail_draft(self.wording, visit.note, when),
            advice=advice[0] if advice else None,
        )

    def when(self, visit: Visit) -> str:
        """By when the person should be seen, in words; empty where there is no date."""
        return self.wording.card(self.assess(visit.case)).within

    # ------------------------------------------------------------------------------------- the rest

    def left(self, frame: Frame) -> str:
        """A page that says nothing."""
        return self.page("left.html", frame)

    def notice(self, frame: Frame, id_: str) -> str:
        """A short page: `id_` names its title and text."""
        title, text = self.say(f"{id_}_title"), self.say(f"{id_}_text")
        return self.page("notice.html", frame, title=title, text=text)

    def offline(self, frame: Frame) -> str:
        """The danger check and the numbers, for when nothing else can be reached."""
        screens = [
            {
                "title": self.wording.title(("danger_screens", screen.id)),
                "statements": [
                    self.wording.line(("danger_screens", item.id)) for item in screen.items
                ],
                "then": then,
            }
            for screen, then in zip(self.knowledge.screens, self.dangers_then(frame), strict=True)
        ]
        return self.page("offline.html", frame, screens=screens)

    def dangers_then(self, frame: Frame) -> tuple[str, ...]:
        """What to do for any yes, or not sure, on each danger screen, where nothing works it out."""
        help_ = calling(self.wording, frame.settings.country)
        suffix = "" if help_.known else "_unknown"
        return (
            self.say(f"offline_1{suffix}", number=help_.emergency.number),
            self.say("offline_2"),
            self.say(f"offline_3{suffix}", number=help_.emergency.number),
        )

    @property
    def saddle(self) -> Markup:
        """The drawing of the area that touches a saddle."""
        return Markup(self.environment.get_template("_saddle.html").render())


def may_note(assessment: Assessment) -> bool:
    """Whether an appointment is an answer: never today's, never an emergency's, never unsettled."""
    return assessment.triage.disposition in _MAYBE_LATER


def _clock(moment: datetime, now: datetime) -> str:
    local = moment.astimezone(now.tzinfo)
    time = f"{local:%H:%M}"
    return time if local.date() == now.date() else f"{time}, {local:%A}"
