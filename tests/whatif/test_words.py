"""Shares of 10,000, signs and people in words."""

from __future__ import annotations

import pytest

from lumbago.answers import NO, YES, YES_OR_NO, Answer
from lumbago.expr import Compare, OneOf, Yes
from lumbago.knowledge.model import Disposition
from lumbago.knowledge.overlay import Overlay
from lumbago.quantity import Interval
from lumbago.rates import Paired, Rate
from lumbago.triage.scalar import Verdict
from lumbago.whatif.breaks import BrokenClaim
from lumbago.whatif.compare import Carrier, Example, Part
from lumbago.whatif.people import Kind
from lumbago.whatif.words import Words, difference_per, per, rate_per


@pytest.mark.parametrize(
    ("share", "said"),
    [(None, "-"), (0, "0"), (0.00001, "0.1"), (0.00099, "9.9"), (0.0064, "64"), (1, "10,000")],
)
def test_shares_are_so_many_of_ten_thousand(share: float | None, said: str) -> None:
    assert per(share) == said


def test_differences_have_a_sign_but_for_none() -> None:
    assert (per(0.0064, sign=True), per(-0.0064, sign=True)) == ("+64", "\u221264")
    assert (per(0, sign=True), per(-1e-9, sign=True)) == ("0", "0")
    assert difference_per(Paired(0, 0, 64, 9936)) == "+64 (+50 to +82)"
    assert rate_per(Rate(64, 10_000)) == "64 (50-82)"
    assert (difference_per(Paired(0, 0, 0, 0)), rate_per(Rate(0, 0))) == ("-", "-")


@pytest.fixture(scope="module")
def words(loosened: Overlay) -> Words:
    return Words(loosened)


def test_parts_of_conditions_are_said_plainly(words: Words) -> None:
    assert words.literal(Yes("chest_pain")) == "chest pain or tightness"
    assert words.literal(Compare("age_years", ">=", 60)) == "age \u2265 60"
    assert words.literal(Compare("age_years", "<", 35), negated=True) == "not age < 35"
    assert words.literal(Compare("pain_severity_0_10", ">=", 70)).endswith("\u2265 7")
    assert words.literal(OneOf("sex_at_birth", frozenset({"male"}))).endswith(": Male")
    carrier = Carrier("E15", 0, 5, 9, 4, (Part(Yes("chest_pain"), False, 5),))
    assert words.parts(carrier) == "chest pain or tightness (5)"


ANSWERS = {
    "age_years": Answer(Interval(54, 54)),
    "sex_at_birth": Answer(frozenset({"female"})),
    "chest_pain": Answer(YES),
    "fever": Answer(NO),
    "lifted_or_bent": Answer(YES_OR_NO),
    "pain_severity_0_10": Answer(Interval(70, 70)),
    "pregnancy_status": Answer(frozenset({"could_be"})),
}


def test_a_person_is_told_by_what_matters_first(words: Words) -> None:
    move = (Disposition.EMERGENCY, Disposition.SOON)
    one = Example(Kind.EVEN, 3, *move, ("E15",), ("muscle_strain",), False, 1, ANSWERS)
    person = words.portrait(one)
    assert person.who == "Woman, 54"
    assert person.signs[0] == "chest pain or tightness"
    assert any("not sure" in sign for sign in (*person.signs, *person.others))
    told = " ".join((*person.signs, *person.others))
    assert "fever" not in told  # denied
    assert "7" in told
    assert words.wording.choice("pregnancy_status", "could_be") in told
    assert "muscle strain" in person.causes
    assert words.who({}) == "Person, age not said"


def test_of_two_people_the_second_is_told_by_what_differs(words: Words) -> None:
    verdict = Verdict(*[Disposition.SOON] * 5)
    second = {**ANSWERS, "fever": Answer(YES), "chest_pain": Answer(NO)}
    del second["lifted_or_bent"]
    claim = BrokenClaim("3", "x", "y", "refuted", "z", ((ANSWERS, verdict), (second, verdict)))
    (who, signs, told), (other, changed, _) = words.shown(claim)
    assert (who, other) == ("Woman, 54", "the second also")
    assert "chest pain or tightness" in signs
    assert changed.startswith(words.wording.short("fever"))
    assert "chest pain or tightness: no" in changed
    assert "(not asked)" in changed
    assert "soon to soon" in told


def test_sides_of_a_change(words: Words) -> None:
    e15, e15b = words.overlay.changes
    assert [words.side(e15, after=after) for after in (False, True)] == ["emergency"] * 2
    assert [words.side(e15b, after=after) for after in (False, True)] == ["same day", "removed"]
    assert words.because(e15)
