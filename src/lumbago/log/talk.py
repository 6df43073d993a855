"""A check-in line by line: pain, own activities, the short danger check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lumbago.checkin import Form, Said
from lumbago.errors import InputError, Problem
from lumbago.log.edge import Edge
from lumbago.quantity import exact, to_base
from lumbago.wording import Wording

_KEYS: Final[Mapping[str, Said]] = {
    "y": "yes",
    "yes": "yes",
    "n": "no",
    "no": "no",
    "?": "unsure",
}
_HIGHEST: Final = 100


@dataclass(frozen=True)
class Filled:
    """What was answered, as `checkin.payload` takes it."""

    said: Mapping[str, Said] = field(default_factory=dict)
    pain: int | None = None
    activities: Mapping[str, int] = field(default_factory=dict)
    roland_morris: int | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)

    @property
    def anything(self) -> bool:
        """Whether anything was answered."""
        score = self.pain is not None or self.roland_morris is not None
        return bool(self.said or self.activities or self.answers or score)


def tenths_of(text: str, where: str) -> int:
    """A score 0-10 in tenths. Raises `InputError`."""
    tenths = to_base(exact(text.replace(",", ".")), "score")
    if not 0 <= tenths <= _HIGHEST:
        raise InputError(Problem(f"'{text}' is not a number from 0 to 10.", where))
    return tenths


def fill(edge: Edge, asked: Form) -> Filled:
    """Ask everything of a check-in; the danger check last, each statement with its own answer."""
    return Filled(
        pain=_score(edge, "log_pain_prompt"),
        activities=_activities(edge, asked),
        roland_morris=_roland(edge, asked),
        said=_check(edge, asked),
    )


def _score(edge: Edge, prompt: str, **values: object) -> int | None:
    while True:
        text = edge.ask(prompt, **values)
        try:
            return tenths_of(text, "") if text else None
        except InputError as error:
            edge.out.print(f"  {error}", style="yellow", markup=False)


def _activities(edge: Edge, asked: Form) -> dict[str, int]:
    found: dict[str, int] = {}
    for name in asked.activities:
        score = _score(edge, "log_activity_prompt", name=name)
        if score is not None:
            found[name] = score
    for _ in range(asked.more_activities):
        name = edge.ask("log_activity_new")
        if not name:
            break
        score = _score(edge, "log_activity_prompt", name=name)
        if score is not None:
            found[name] = score
    return found


def _roland(edge: Edge, asked: Form) -> int | None:
    if not asked.week:
        return None
    while text := edge.ask("log_roland_prompt", week=asked.week):
        if text.isdecimal():
            return int(text)
        edge.say("not_a_key")
    return None


def _check(edge: Edge, asked: Form) -> dict[str, Said]:
    words = Wording(edge.knowledge).words["check_in"]
    edge.out.print()
    edge.out.print(f"  {words[asked.list.id]['title']}", style="bold", markup=False)
    edge.out.print(f"  {words[asked.list.id]['lead']}", markup=False)
    said: dict[str, Said] = {}
    for statement in asked.statements:
        said[statement.id] = _answer(edge, str(words[statement.id]["ask"]))
    return said


def _answer(edge: Edge, ask: str) -> Said:
    edge.out.print()
    edge.out.print(f"  {ask}", markup=False)
    while True:
        text = edge.out.input(f"  {edge.message('each_prompt')} > ").strip().lower()
        if text in _KEYS:
            return _KEYS[text]
        edge.say("not_a_key")
