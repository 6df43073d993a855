"""The routes of what follows an answer: the plan, doses, check-ins, the course, for the doctor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from lumbago import checkin
from lumbago.answers import Case
from lumbago.app.here import Core, Handler, Here, MissingError, Reply, file, see
from lumbago.assess import Assessment
from lumbago.errors import InputError, LumbagoError, UsageError
from lumbago.events import CheckIn, Chosen, Event, Note, Outcome, Payload, StepDone, Taken, Told
from lumbago.handoff.calendar import calendar
from lumbago.handoff.files import paper
from lumbago.handoff.summary import ABOUT_DOCTOR
from lumbago.knowledge.model import Disposition
from lumbago.planning.history import MEDICINES_LOGGED
from lumbago.planning.reconcile import MEDICINE
from lumbago.planning.result import CarePlan
from lumbago.quantity import dose, to_base
from lumbago.recovery.course import Expected
from lumbago.recovery.forecast import Course, Refusal
from lumbago.screens import Visit, asked, care, trying
from lumbago.screens.care_pages import PARTS, CarePages
from lumbago.screens.plan import opening
from lumbago.screens.visit import again

KEEP_UNTIL: Final = "X-Keep-Until"
"""The header with the moment (milliseconds since 1970) until which a page holds without us."""

_OUTCOMES: Final[Mapping[str, Outcome]] = {"done": "done", "skipped": "skipped", "worse": "worse"}
_SEED: Final = 0
_MOST_HOURS: Final = 24
_QUESTION: Final = 300
_SCORE: Final = 10
_MOST_MILLIGRAMS: Final = 100_000


class Care:
    """Handlers beside those of the app, over the same visits."""

    def __init__(self, app: Core) -> None:
        self.app = app
        self.knowledge = app.knowledge
        self.pages = CarePages(app.pages)
        self.expected = Expected(app.knowledge, _SEED)

    def shown(self) -> dict[str, Handler]:
        """What can be looked at."""
        return {
            "/plan": self.plan,
            "/plan/{part}": self.plan,
            "/plan/step/{id}": self.step,
            "/plan.ics": self.ics,
            "/check": self.check,
            "/course": self.course,
            "/doctor": self.doctor,
            "/doctor.pdf": self.pdf,
        }

    def taken(self) -> dict[str, Handler]:
        """What can be sent."""
        return {
            "/plan/step": self.step_done,
            "/plan/choose": self.choose,
            "/plan/medicine": self.medicine,
            "/plan/dose": self.dose,
            "/plan/questions": self.questions_answered,
            "/plan/open": self.open_questions,
            "/timer": self.timer,
            "/check": self.checked,
            "/doctor/question": self.question,
        }

    def _note(self, here: Here, visit: Visit, *payloads: Payload) -> None:
        self.app.keep(here, care.noted(self.knowledge, visit, self.app.moment(here.now), *payloads))

    def _plan(self, here: Here) -> CarePlan | None:
        """The plan as of now; None where nothing was told yet, or something changed since."""
        self.app.fresh(here)
        return care.plan_of(self.knowledge, here.visit, here.now)

    # --------------------------------------------------------------------------------------- plan

    def plan(self, here: Here) -> Reply:
        """A part of the plan, or the card in its place."""
        part = here.params.get("part", PARTS[0])
        if part == "questions":
            return self.questions(here)
        if part not in PARTS:
            raise MissingError
        plan = self._plan(here)
        if plan is None:
            return see("/next")
        page = self.pages.plan(here.frame, here.visit, plan, here.now, part)
        return self._for_later(plan, page)

    def _for_later(self, plan: CarePlan, page: str) -> Reply:
        """A page of a plan, which a browser may keep until the danger answers behind it are too old.

        Not where a passphrase guards the record: what a browser keeps is not encrypted.
        """
        if plan.refused is not None or self.app.visits.safe == "sealed":
            return Reply(page)
        return Reply(page, headers={KEEP_UNTIL: str(int(plan.next_check.timestamp() * 1000))})

    def step(self, here: Here) -> Reply:
        """One step."""
        plan, id_ = self._plan(here), here.params["id"]
        if plan is None:
            return see("/next")
        if plan.refused is not None:
            return see("/plan")
        if plan.step(id_) is None:
            return see("/plan/week?n=plan_changed")
        return self._for_later(plan, self.pages.step(here.frame, here.visit, plan, here.now, id_))

    def step_done(self, here: Here) -> Reply:
        """A step that was done, skipped, or made it worse: the plan is worked out again."""
        plan, id_ = self._plan(here), here.sent.get("measure", "")
        outcome = _OUTCOMES.get(here.sent.get("outcome", ""))
        step = plan.step(id_) if plan is not None and plan.refused is None else None
        if step is None or outcome is None:
            return see("/plan?n=plan_changed")
        visit, minutes = here.visit, None
        if visit.timer is not None and visit.timer.measure == id_:
            minutes = care.minutes_done(visit.timer, here.now)
            visit = replace(visit, timer=None)
        self._note(here, visit, StepDone(id_, outcome, minutes))
        return see(f"/plan?n=plan_noted_{outcome}")

    def choose(self, here: Here) -> Reply:
        """One of the choices of the plan."""
        plan = self._plan(here)
        id_, value = here.sent.get("choice", ""), here.sent.get("value", "")
        choices = plan.choices if plan is not None and plan.refused is None else ()
        known = {c.id: {o.value for o in c.options if o.status != "blocked"} for c in choices}
        if value not in known.get(id_, ()):
            return see("/plan?n=plan_changed")
        self._note(here, here.visit, Chosen(id_, value))
        return see("/plan?n=plan_noted")

    # ---------------------------------------------------------------------------------- medicines

    def medicine(self, here: Here) -> Reply:
        """A medicine is wanted, and everything that was taken is said to be in the list."""
        plan, id_ = self._plan(here), here.sent.get("medicine", "")
        steps = plan.medicines if plan is not None and plan.refused is None else ()
        offered = {s.medicine.id for s in steps if s.standing.status == "offered"}
        if id_ not in offered or here.sent.get("all") != "all":
            return see("/plan/today?n=plan_changed")
        self._note(here, here.visit, Chosen(MEDICINE, id_), Chosen(MEDICINES_LOGGED, "all"))
        return see("/plan/today?n=plan_noted")

    def dose(self, here: Here) -> Reply:
        """A medicine that was taken, now or some hours ago. It is noted whatever the plan says."""
        plan, id_ = self._plan(here), here.sent.get("ingredient", "")
        if plan is None or self.app.stale(here):
            return see("/plan/today?n=second_tab")
        try:
            milligrams, hours = dose(here.sent.get("milligrams", "")), int(here.sent["ago"])
        except (LumbagoError, ValueError, KeyError):
            milligrams, hours = 0, 0
        known = id_ in self.knowledge.care.medicines and 0 <= hours <= _MOST_HOURS
        if not known or not 0 < milligrams <= _MOST_MILLIGRAMS:
            return Reply(self.app.pages.notice(here.frame, "plan_dose_wrong"), 422)
        visit = care.noted(
            self.knowledge, here.visit, self.app.moment(here.now), Taken(id_, milligrams)
        )
        last = replace(visit.log[-1], happened_at=here.now - timedelta(hours=hours))
        self.app.keep(here, replace(visit, log=(*visit.log[:-1], last)))
        return see("/plan/today?n=plan_noted_dose")

    def questions(self, here: Here) -> Reply:
        """What must be asked before a medicine may be offered."""
        plan, about = self._plan(here), here.asked.query.get("for", "")
        open_ = self._open(here, plan, about)
        if not open_:
            return see(_back(about))
        return Reply(self.pages.questions(here.frame, open_, about, _back(about)))

    def _open(self, here: Here, plan: CarePlan | None, about: str) -> tuple[str, ...]:
        """The questions about a medicine, more to do (`more`), the course, or what to `compare`."""
        if plan is None or plan.refused is not None:
            return ()
        if about == "more":
            return opening(plan)[: asked.ASKED]
        if about == "course":
            course = self._course(here)
            found = course.unanswered if isinstance(course, Refusal) else ()
        elif about == "compare":
            situation = trying.situation_of(self.knowledge, here.visit, plan, here.now)
            found = trying.held(situation) if situation is not None else ()
        else:
            steps = (s.standing for s in plan.medicines if s.medicine.id == about)
            found = next((standing.questions for standing in steps), ())
        return tuple(found[: asked.ASKED])

    def questions_answered(self, here: Here) -> Reply:
        """The questions of a medicine, filled in."""
        plan, about = self._plan(here), here.sent.get("for", "")
        open_ = self._open(here, plan, about)
        if not open_ or self.app.stale(here):
            return see(f"{_back(about)}?n=second_tab")
        found, wrong = asked.read(self.app.pages.wording, open_, here.sent)
        if wrong:
            page = self.pages.questions(here.frame, open_, about, _back(about), here.sent, wrong)
            return Reply(page, 422)
        self._note(here, here.visit, CheckIn(answers=found))
        if self._alarmed(here):
            return see("/answer")
        left = self._open(here, care.plan_of(self.knowledge, here.visit, here.now), about)
        more = bool(left) and left != open_ and about != "more"
        return see(f"/plan/questions?for={about}" if more else f"{_back(about)}?n=plan_noted")

    def _alarmed(self, here: Here) -> bool:
        """Bring the visit up to the check-in that was its last entry; whether it must be seen to."""
        visit, alarms = care.checked_in(self.knowledge, here.visit, here.now)
        told = self.app.pages.assess(visit.case).triage.verdict.as_told
        self.app.keep(here, visit)
        return bool(alarms) or told >= Disposition.SAME_DAY

    def open_questions(self, here: Here) -> Reply:
        """The danger questions that are open, asked by the interview."""
        self.app.fresh(here)
        current = care.current_of(self.knowledge, here.visit, here.now).case
        if here.visit.log:
            self.app.keep(here, again(self.knowledge, replace(here.visit, case=current)))
        return see("/next")

    # ------------------------------------------------------------------------------------- timers

    def timer(self, here: Here) -> Reply:
        """A timer is started, paused, taken up again, or stopped."""
        id_, do = here.sent.get("measure", ""), here.sent.get("do", "")
        plan = self._plan(here)
        view = None
        if plan is not None and plan.refused is None:
            view = self.pages.view(plan, here.visit, here.now).step(id_)
        if view is None:
            return see("/plan?n=plan_changed")
        visit = here.visit
        if do == "start" and view.minutes:
            visit = care.started(visit, id_, view.minutes, here.now)
        elif do in ("pause", "resume"):
            visit = (care.paused if do == "pause" else care.resumed)(visit, here.now)
        else:
            visit = replace(visit, timer=None)
        self.app.keep(here, visit)
        return see(f"/plan/step/{id_}")

    # ----------------------------------------------------------------------------------- check-in

    def _form(self, here: Here) -> checkin.Form:
        log = here.visit.log
        told = (event.happened_at for event in log if isinstance(event.payload, Told))
        began = min(told, default=here.now)
        return checkin.form(self.knowledge, log, began, here.now)

    def check(self, here: Here) -> Reply:
        """The check-in."""
        self.app.fresh(here)
        if not here.visit.log:
            return see("/next")
        return Reply(self.pages.check(here.frame, here.visit, self._form(here)))

    def checked(self, here: Here) -> Reply:
        """The check-in, filled in: an alarm leads to the answer at once."""
        self.app.fresh(here)
        if not here.visit.log or self.app.stale(here):
            return see("/check?n=second_tab")
        form, sent = self._form(here), here.sent
        none = "no" if "none" in sent else ""
        said = {one.id: sent.get(one.id) or none for one in form.statements}
        own, bad = _activities(sent, form.list.activities)
        alarm = any(
            said[one.id] in ("yes", "unsure") and self._is_sign(one) for one in form.statements
        )
        wrong = {} if alarm else {id_: "check_need_all" for id_, one in said.items() if not one}
        if not sent.get("pain") and not alarm:
            wrong["pain"] = "check_need_pain"
        if bad and not alarm:
            wrong["own"] = "check_need_score"
        try:
            given = checkin.payload(
                self.knowledge,
                form,
                said={id_: one for id_, one in said.items() if one},  # type: ignore[misc]
                pain=to_base(sent["pain"], "score") if sent.get("pain") else None,
                activities={} if bad else own,
            )
        except InputError:
            given, wrong = CheckIn(), wrong or {"own": "check_need_score"}
        if wrong:
            return Reply(self.pages.check(here.frame, here.visit, form, sent, wrong), 422)
        self._note(here, here.visit, given)
        return see("/answer" if self._alarmed(here) else "/course?n=check_saved")

    def _is_sign(self, statement: checkin.Statement) -> bool:
        findings = self.knowledge.findings
        return any(findings[id_].polarity == "alarming" for id_ in statement.findings)

    # --------------------------------------------------------------------------- course and doctor

    def course(self, here: Here) -> Reply:
        """The course, or why none is drawn."""
        self.app.fresh(here)
        if not here.visit.log:
            return see("/next")
        course = self._course(here)
        return Reply(self.pages.course(here.frame, here.visit, course, here.now))

    def _course(self, here: Here) -> Course | Refusal:
        assessment, _ = self._assessed(here)
        return self.expected.course(assessment, here.visit.log, here.now)

    def _assessed(self, here: Here) -> tuple[Assessment, Case]:
        case = care.current_of(self.knowledge, here.visit, here.now).case
        return self.app.pages.assess(case), case

    def doctor(self, here: Here) -> Reply:
        """The page for the doctor."""
        self.app.fresh(here)
        if care.told_case(here.visit) is None:
            return see("/next")
        course = self._course(here)
        return Reply(self.pages.doctor(here.frame, here.visit, course, here.now))

    def question(self, here: Here) -> Reply:
        """A question of one's own for the doctor."""
        text = " ".join(here.sent.get("text", "").split())
        if here.visit.log and 0 < len(text) <= _QUESTION and text.isprintable():
            self._note(here, here.visit, Note(text, ABOUT_DOCTOR))
        return see("/doctor")

    def pdf(self, here: Here) -> Reply:
        """The plan and the page for the doctor as one PDF."""
        plan, case = self._plan(here), care.told_case(here.visit)
        if plan is None or case is None:
            return see("/next")
        log: tuple[Event, ...] = here.visit.log
        try:
            case = replace(case, text=care.own_words(here.visit))
            made = paper(self.pages.telling(plan), plan, case, log)
        except UsageError as error:
            return self._cannot(here, error)
        return file(made, "application/pdf", "notes.pdf")

    def ics(self, here: Here) -> Reply:
        """The times of the plan for a calendar."""
        plan = self._plan(here)
        if plan is None:
            return see("/next")
        try:
            made = calendar(self.pages.teller, plan)
        except UsageError as error:
            return self._cannot(here, error)
        return file(made, "text/calendar; charset=utf-8", "times.ics")

    def _cannot(self, here: Here, error: UsageError) -> Reply:
        page = self.app.pages.cannot(here.frame, "handoff_missing_title", str(error))
        return Reply(page, 501)


def _back(about: str) -> str:
    """The page that some questions are asked for."""
    pages = {"more": "/plan/week", "course": "/course", "compare": "/try"}
    return pages.get(about, "/plan/today")


def _activities(sent: Mapping[str, str], most: int) -> tuple[dict[str, int], bool]:
    """Own activities with their scores in tenths, and whether there is a number without a name."""
    found: dict[str, int] = {}
    bad = False
    for number in range(most):
        name = " ".join(sent.get(f"own.{number}", "").split())
        score = sent.get(f"score.{number}", "").strip()
        bad = bad or bool(score and not name)
        if name and score.isdecimal() and int(score) <= _SCORE:
            found[name] = to_base(score, "score")
    return found, bad
