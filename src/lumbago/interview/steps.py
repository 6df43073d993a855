"""What to ask next: own words, who, danger, what settles most, and some of it twice."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from typing import Final

from lumbago.answers import Case, Mention, Origin, Polarity
from lumbago.intake import ASKED_AGAIN
from lumbago.interview.choose import cover, weight
from lumbago.interview.screens import ROWS, Block, Row, Screen, Stop, Style, WordsAt
from lumbago.interview.stakes import Stake
from lumbago.interview.view import View, board
from lumbago.knowledge.model import DangerScreen, Disposition, Knowledge, QuestionList, ScreenItem
from lumbago.quantity import Interval, from_base

WHO: Final = ("age_years", "sex_at_birth", "pregnancy_status")

_CHOICE: Final = 2
"""Statements are taken from this many times as many of the best as fit, to keep topics together."""

_OWN_WORDS: Final = ("messages", "ask_own_words")
_CONTRADICTION: Final = ("messages", "ask_contradiction")
_WHO: Final = ("messages", "ask_who")
_FOLLOW_UP: Final = ("messages", "ask_follow_up")


def next_screen(knowledge: Knowledge, case: Case, passed: Collection[str] = ()) -> Screen | Stop:
    """The next screen for a case, or the end. Raises `InputError` if the case cannot be read.

    `passed` are findings that are not to be asked, for callers that let people pass over questions.
    """
    view = View(board(knowledge), case, passed)
    steps: tuple[Callable[[View], Screen | None], ...] = (
        *(_own_words, _contradiction, _who),
        *(_danger_follow_up, _danger_screen, _lists, _once_more),
    )
    for step in steps:
        screen = step(view)
        if screen is not None:
            return screen
    if view.verdict.high == view.verdict.as_told:
        return Stop("settled", view.verdict)
    return Stop("voided" if view.intake.voided else "passed", view.verdict)


def _screen(view: View, id_: str, blocks: Iterable[Block], left: int) -> Screen:
    """A screen with the rules that it could settle."""
    screen = Screen(id_, tuple(blocks), (), left)
    asked = frozenset(screen.findings)
    stakes = sorted(view.raising, key=weight, reverse=True)
    rules = [s.rule.id for s in stakes if any(f in asked for f, _ in s.left.closers)]
    return replace(screen, rules=tuple(rules))


def _with_all_rules(view: View, screen: Screen) -> Screen:
    """A screen about what is answered already, with every rule that reads it."""
    asked, used = frozenset(screen.findings), view.table.knowledge.findings_of_rule
    rules = view.table.knowledge.rules_by_urgency
    return replace(screen, rules=tuple(r.id for r in rules if not asked.isdisjoint(used[r.id])))


def _own_row(view: View, id_: str, origin: Origin) -> Row:
    """A row with the question of one finding."""
    finding = view.table.findings[id_]
    words = ("questions", id_)
    return Row(id_, words, (id_,), origin, finding.answer, longer_ago=finding.longer_ago)


def _denied_once(view: View, finding: str) -> bool:
    """Whether a finding was denied, and that was not yet asked again."""
    given = view.case.given.get(finding)
    return (
        given is not None
        and given.value == "no"
        and not given.origin.detail.startswith(ASKED_AGAIN)
    )


# --------------------------------------------------------------------------------- words and who


def _own_words(view: View) -> Screen | None:
    """What the own words said, to be confirmed or corrected: a row each, danger signs first."""
    rows: dict[str, Row] = {}
    for mention in view.intake.mentions:
        id_ = mention.finding
        if id_ in view.case.given or id_ in view.passed or id_ not in view.table.used:
            continue
        if _worth_confirming(view, mention):
            row = _quoted(view, mention)
            known = rows.setdefault(id_, row)
            if known.suggested != row.suggested:
                rows[id_] = replace(known, suggested=None)
    if not rows:
        return None
    ordered = sorted(rows.values(), key=lambda row: row.id not in view.table.alarming)
    block = Block(_OWN_WORDS, "each", tuple(ordered[:ROWS]))
    left = _to_come(view) + (len(rows) - 1) // ROWS
    return _with_all_rules(view, _screen(view, "own-words", [block], left))


def _worth_confirming(view: View, mention: Mention) -> bool:
    """Whether a mention gets a row: not a denial that a statement about more will ask for anyway."""
    alarm = mention.finding in view.table.alarming
    if mention.polarity is Polarity.NO and alarm:
        return mention.finding in view.table.danger and mention.finding not in view.table.grouped
    return mention.polarity is not Polarity.NOT_ABOUT_ME_NOW


def _quoted(view: View, mention: Mention) -> Row:
    """A mention as a row; a danger sign comes without a suggestion."""
    finding = view.table.findings[mention.finding]
    said: object = None
    if isinstance(mention.value, Interval) and finding.unit is not None:
        low, high = mention.value.low, mention.value.high
        ends = (from_base(low, finding.unit), from_base(high, finding.unit))
        said = ends[0] if low == high else {"from": ends[0], "to": ends[1]}
    elif finding.answer == "choice":
        said = mention.value
    elif finding.id not in view.table.alarming:
        said = str(mention.polarity)
    row = _own_row(view, finding.id, Origin("text", span=mention.span))
    return replace(row, quote=mention.span, suggested=said)


def _contradiction(view: View) -> Screen | None:
    """A danger sign that own words report and an answer denies, asked again; that answer stands."""
    said = {m.finding: m for m in view.intake.mentions if m.polarity is Polarity.YES}
    origin = Origin("list", f"{ASKED_AGAIN}-words")
    rows = [
        replace(_own_row(view, id_, origin), quote=said[id_].span)
        for id_ in view.case.given
        if id_ in said and id_ in view.table.alarming and _denied_once(view, id_)
    ]
    if not rows:
        return None
    block = Block(_CONTRADICTION, "each", tuple(rows[:ROWS]))
    return _with_all_rules(view, _screen(view, "again-words", [block], _to_come(view)))


def _who(view: View) -> Screen | None:
    """Age, sex and, where there may be one, pregnancy, on one screen."""
    if not any(view.open(f) for f in WHO[:2]):
        return None
    asked = [f for f in WHO if f in view.table.findings and view.open(f) and view.stakes.gate(f)]
    rows = tuple(_own_row(view, f, Origin("tap")) for f in asked)
    return _screen(view, "who", [Block(_WHO, "each", rows)], _to_come(view))


# --------------------------------------------------------------------------------------- danger


def _danger_follow_up(view: View) -> Screen | None:
    """The findings of the danger statements that were ticked, before the next danger screen."""
    rows = _ticked(view, in_lists=False) if view.raising and _danger_blocks(view) else ()
    if not rows:
        return None
    return _screen(view, "follow-up", [Block(_FOLLOW_UP, "each", rows)], _to_come(view))


def _danger_screen(view: View) -> Screen | None:
    """The next danger screen, while anything could still raise the advice."""
    blocks = _danger_blocks(view) if view.raising else []
    if not blocks:
        return None
    return _screen(view, blocks[0].words[1], blocks[:1], _to_come(view) - 1)


def danger_screens(knowledge: Knowledge, case: Case) -> tuple[Screen, ...]:
    """Every danger screen with what is open of it, whatever else would be asked before.

    For pages that ask about danger before anything of the person can be worked out.
    """
    view = View(board(knowledge), case)
    return tuple(_screen(view, b.words[1], [b], 0) for b in _danger_blocks(view))


def _danger_blocks(view: View) -> list[Block]:
    """The danger screens, each without what was answered already."""
    blocks = []
    for screen in view.table.knowledge.screens:
        rows = tuple(_danger_rows(view, screen))
        if rows:
            style: Style = "each" if screen.style == "each" else "tick"
            blocks.append(Block(("danger_screens", screen.id), style, rows))
    return blocks


def _danger_rows(view: View, screen: DangerScreen) -> Iterator[Row]:
    origin = Origin("list", f"{screen.id}-{screen.version}")
    for item in screen.items:
        left = tuple(f for f in item.findings if view.open(f) and f not in view.marked)
        if left:
            row = Row(item.id, ("danger_screens", item.id), left, origin)
            if len(item.findings) > 1:
                yield replace(row, whole=True)
            else:
                yield replace(row, longer_ago=view.table.findings[left[0]].longer_ago)


def _ticked(view: View, *, in_lists: bool) -> tuple[Row, ...]:
    """The findings of ticked statements, each with its own question, as many as fit on a screen."""
    rows = [
        _own_row(view, id_, Origin("list", given.origin.detail.replace(":", "/")))
        for id_, given in view.marked.items()
        if (id_ in view.table.item_of) is in_lists
        and view.open(id_)
        and (id_ in view.at_stake or not in_lists)
    ]
    return tuple(rows[:ROWS])


def _to_come(view: View) -> int:
    """How many screens are likely to come if every danger question that is open is denied."""
    rows = len(_numbers(view)) + len(_picks(view, view.after_danger()))
    return len(_danger_blocks(view)) + _screens(rows)


def _screens(rows: int) -> int:
    return -(-rows // ROWS)


# ---------------------------------------------------------------------------------------- lists


def _lists(view: View) -> Screen | None:
    """What was ticked, finding by finding; the numbers; the statements that settle most, by topic."""
    page = _Page()
    if view.raising:
        page.add(_FOLLOW_UP, _ticked(view, in_lists=False), each=True)
        if view.table.numbers is not None:
            page.add(("lists", view.table.numbers.id), _numbers(view), each=True)
    page.add(_FOLLOW_UP, _ticked(view, in_lists=True))
    shown = {finding for block in page.blocks for row in block.rows for finding in row.findings}
    picks = _picks(view, view.raising)
    picks = {
        i: gain for i, gain in picks.items() if shown.isdisjoint(view.table.items[i][1].findings)
    }
    before = page.room
    for words, rows in _topics(view, picks, page.room):
        page.add(words, rows)
    left = len(picks) - (before - page.room)
    twice = list(_again(view))
    if page.blocks and left <= 0 and sum(len(rows) for _, rows in twice) <= page.room:
        for words, rows in twice:
            page.add(words, rows)
        twice = []
    if not page.blocks:
        return None
    id_ = "-".join(dict.fromkeys(block.words[1] for block in page.blocks))
    return _screen(view, id_, page.blocks, _screens(left + sum(len(rows) for _, rows in twice)))


class _Page:
    """The blocks of one screen, as far as there is room."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.room = ROWS

    def add(self, words: WordsAt, rows: Iterable[Row], *, each: bool = False) -> None:
        """Add a block, cut to the room that is left."""
        cut = tuple(rows)[: self.room]
        if cut:
            self.blocks.append(Block(words, "each" if each else "tick", cut))
            self.room -= len(cut)


def _numbers(view: View) -> tuple[Row, ...]:
    """The numbers, and what is asked with them, until the numbers are known."""
    entry = view.table.numbers
    if entry is None:
        return ()
    origin = Origin("list", f"{entry.id}-{entry.version}")
    asked = [f for item in entry.items for f in item.findings if view.open(f)]
    if all(view.table.findings[f].answer == "yes_no" for f in asked):
        return ()
    return tuple(_own_row(view, f, origin) for f in asked)


def _picks(view: View, stakes: Iterable[Stake]) -> dict[str, float]:
    """The statements worth showing, the most useful first, with what each is worth."""
    stakes = tuple(stakes)
    table = view.table
    lowers = [f for f in view.lowering if f in table.item_of]
    extra = {table.item_of[f]: float(2**view.verdict.as_told) / len(lowers) for f in lowers}
    return cover(table.findings, stakes, _askable(view, stakes), extra)


def _askable(view: View, stakes: Iterable[Stake]) -> dict[str, str]:
    """Every finding that a statement worth showing would deny, with that statement.

    A statement about one finding waits until what it is asked for (`only_if`) was reported; one
    about several needs only that it may still be so.
    """
    table = view.table
    at_stake = {f for stake in stakes for f, _ in stake.left.closers}
    busy = {table.item_of.get(f) for f in view.marked}
    open_ = {
        f: item
        for f, item in table.item_of.items()
        if item not in busy and f not in table.conditions.excuses and view.open(f)
    }
    possible = [f for f in open_ if f in at_stake and view.stakes.gate(f)]
    ready = {
        open_[f]
        for f in possible
        if len(table.items[open_[f]][1].findings) > 1 or view.stakes.reported(f)
    } or {open_[f] for f in possible}
    return {f: item for f, item in open_.items() if item in ready}


def _topics(view: View, picks: dict[str, float], room: int) -> Iterator[tuple[WordsAt, list[Row]]]:
    """The lists that settle most, each in its own order, until there is no room."""
    worth: dict[str, float] = {}
    picks = dict(sorted(picks.items(), key=lambda pick: -pick[1])[: _CHOICE * room])
    for item, gain in picks.items():
        id_ = view.table.items[item][0].id
        worth[id_] = worth.get(id_, 0.0) + gain
    for id_ in sorted(worth, key=lambda id_: (-worth[id_], id_)):
        entry = view.table.lists[id_]
        items = [item for item in entry.items if item.id in picks]
        best = sorted(items, key=lambda item: -picks[item.id])[:room]
        room -= len(best)
        if best:
            yield ("lists", id_), [_statement(view, entry, i) for i in items if i in best]


def _statement(view: View, entry: QuestionList, item: ScreenItem) -> Row:
    """A statement as a row; where only one of its findings matters, the question of that one."""
    origin = Origin("list", f"{entry.id}-{entry.version}")
    open_ = tuple(f for f in item.findings if view.open(f))
    matter = [f for f in open_ if f in view.at_stake]
    if len(item.findings) > 1 and len(matter) == 1:
        return _own_row(view, matter[0], origin)
    return Row(item.id, ("lists", item.id), open_, origin, whole=len(item.findings) > 1)


# ---------------------------------------------------------------------------------------- again


def _once_more(view: View) -> Screen | None:
    """What must not be missed, in other words, before any answer of self-care."""
    blocks = [Block(words, "tick", tuple(rows)) for words, rows in _again(view)]
    return _screen(view, ASKED_AGAIN, blocks, 0) if blocks else None


def _again(view: View) -> Iterator[tuple[WordsAt, list[Row]]]:
    if view.verdict.as_told is not Disposition.SELF_CARE:
        return
    for entry in view.table.again:
        origin = Origin("list", f"{ASKED_AGAIN}-{entry.id}-{entry.version}")
        rows = [
            Row(item.id, ("lists", item.id), item.findings, origin, again=True)
            for item in entry.items
            if any(_denied_once(view, f) for f in item.findings)
        ]
        if rows:
            yield ("lists", entry.id), rows
