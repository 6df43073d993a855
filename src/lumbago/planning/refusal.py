"""Refusal first: no plan unless nothing urgent is told or open, and the age allows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from lumbago.answers import NO, Answers
from lumbago.assess import Assessment
from lumbago.knowledge.model import Disposition, Knowledge
from lumbago.planning.eligibility import Standing
from lumbago.planning.result import Refusal, UntilSeen

_OPEN_SHOWN: Final = 10
KEEP_STILL: Final = (
    *("minor_trauma", "major_trauma", "dangerous_mechanism", "whiplash_mechanism"),
    *("leg_weakness_or_numbness_both", "leg_numbness_sudden", "loss_of_feeling_limbs_severe"),
    *("on_floor_over_1h",),
)
"""Until each of these is a known "no", nobody is told to move."""


STIFF: Final = "ankylosed_spine_known"
"""Reported or in doubt, nobody is told to move either."""


def refusal(
    knowledge: Knowledge,
    assessment: Assessment,
    groups: Mapping[str, bool],
    overdosed: Sequence[str],
    standings: Mapping[str, Standing],
    expired: Sequence[str],
) -> UntilSeen | None:
    """The card that stands in place of a plan, or None where a plan may be made."""
    triage = assessment.triage
    because = tuple(dict.fromkeys(_reasons(assessment, groups, expired)))
    if not because:
        return None
    urgent = "urgent" in because
    still = must_keep_still(assessment.answers)
    do, avoid = list(_do(assessment, still, bool(overdosed))), ["no_new_tablet"]
    if triage.verdict.disposition is Disposition.EMERGENCY:
        avoid += ["nothing_to_eat", "do_not_drive"]
    avoid += ["no_exercise"]
    return UntilSeen(
        because=because,
        action=triage.action if urgent or triage.cleared else "",
        within_hours=triage.within_hours if urgent or triage.cleared else None,
        position="" if still else _position(knowledge, standings),
        do=tuple(do),
        avoid=tuple(avoid),
        questions=tuple(q.finding for q in triage.open_questions[:_OPEN_SHOWN]),
        expired=tuple(expired),
        groups=tuple(group for group, known in groups.items() if known),
        overdosed=tuple(overdosed),
    )


def _reasons(
    assessment: Assessment, groups: Mapping[str, bool], expired: Sequence[str]
) -> Iterator[Refusal]:
    triage = assessment.triage
    if triage.verdict.as_told >= Disposition.SAME_DAY:
        yield "urgent"
    elif not triage.cleared:
        yield "unsettled"
        if expired:
            yield "expired"
    for group, known in groups.items():
        if group == "age_not_known":
            yield "age_not_known"
        elif group == "child" and known:
            yield "under_16"
        elif known:
            yield "no_plan_for"
        else:
            yield "unsettled"


def must_keep_still(answers: Answers) -> bool:
    """Whether moving could harm: a fall or a blow, dead legs, long on the floor, known or not."""
    open_ = any(id_ not in answers or answers[id_].possible != NO for id_ in KEEP_STILL)
    return open_ or (STIFF in answers and answers[STIFF].possible != NO)


def _do(assessment: Assessment, still: bool, overdosed: bool) -> Iterator[str]:
    emergency = assessment.triage.verdict.disposition is Disposition.EMERGENCY
    if overdosed:
        yield "call_poison_line"
    if assessment.triage.verdict.as_told >= Disposition.SAME_DAY:
        yield "call_now" if emergency else "call_today"
    else:
        yield "answer_first"
    if still:
        yield from ("keep_still", "breathe_slowly")
    else:
        yield from ("lie_as_it_eases", "breathe_slowly", "get_up_in_one_piece")
    if emergency:
        yield from ("door_and_phone", "list_of_medicines", "somebody_with_you")


def _position(knowledge: Knowledge, standings: Mapping[str, Standing]) -> str:
    """The first position by default that nothing stands against."""
    return next(
        (
            measure.id
            for measure in knowledge.care.measures.values()
            if measure.kind == "position"
            and measure.offer == "default"
            and measure.dosages
            and standings[measure.id].status == "offered"
        ),
        "",
    )
