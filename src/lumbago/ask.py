"""The interview in the terminal: keys only, a way back on every screen, and the answer at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule as Line
from rich.table import Table
from rich.text import Text

from lumbago.answers import Case
from lumbago.assess import Assessment, assess
from lumbago.errors import InputError
from lumbago.intake import values_of
from lumbago.interview import (
    LONGER_AGO,
    Block,
    Row,
    Screen,
    Stop,
    applies,
    next_screen,
    reply,
)
from lumbago.knowledge.model import Knowledge
from lumbago.terminal import console, show_assessment
from lumbago.wire import case_json, dumps
from lumbago.wording import Wording

_YES_NO: Final = {"y": "yes", "yes": "yes", "n": "no", "no": "no", "?": "unsure"}
_CAUSES: Final = 5
_ONE_LINE: Final = 60

Chosen = dict[str, object]
_T = TypeVar("_T")


class _BackError(Exception):
    """The person wants to see what was before."""


class _StopError(Exception):
    """The person wants to stop here."""


class _EnoughError(Exception):
    """An answer settles it; what is left on the screen need not be asked."""

    def __init__(self, case: Case) -> None:
        super().__init__()
        self.case = case


Keep = Callable[[Case, Assessment], None]
"""Puts a case and its assessment into the record."""


def ask(knowledge: Knowledge, now: datetime, save: Path | None, keep: Keep | None = None) -> int:
    """Interview a person, show the assessment, and save the case or keep it if they wish."""
    talk = _Talk(knowledge, console())
    case = Case(at=now, text=talk.first_words())
    talk.check_language(case)
    case = talk.interview(case)
    assessment = assess(knowledge, case)
    show_assessment(knowledge, assessment, open_all=False)
    talk.offer_save(case, save, None if keep is None else lambda: keep(case, assessment))
    return 0


def interview(knowledge: Knowledge, case: Case) -> Case:
    """Go on asking from where a case is, and return what it has become."""
    return _Talk(knowledge, console()).interview(case)


class _Talk:
    """One interview: what is shown, and what is typed."""

    def __init__(self, knowledge: Knowledge, out: Console) -> None:
        self.knowledge = knowledge
        self.wording = Wording(knowledge)
        self.first_note = ""
        self.out = out

    def say(self, text: str, style: str = "", above: int = 0) -> None:
        """A paragraph."""
        self.out.print(Padding(Text(text, style=style), (above, 2, 0, 2)))

    def clear(self) -> None:
        """One screen at a time, on a real terminal."""
        if self.out.is_terminal:
            self.out.clear()

    def message(self, id_: str, **values: object) -> str:
        """A fixed message."""
        return self.wording.message(id_, **values)

    def first_words(self) -> str:
        """What is happening, in own words."""
        self.say("lumbago", "bold green", above=1)
        self.say(self.message("not_clinician"), "dim")
        self.say(self.message("text_prompt"), "bold", above=1)
        return self.out.input("  > ")

    def check_language(self, case: Case) -> None:
        """Keep for the first screen that the words could not be read, if so."""
        reading = assess(self.knowledge, case).reading
        if reading is not None and reading.language is None:
            said = (self.message("only_english_is_read"), self.message("go_on_with_taps"))
            self.first_note = " ".join(said)

    def interview(self, case: Case) -> Case:
        """Screen after screen, until nothing is left to ask or the person stops."""
        before: list[Case] = []
        while True:
            screen = next_screen(self.knowledge, case)
            if isinstance(screen, Stop):
                self.clear()
                if screen.because == "settled":
                    self.say(self.message("enough"), "bold green", above=1)
                return case
            try:
                chosen = self.screen(screen, case, len(before) + 1)
            except _BackError:
                case = before.pop() if before else case
                continue
            except _EnoughError as enough:
                before.append(case)
                case = enough.case
                continue
            except _StopError:
                self.say(self.message("stopped"), above=1)
                return case
            before.append(case)
            case = reply(self.knowledge, case, screen, chosen)

    def screen(self, screen: Screen, case: Case, number: int) -> Chosen:
        """Show one screen and take its answers."""
        self.clear()
        left = self.message("left", n=screen.left) if screen.left else self.message("last")
        title = Text(f"{self.message('screen', n=number)} · {left}", style="dim")
        self.out.print(Padding(Line(title, style="dim", align="left"), (1, 2, 0, 2)))
        if number == 1 and self.first_note:
            self.say(self.first_note, "yellow", above=1)
        chosen: Chosen = {}
        for block in screen.blocks:
            if block.style == "each":
                self.heading(block)
                chosen |= self.each(screen, block, case)
        statements = tuple(block for block in screen.blocks if block.style == "tick")
        return chosen | (self.tick(screen, statements) if statements else {})

    def heading(self, block: Block) -> None:
        """The title of a block, and what stands below it."""
        self.say(self.wording.title(block.words), "bold", above=1)
        if lead := self.wording.lead(block.words):
            self.say(lead)

    # ----------------------------------------------------------------------------------- answers

    def tick(self, screen: Screen, blocks: tuple[Block, ...]) -> Chosen:
        """Statements by topic, numbered through: the numbers of those that fit."""
        rows: list[Row] = []
        for block in blocks:
            self.heading(block)
            table = Table.grid(padding=(0, 2), expand=True)
            table.add_column(style="bold cyan", justify="right", width=2)
            table.add_column(ratio=1)
            for row in block.rows:
                rows.append(row)
                table.add_row(str(len(rows)), Text(self.wording.line(row.words)))
            self.out.print(Padding(table, (0, 2, 0, 2)))
        self.say(self.message("pick_items"), "dim", above=1)
        self.say(self.message("always_keys"), "dim")
        ticked = self.read(screen, tuple(rows), "", _ticked(len(rows)))
        return {row.id: ticked.get(n, "no") for n, row in enumerate(rows, 1)}

    def each(self, screen: Screen, block: Block, case: Case) -> Chosen:
        """Questions one after the other; going back goes to the one before."""
        self.say(self.message("always_keys"), "dim")
        chosen: Chosen = {}
        done: list[Row] = []
        waiting = list(block.rows)
        while waiting:
            row = waiting[0]
            so_far = replace(screen, blocks=(replace(block, rows=tuple(done)),))
            if done and not applies(self.knowledge, case, so_far, chosen, row):
                waiting.pop(0)
                continue
            try:
                chosen[row.id] = self.row(screen, row, case)
            except _BackError:
                if not done:
                    raise
                waiting.insert(0, done.pop())
                chosen.pop(waiting[0].id)
                continue
            done.append(waiting.pop(0))
            if waiting and chosen[row.id] == "yes":
                self.enough(case, replace(block, rows=tuple(done)), screen, chosen)
        return chosen

    def enough(self, case: Case, block: Block, screen: Screen, chosen: Chosen) -> None:
        """Raise if nothing more could raise the advice after some rows of a block."""
        so_far = reply(self.knowledge, case, replace(screen, blocks=(block,)), chosen)
        if isinstance(next_screen(self.knowledge, so_far), Stop):
            raise _EnoughError(so_far)

    def row(self, screen: Screen, row: Row, case: Case) -> object:
        """One question and its answer."""
        if row.quote is not None:
            start, end = row.quote
            self.say(self.message("you_wrote", words=case.text[start:end]), "italic", above=1)
        self.say(self.wording.line(row.words), above=0 if row.quote else 1)
        finding = self.knowledge.findings[row.findings[0]]
        match row.answer:
            case "number":
                keys = self.message("number_prompt")
            case "choice":
                self.choices(finding.id, finding.choices)
                keys = self.message("choice_prompt")
            case _:
                keys = self.message("each_prompt")
                if row.longer_ago:
                    keys += f" · o {self.wording.longer_ago(finding.id)}"
        if row.suggested is not None:
            keys += f" · {self.message('keep', value=self.suggestion(row))}"
        return self.read(screen, (row,), keys, lambda text: self.value(row, text))

    def choices(self, finding: str, choices: tuple[str, ...]) -> None:
        """The choices, numbered."""
        for number, choice in enumerate(choices, 1):
            self.out.print(f"    [bold cyan]{number}[/]  {self.wording.choice(finding, choice)}")

    def suggestion(self, row: Row) -> str:
        """What Enter stands for."""
        if isinstance(row.suggested, dict):
            return f"{row.suggested['from']}-{row.suggested['to']}"
        if row.answer == "choice":
            return self.wording.choice(row.findings[0], str(row.suggested))
        said = str(row.suggested)
        return self.message(said) if row.answer == "yes_no" else said

    def value(self, row: Row, text: str) -> object:
        """What was typed as an answer; None if it makes no sense. Raises `InputError` of a number."""
        if not text:
            return row.suggested
        finding = self.knowledge.findings[row.findings[0]]
        if row.answer == "yes_no":
            return LONGER_AGO if text == "o" and row.longer_ago else _YES_NO.get(text)
        if row.answer == "choice":
            picked = int(text) if text.isdecimal() else 0
            known = 1 <= picked <= len(finding.choices)
            return finding.choices[picked - 1] if known else ("unsure" if text == "?" else None)
        value = "unsure" if text == "?" else text
        values_of(finding, value)
        return value

    # -------------------------------------------------------------------------------------- keys

    def read(
        self, screen: Screen, rows: tuple[Row, ...], keys: str, make: Callable[[str], _T | None]
    ) -> _T:
        """What was typed, made into an answer; back, why and stop work everywhere."""
        while True:
            text = self.typed(keys)
            if text in ("b", "back"):
                raise _BackError
            if text in ("q", "quit", "stop"):
                raise _StopError
            if text in ("w", "why"):
                self.why(screen, rows)
                continue
            try:
                made = make(text)
            except InputError as error:
                self.say(str(error), "yellow")
                continue
            if made is not None:
                return made
            self.say(self.message("not_a_key"), "yellow")

    def typed(self, keys: str) -> str:
        """What is typed after the keys, on their line where there is room."""
        if len(keys) > _ONE_LINE:
            self.say(keys, "dim")
            keys = ""
        prompt = f"  {keys} > " if keys else "  > "
        return self.out.input(Text(prompt, style="dim")).strip().lower()

    def why(self, screen: Screen, rows: tuple[Row, ...]) -> None:
        """Why it is asked: how to check, and what a yes could be a sign of."""
        asked = {finding for row in rows for finding in row.findings}
        for row in rows:
            if row.words[0] == "questions" or len(rows) == 1:
                for finding in row.findings:
                    if help_ := self.wording.help(finding):
                        self.say(help_, "dim", above=1)
        rules = [r for r in screen.rules if asked & set(self.knowledge.findings_of_rule[r])]
        names = list(dict.fromkeys(self.wording.protects(rules)))[:_CAUSES]
        self.say(self.message("why_lead" if names else "why_other"), above=1)
        for name in names:
            self.out.print(Padding(Text(f"• {name}"), (0, 2, 0, 4)))
        self.out.print()

    def offer_save(
        self, case: Case, save: Path | None, keep: Callable[[], None] | None = None
    ) -> None:
        """Save the case where the person wishes."""
        if save is None:
            self.say(self.message("save_prompt_record" if keep else "save_prompt"), "dim")
            name = self.out.input("  > ").strip()
            if keep is not None and name.lower() == "r":
                keep()
                return
            save = Path(name) if name else None
        if save is not None:
            save.write_text(dumps(case_json(case), indent=2) + "\n", encoding="utf-8")
            self.say(self.message("saved", path=save))


def _ticked(rows: int) -> Callable[[str], dict[int, str] | None]:
    """Numbers typed, such as `1 3 4?`, as yes or not sure; `n` is none, `?` not sure of any."""

    def make(text: str) -> dict[int, str] | None:
        if text in ("n", "no", "none"):
            return {}
        if text == "?":
            return dict.fromkeys(range(1, rows + 1), "unsure")
        parts = text.replace(",", " ").split()
        numbers = [part.removesuffix("?") for part in parts]
        if not parts or not all(n.isdecimal() and 1 <= int(n) <= rows for n in numbers):
            return None
        return {
            int(n): "unsure" if part.endswith("?") else "yes"
            for n, part in zip(numbers, parts, strict=True)
        }

    return make
