"""The pages after an answer: the plan and its parts, the check-in, the course, for the doctor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from markupsafe import Markup

from lumbago import checkin
from lumbago.episode import activities
from lumbago.handoff.summary import doctor_page
from lumbago.outlook import Narrator
from lumbago.planning.medicines import limit
from lumbago.planning.result import CarePlan
from lumbago.quantity import from_base
from lumbago.recovery.forecast import Course, Refusal
from lumbago.recovery.nof1.answer import result_of
from lumbago.recovery.picture import course_svg, weeks_shown
from lumbago.screens import asked, trying
from lumbago.screens.calling import calling
from lumbago.screens.care import current_of, own_words, told_case
from lumbago.screens.pages import Frame, Pages
from lumbago.screens.plan import PlanView, opening
from lumbago.screens.try_pages import Card, TryPages
from lumbago.screens.visit import Visit
from lumbago.story_plan import PlanTeller

HABITS: Final = 6


class _Sent(dict[str, str]):
    """What was sent with a form; what was not is empty."""

    def __missing__(self, _: str) -> str:
        return ""


PARTS: Final = ("now", "today", "week", "later", "after")
"""The parts of a plan, in their order; each has a page."""


class CarePages:
    """The pages of what follows an answer, in the frame of the others."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages
        self.knowledge = pages.knowledge
        self.teller = PlanTeller(pages.wording)
        self.narrator = Narrator(pages.wording)
        self.tries = TryPages(pages)
        pages.environment.globals |= {"p": self.teller.say, "h": pages.wording.handoff}

    def view(self, plan: CarePlan, visit: Visit, now: datetime) -> PlanView:
        """What the pages of a plan need."""
        return PlanView(self.telling(plan), plan, visit.log, visit.timer, now)

    def telling(self, plan: CarePlan) -> PlanTeller:
        """What tells a plan, with what the person compared for themselves beside the sources."""
        return PlanTeller(self.pages.wording, plan.own)

    def _comparing(self, plan: CarePlan, visit: Visit, now: datetime) -> Card | None:
        """What comes next in a comparison that goes on; None where there is none."""
        if plan.own is None or plan.own.state != "running":
            return None
        here = trying.situation_of(self.knowledge, visit, plan, now)
        return self.tries.card(here, trying.next_of(here)) if here is not None else None

    # --------------------------------------------------------------------------------------- plan

    def plan(
        self, frame: Frame, visit: Visit, plan: CarePlan, now: datetime, part: str = "now"
    ) -> str:
        """A part of the plan, or the card that stands in its place."""
        if plan.refused is not None:
            return self._refused(frame, plan)
        view = self.view(plan, visit, now)
        if part == "now":
            steps = view.now_steps()
            first = steps[0].id if steps else ""
            return self._step_page(frame, plan, view, first, self._comparing(plan, visit, now))
        shown = {
            "today": lambda: self._today(view) | {"trying": self._comparing(plan, visit, now)},
            "week": lambda: {
                "steps": view.week(),
                "avoid": self._avoid(plan),
                "held": bool(opening(plan)),
            },
            "later": lambda: self._later(plan),
            "after": lambda: self._after(plan),
        }[part]()
        return self.pages.page(
            f"plan_{part}.html", frame, **self._about(plan), part=part, sections=PARTS, **shown
        )

    def step(self, frame: Frame, visit: Visit, plan: CarePlan, now: datetime, id_: str) -> str:
        """One step of a plan that is not refused and has it."""
        return self._step_page(frame, plan, self.view(plan, visit, now), id_, part="")

    def _step_page(
        self,
        frame: Frame,
        plan: CarePlan,
        view: PlanView,
        id_: str,
        trying: Card | None = None,
        part: str = PARTS[0],
    ) -> str:
        others = tuple(s for s in view.now_steps() if s.id != id_) if part == "now" else ()
        return self.pages.page(
            "plan_step.html",
            frame,
            **self._about(plan),
            part=part,
            sections=PARTS,
            step=view.step(id_),
            others=others,
            choices=view.choices() if part == "now" else (),
            trying=trying,
            lie=limit(self.knowledge.care, "lying_most_minutes"),
        )

    def _about(self, plan: CarePlan) -> dict[str, object]:
        return {
            "stage": self.teller.stage(plan.stage),
            "valid": self.teller.time(plan.next_check),
            "danger": self.teller.danger(plan),
            "problems": tuple(str(problem) for problem in plan.problems),
        }

    def _today(self, view: PlanView) -> dict[str, object]:
        return {
            "times": view.today(),
            "outlook": view.outlook(),
            "medicines": view.medicines(),
            "taken": view.taken_today(),
            "ingredients": tuple(
                (id_, self.teller.name(id_)) for id_ in self.knowledge.care.medicines
            ),
        }

    def _avoid(self, plan: CarePlan) -> tuple[str, ...]:
        measures = self.knowledge.care.measures
        return tuple(self.teller.why(id_) for id_ in plan.told if measures[id_].kind == "avoid")

    def _later(self, plan: CarePlan) -> dict[str, object]:
        return {
            "stages": tuple(
                (
                    self.teller.stage(one.stage),
                    self.teller.day(one.begins),
                    tuple(self.teller.name(id_) for id_ in one.measures),
                )
                for one in plan.later
            ),
            "reviews": tuple(self.teller.review(review) for review in plan.reviews),
            "aside": tuple(
                (self.teller.name(one.id), tuple(self.teller.standing(one))) for one in plan.aside
            ),
            "named": tuple(self.teller.why(id_) for id_ in plan.named),
        }

    def _after(self, plan: CarePlan) -> dict[str, object]:
        return {
            "habits": tuple(self.teller.habit(one) for one in plan.habits[:HABITS]),
            "intakes": tuple(self.teller.intake(intake) for intake in plan.intakes),
        }

    def _refused(self, frame: Frame, plan: CarePlan) -> str:
        card = plan.refused
        assert card is not None
        urgent = "urgent" in card.because
        action = self.knowledge.actions[card.action] if card.action else None
        words = self.teller.words["measures"].get(card.position, {})
        return self.pages.page(
            "plan_refused.html",
            frame,
            title=self.teller.say("title_refused" if urgent else "title_no_plan"),
            urgent=urgent,
            because=self.teller.because(card),
            action=self.teller.wording.action(card.action) if card.action else "",
            calls=calling(self.teller.wording, frame.settings.country, action).calls
            if action
            else (),
            do=self.teller.lines("do", card.do),
            avoid=self.teller.lines("avoid", card.avoid),
            position=self.teller.name(card.position) if card.position else "",
            how=tuple(words.get("how", ())),
            questions=tuple(self.teller.wording.short(id_) for id_ in card.questions),
            overdosed=bool(card.overdosed),
            check_first="expired" in card.because and not urgent,
            danger=self.teller.danger(plan),
        )

    def questions(
        self,
        frame: Frame,
        findings: Sequence[str],
        about: str,
        back: str,
        sent: Mapping[str, str] | None = None,
        wrong: Mapping[str, str] | None = None,
    ) -> str:
        """The questions that must be answered before something may be offered."""
        rows = asked.fields(self.pages.wording, findings, sent or {}, wrong or {})
        return self.pages.page(
            "plan_questions.html",
            frame,
            rows=rows,
            about=about,
            back=back,
            lead=self._asked_for(about),
            saddle=Markup(self.pages.environment.get_template("_saddle.html").render()),
        )

    def _asked_for(self, about: str) -> str:
        if about in ("more", "course", "compare"):
            return self.pages.say(f"plan_questions_{about}")
        return self.pages.say("plan_questions_lead", name=self.teller.name(about))

    # ----------------------------------------------------------------------------------- check-in

    def check(
        self,
        frame: Frame,
        visit: Visit,
        form: checkin.Form,
        sent: Mapping[str, str] | None = None,
        wrong: Mapping[str, str] | None = None,
    ) -> str:
        """The check-in as a form."""
        words = self.pages.wording.words["check_in"]
        own = activities(visit.log)
        return self.pages.page(
            "check.html",
            frame,
            title=str(words[form.list.id]["title"]),
            lead=str(words[form.list.id]["lead"]),
            statements=tuple((one.id, str(words[one.id]["ask"])) for one in form.statements),
            activities=tuple(
                (name, from_base(own[name][-1][1], "score")) for name in form.activities
            ),
            more=form.more_activities,
            worse=form.worse,
            sent=_Sent(sent or {}),
            wrong=wrong or {},
        )

    # ------------------------------------------------------------------------------------- course

    def course(self, frame: Frame, visit: Visit, course: Course | Refusal, now: datetime) -> str:
        """The course in a picture and in words, or why there is none."""
        outlook = self.narrator.outlook(course) if isinstance(course, Course) else None
        scores = tuple(
            (name, from_base(points[0][1], "score"), from_base(points[-1][1], "score"))
            for name, points in activities(visit.log).items()
        )
        return self.pages.page(
            "course.html",
            frame,
            outlook=outlook,
            why=self.narrator.refused(course) if isinstance(course, Refusal) else (),
            asks=isinstance(course, Refusal) and bool(course.unanswered),
            **self._drawn(course),
            activities=scores,
            own=self._own_line(visit, now),
            today=f"{now:%A} {now.day} {now:%B}",
        )

    def _own_line(self, visit: Visit, now: datetime) -> str:
        """What the person compared for themselves, in a line; empty where they did not."""
        own = result_of(self.knowledge.recovery, self.knowledge.care, visit.log, now)
        return self.tries.teller.own_line(own) if own is not None else ""

    def _drawn(self, course: Course | Refusal) -> dict[str, object]:
        """The picture of a course and the weeks below it; empty where none may be drawn."""
        if not isinstance(course, Course):
            return {"picture": Markup(""), "weeks": ()}
        outlook = self.narrator.outlook(course)
        svg = course_svg(course, outlook.svg_title, outlook.svg_description)
        return {"picture": Markup(svg), "weeks": weeks_shown(course)}  # words are escaped there

    # --------------------------------------------------------------------------------- the doctor

    def doctor(self, frame: Frame, visit: Visit, course: Course | Refusal, now: datetime) -> str:
        """The page for the doctor, to be read on the screen and printed on one sheet."""
        case = told_case(visit)
        assert case is not None
        assessment = self.pages.assess(current_of(self.knowledge, visit, now).case)
        case = replace(case, text=own_words(visit))
        page = doctor_page(self.teller, assessment, case, visit.log)
        seen = self.narrator.outlook(course).title if isinstance(course, Course) else ""
        own = self._own_line(visit, now)
        return self.pages.page(
            "doctor.html", frame, doctor=page, seen=seen, own=own, **self._drawn(course)
        )
