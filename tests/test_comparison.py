"""May a comparison begin, may a session: the gate, moment by moment, and in random diaries."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from lumbago.answers import Case, Given, GivenValue, Profile
from lumbago.comparison import (
    Situation,
    begin,
    due,
    offer,
    score,
    sessions_possible,
    situation,
    start,
    stop,
)
from lumbago.errors import InputError
from lumbago.events import (
    CheckIn,
    Chosen,
    Event,
    Log,
    Payload,
    Session,
    SessionScored,
    StepDone,
    Told,
    TrialBegun,
    TrialStopped,
)
from lumbago.handoff.summary import doctor_page
from lumbago.knowledge.model import Knowledge
from lumbago.recovery.nof1.refusal import No
from lumbago.story_plan import PlanTeller
from lumbago.testing_plan import ordinary_answers
from lumbago.testing_trial import check_lives
from lumbago.wire import case_json
from lumbago.wire_plan import plan_json
from lumbago.wording import Wording

BERLIN = ZoneInfo("Europe/Berlin")
AT = datetime(2026, 11, 20, 8, tzinfo=BERLIN)
DICE = bytes(range(16))
HOUR = timedelta(hours=1)


class Life:
    """A person whose log grows as they go."""

    def __init__(self, knowledge: Knowledge, **answers: GivenValue) -> None:
        self.knowledge = knowledge
        self.log: Log = ()
        self.now = AT
        self.profile = Profile(day={"zone": "Europe/Berlin"})
        self.tell(**answers)

    def tell(self, **answers: GivenValue) -> None:
        days = 1 + (self.now - AT) / timedelta(days=1)
        given = ordinary_answers(self.knowledge, pain_duration_days=days, **answers)
        told = {id_: Given(value) for id_, value in given.items()}
        case = Case("anna", self.now, given=told, profile=self.profile)
        self.keep(Told(case_json(case)))

    def keep(self, payload: Payload) -> str:
        id_ = f"e{len(self.log)}"
        self.log += (Event(id_, self.now, self.now, "Europe/Berlin", payload),)
        return id_

    @property
    def here(self) -> Situation:
        return situation(self.knowledge, self.log, self.now)

    def begin(self, *arms: str) -> TrialBegun:
        made = begin(self.here, DICE, arms)
        assert isinstance(made, TrialBegun), made
        self.keep(made)
        return made

    def session(self, pain: int = 50, later: int | None = 40) -> Session:
        made = start(self.here, pain)
        assert isinstance(made, Session), made
        self.keep(made)
        if later is not None:
            self.now += timedelta(minutes=50)
            scored = score(self.here, later)
            assert isinstance(scored, SessionScored), scored
            self.keep(scored)
        return made

    def why_not(self, pain: int = 50) -> list[str]:
        made = start(self.here, pain)
        return [no.because for no in made] if isinstance(made, tuple) else []


@pytest.fixture
def anna(knowledge: Knowledge) -> Life:
    return Life(knowledge)


def because(found: object) -> list[str]:
    assert isinstance(found, tuple), found
    assert all(isinstance(no, No) for no in found)
    return [no.because for no in found]


# ------------------------------------------------------------------------------------ may it begin


def test_an_ordinary_person_may_begin(anna: Life) -> None:
    found = offer(anna.here)
    assert found.open
    assert found.arms == ("heat", "cold", "rest")
    assert found.blocks == 5
    begun = anna.begin()
    assert begun == TrialBegun(DICE.hex(), ("heat", "cold", "rest"), 5)
    assert because(begin(anna.here, DICE)) == ["running"]


@pytest.mark.parametrize(
    ("answers", "wanted"),
    [
        ({"fever": "unsure"}, "no_plan"),
        ({"saddle_numbness": "yes"}, "no_plan"),
        ({"age_years": 15}, "no_plan"),
        ({"pain_severity_0_10": 9}, "too_strong"),
        ({"pain_severity_0_10": 10}, "too_strong"),
        ({"pain_severity_0_10": 1}, "too_weak"),
        ({"pain_rise_over_3_days": "yes"}, "worse"),
    ],
)
def test_it_is_refused(knowledge: Knowledge, answers: dict[str, GivenValue], wanted: str) -> None:
    found = offer(Life(knowledge, **answers).here)
    assert not found.open
    assert wanted in [no.because for no in found.no]
    assert (found.arms, found.blocks) == ((), 0)


def test_nothing_told_is_nothing_offered(knowledge: Knowledge) -> None:
    found = offer(situation(knowledge, (), AT))
    assert [no.because for no in found.no] == ["no_plan"]


def test_what_should_be_looked_at_within_a_week_comes_first(knowledge: Knowledge) -> None:
    life = Life(knowledge, pain_severity_0_10=7, pain_rise_over_3_days="yes")
    assert life.here.plan.assessment.triage.disposition == "soon"
    assert [no.because for no in offer(life.here).no] == ["needs_care_first"]


def test_old_danger_answers_do_not_carry_a_session(anna: Life) -> None:
    anna.begin()
    anna.now += timedelta(hours=24)
    assert anna.why_not() == ["no_plan"]
    anna.tell()
    assert anna.why_not() == []


@pytest.mark.parametrize("answer", ["yes", "unsure"])
def test_a_blocked_arm_is_left_out(knowledge: Knowledge, answer: str) -> None:
    life = Life(knowledge, raynaud_known=answer)
    found = offer(life.here)
    assert found.arms == ("heat", "rest")
    assert [one.arm for one in found.blocked] == ["cold"]
    assert found.blocked[0].objections
    assert [no.because for no in offer(life.here, ("heat", "cold")).no] == ["arm_blocked"]


def test_one_arm_with_rest_can_be_compared_and_none_cannot(anna: Life) -> None:
    assert offer(anna.here, ("heat", "rest")).arms == ("heat", "rest")
    assert offer(anna.here, ("heat", "rest")).blocks == 7
    with pytest.raises(InputError, match="Did you mean 'cold'"):
        offer(anna.here, ("heat", "colt"))
    with pytest.raises(InputError, match="One alone"):
        offer(anna.here, ("heat",))


def test_both_blocked_is_refused(knowledge: Knowledge) -> None:
    life = Life(knowledge, skin_feeling_reduced="yes")
    found = offer(life.here)
    assert "arm_blocked" in [no.because for no in found.no]
    assert {one.arm for one in found.blocked} == {"heat", "cold"}


def test_too_few_sessions_are_hopeless(knowledge: Knowledge) -> None:
    life = Life(knowledge)
    life.profile = Profile(
        day={"zone": "Europe/Berlin", "wake": "07:00", "sleep": "22:00", "work": ["07:10", "21:15"]}
    )
    life.tell()
    assert "too_few" in [no.because for no in offer(life.here).no]


def test_a_short_day_leaves_rest_out(knowledge: Knowledge) -> None:
    life = Life(knowledge)
    life.profile = Profile(
        day={"zone": "Europe/Berlin", "wake": "07:00", "sleep": "22:00", "work": ["08:00", "18:00"]}
    )
    life.tell()
    possible = sessions_possible(life.here, AT, AT + timedelta(days=5))
    found = offer(life.here)
    assert 8 <= possible < 12
    assert found.arms == ("heat", "cold")
    assert found.blocks == possible // 2


# --------------------------------------------------------------------------------------- sessions


def test_the_arm_is_said_only_when_pain_is(anna: Life) -> None:
    begun = anna.begin()
    assert due(anna.here).what == "start"
    assert due(anna.here).sitting is None
    session = anna.session(later=None)
    assert session.arm in begun.arms
    assert (session.block, session.number) == (1, 1)
    assert due(anna.here).what == "score_after"
    assert anna.why_not() == ["score_first"]
    anna.now += timedelta(minutes=45)
    assert due(anna.here).what == "score_later"


def test_the_pause_is_kept(anna: Life) -> None:
    anna.begin()
    anna.session()
    found = due(anna.here)
    assert found.what == "nothing"
    assert found.at == AT + timedelta(minutes=200)
    anna.now = AT + timedelta(minutes=199)
    assert anna.why_not() == ["wait"]
    anna.now = AT + timedelta(minutes=200)
    assert anna.why_not() == []


def test_heat_of_the_plan_is_washed_out_too(anna: Life) -> None:
    anna.begin()
    anna.keep(StepDone("heat_pad", "done", 15))
    assert anna.why_not() == ["wait"]
    anna.now += 3 * HOUR
    assert anna.why_not() == []


def test_three_a_day_are_enough_and_none_at_night(anna: Life) -> None:
    anna.begin()
    for hours in (0, 4, 8):
        anna.now = AT + hours * HOUR
        anna.session()
    anna.now = AT + 11.6 * HOUR
    found = due(anna.here)
    assert [no.because for no in found.no] == ["day_full"]
    assert found.at is not None
    assert found.at.date() == AT.date() + timedelta(days=1)
    late = Life(anna.knowledge)
    late.begin()
    late.now = AT + 15.5 * HOUR
    late.tell()
    assert late.why_not() == ["night"]


@pytest.mark.parametrize("pain", [90, 100])
def test_strong_pain_stops_a_session(anna: Life, pain: int) -> None:
    anna.begin()
    assert "too_strong" in anna.why_not(pain)


def test_pain_that_rises_stops_it(anna: Life) -> None:
    anna.begin()
    anna.session(40)
    anna.now = AT + 24 * HOUR
    anna.tell(pain_severity_0_10=4)
    assert anna.why_not(70) == ["worse"]
    assert anna.why_not(50) == []
    anna.keep(CheckIn(pain=70))
    assert anna.why_not(50) == ["worse"]


def test_after_a_session_that_made_it_worse_a_danger_check_goes_first(anna: Life) -> None:
    anna.begin()
    anna.session(40, later=None)
    anna.now += timedelta(minutes=5)
    ended = score(anna.here, None, None, "worse")
    assert isinstance(ended, SessionScored), ended
    anna.keep(ended)
    anna.now += 4 * HOUR
    assert anna.why_not() == ["check_first"]
    assert [no.because for no in due(anna.here).no] == ["check_first"]
    anna.keep(CheckIn(pain=40))
    assert anna.why_not() == ["check_first"], "a pain score alone answers no danger sign"
    anna.keep(CheckIn(pain=40, answers={"saddle_numbness": "no"}))
    assert anna.why_not() == []


def test_what_is_blocked_since_then_stops_every_arm(anna: Life) -> None:
    anna.begin()
    anna.tell(skin_feeling_reduced="yes")
    assert anna.why_not() == ["arm_blocked"]
    anna.tell(saddle_numbness="yes")
    assert anna.why_not() == ["no_plan"]


def test_scores_go_where_their_time_is(anna: Life) -> None:
    anna.begin()
    assert because(score(anna.here, 40)) == ["none_running"]
    anna.session(later=None)
    anna.now = AT + timedelta(minutes=5)
    assert because(score(anna.here, 40)) == ["still_on"]
    assert score(anna.here, None, trouble="cut_short") == SessionScored("e2", trouble="cut_short")
    anna.now = AT + timedelta(minutes=22)
    assert score(anna.here, 40) == SessionScored("e2", after=40)
    anna.now = AT + timedelta(minutes=52)
    assert score(anna.here, 30) == SessionScored("e2", later=30)
    anna.now = AT + timedelta(minutes=90)
    assert because(score(anna.here, 30)) == ["too_late"]
    assert score(anna.here, 30, AT + timedelta(minutes=50)) == SessionScored("e2", later=30)
    with pytest.raises(InputError, match="Did you mean 'skin'"):
        score(anna.here, 30, trouble="skim")


def test_stopping_ends_it_and_there_is_no_second_try(anna: Life) -> None:
    assert because(stop(anna.here)) == ["none_running"]
    anna.begin()
    anna.keep(_stopped(stop(anna.here)))
    assert offer(anna.here).open, "nothing was done yet"
    anna.begin()
    anna.session()
    anna.keep(_stopped(stop(anna.here, "enough")))
    assert because(stop(anna.here)) == ["over"]
    assert [no.because for no in offer(anna.here).no] == ["done_before"]
    assert anna.why_not() == ["over"]


def _stopped(found: object) -> TrialStopped:
    assert isinstance(found, TrialStopped)
    return found


def test_a_whole_comparison_from_beginning_to_answer(anna: Life) -> None:
    anna.begin()
    for day in range(5):
        for hours in (0, 4, 8):
            anna.now = AT + day * 24 * HOUR + hours * HOUR
            if hours == 0:
                anna.tell(pain_severity_0_10=6 - day)
            before = 65 - 8 * day
            sitting = anna.session(before, later=None)
            anna.now += timedelta(minutes=50)
            later = before - (25 if sitting.arm == "cold" else 0)
            scored = score(anna.here, later)
            assert isinstance(scored, SessionScored)
            anna.keep(scored)
    result = anna.here.result
    assert result is not None
    assert result.state == "complete"
    assert result.looked is not None
    assert result.looked.best == "cold"
    assert due(anna.here).no[0].because == "over"
    choice = next(c for c in anna.here.plan.choices if c.id == "warmth")
    assert (choice.default, choice.because) == ("cold", "own_result")
    assert anna.here.plan.step("cold_pack") is not None
    assert anna.here.plan.step("heat_pad") is None
    told_in_the_plan(anna)
    anna.keep(Chosen("warmth", "heat"))
    choice = next(c for c in anna.here.plan.choices if c.id == "warmth")
    assert choice.current == "heat", "the person may choose otherwise"
    assert anna.here.plan.step("heat_pad") is not None
    anna.tell(raynaud_known="yes")
    anna.keep(Chosen("warmth", ""))
    choice = next(c for c in anna.here.plan.choices if c.id == "warmth")
    assert (choice.default, choice.because) == ("heat", ""), "what is blocked now is no default"


def told_in_the_plan(anna: Life) -> None:
    """The own result is beside the sources in the plan, in its JSON, and on the doctor's page."""
    plan, knowledge = anna.here.plan, anna.knowledge
    teller = PlanTeller(Wording(knowledge), plan.own)
    step = plan.step("cold_pack")
    assert step is not None
    own = [line for line in teller.step(step).disagree if "Your own comparison" in line]
    assert own
    assert "Cold helps you more" in own[0]
    choice = next(c for c in plan.choices if c.id == "warmth")
    assert any("cold (from your own comparison" in option for option in teller.choice(choice)[1])
    data = next(c for c in plan_json(plan)["choices"] if c["choice"] == "warmth")
    assert (data["default"], data["default_because"]) == ("cold", "own_result")
    page = doctor_page(teller, plan.assessment, Case("anna", anna.now), anna.log)
    assert any("Cold helps you more" in line for line in page.done)


def test_while_it_goes_on_the_plan_has_no_heat_of_its_own(anna: Life) -> None:
    assert anna.here.plan.step("heat_pad") is not None
    anna.begin()
    choice = next(c for c in anna.here.plan.choices if c.id == "warmth")
    assert (choice.default, choice.because) == ("neither", "comparing")
    assert anna.here.plan.step("heat_pad") is None


def test_a_stop_dated_after_now_still_stops(anna: Life) -> None:
    anna.begin()
    later = anna.now + HOUR
    event = Event("stop", later, later, "UTC", TrialStopped("e1"))
    here = replace(anna.here, log=(*anna.log, event))
    assert isinstance(start(here, 50), tuple)


def test_random_diaries_are_never_offered_a_blocked_arm(knowledge: Knowledge) -> None:
    begun, sessions, faults = check_lives(knowledge, 150, Random(4).randrange(1000))
    assert not faults
    assert begun >= 5, "some are offered a comparison"
    assert sessions >= 3, "and some a session"
