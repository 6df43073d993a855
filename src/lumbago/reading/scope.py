"""What the words around a finding do to it: negation, doubt, fear, the past, other people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lumbago.answers import Polarity
from lumbago.reading.lexicon import Cue, Kind, Lexicon
from lumbago.reading.match import Match
from lumbago.reading.owner import Owners
from lumbago.reading.tokens import HARD, NUMBER, SOFT, STOP, Stream

_ITEM_WORDS: Final = 4
_LONGEST_LIST: Final = 300
_SHORT_QUESTION: Final = 6
_SINCE: Final = 6
_LABELS: Final = frozenset(":=-–—")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a phrase says once its surroundings are known; `over` is the cue that it has passed."""

    polarity: Polarity
    cue: Match | None = None
    over: Match | None = None
    long_standing: bool = False


class Scopes:
    """The reach of every cue of a text."""

    def __init__(
        self,
        lexicon: Lexicon,
        stream: Stream,
        starts: list[bool],
        cues: list[Match],
        hits: list[Match],
    ) -> None:
        language = lexicon.language
        self.stream = stream
        self.starts = starts
        self.light = language.light
        self.passed_over = language.passed_over
        self.ends_scope = language.words("ends_scope")
        self.joins = language.words("joins")
        self.subjects = language.words("subjects") | language.words("owners")
        self.predicates = language.words("predicates")
        self.opens_report = frozenset(language["opens_report"])
        self.clause_words = language.words("clause_words")
        self.because = language.words("because")
        self.conditions = frozenset(language["conditions"])
        self.modal = language.words("modal")
        self.me = language.words("me")
        self.now = language.words("now")
        self.question_words = language.words("question_words")
        self.at_once = language.words("flips_denial")
        self.past_facts = frozenset(language["about_the_past"])
        self.family = frozenset(language["family_findings"])
        self.by_others = frozenset(language["done_by_others"])
        self.old_twin: dict[str, str] = language["old_twin"]
        self.sentence_of = _sentence_index(stream)
        self.owners = Owners(language, stream)
        said = {i for hit in hits if hit.entry.does is Kind.SAYS for i in hit.path}
        self.cues = [cue for cue in _longest(cues) if not said.issuperset(cue.path)]
        self.reach = {cue: self._reach_of(cue) for cue in self.cues}

    def judge(self, hit: Match) -> Judgement:
        """Whether a phrase is a yes, a no, a doubt, or not about this person now."""
        finding = hit.entry.finding
        if self._about_another(hit):
            kin = finding in self.family and self.owners.is_kin(hit.first, hit.after)
            return Judgement(Polarity.YES if kin else Polarity.NOT_ABOUT_ME_NOW)
        around = [cue for cue in self.cues if self._touches(cue, hit)]
        by_kind: dict[Cue, Match] = {}
        for cue in around:
            by_kind.setdefault(_kind(cue), cue)
        return self._weigh(hit, by_kind)

    def _weigh(self, hit: Match, cues: dict[Cue, Match]) -> Judgement:
        denies = hit.entry.does is Kind.DENIES
        negation = cues.get(Cue.NEGATION) or cues.get(Cue.NEGATION_AFTER)
        doubt = cues.get(Cue.UNCERTAIN) or cues.get(Cue.UNCERTAIN_AFTER)
        if denies:
            flipped = negation is not None and self._flips(negation, hit)
            no = Polarity.YES if flipped else Polarity.NO
            return Judgement(Polarity.UNSURE if doubt else no, doubt)
        feared = cues.get(Cue.FEARED)
        supposed = cues.get(Cue.SUPPOSED)
        if negation is not None:
            return Judgement(Polarity.UNSURE if doubt else Polarity.NO, doubt or negation)
        if feared is not None or supposed is not None:
            return Judgement(Polarity.NOT_ABOUT_ME_NOW, feared or supposed)
        return self._when(hit, cues, doubt)

    def _when(self, hit: Match, cues: dict[Cue, Match], doubt: Match | None) -> Judgement:
        finding = hit.entry.finding
        if finding not in self.past_facts:
            over = cues.get(Cue.RESOLVED)
            if over is not None:
                return Judgement(Polarity.NOT_ABOUT_ME_NOW, over, over)
            past = cues.get(Cue.PAST)
            if past is not None:
                return Judgement(Polarity.NOT_ABOUT_ME_NOW, past)
            old = cues.get(Cue.LONG_STANDING)
            if old is not None and finding in self.old_twin:
                return Judgement(Polarity.NOT_ABOUT_ME_NOW, old, long_standing=True)
        if doubt is not None or self._asks_briefly(hit):
            return Judgement(Polarity.UNSURE, doubt)
        return Judgement(Polarity.YES)

    def _about_another(self, hit: Match) -> bool:
        if hit.entry.finding in self.by_others:
            return False
        return self.owners.is_other(hit.first, hit.after)

    def _flips(self, cue: Match, hit: Match) -> bool:
        """As in "not peeing fine": a denial that is itself denied."""
        if self.stream.norm[cue.first] not in self.at_once:
            return False
        between = range(cue.after, hit.first)
        return all(self.stream.norm[i] in self.passed_over for i in between)

    def _asks_briefly(self, hit: Match) -> bool:
        """As in "a bit numb?": a short phrase with a question mark is a doubt."""
        first, after = self.sentence_of[hit.first]
        if "?" not in self.stream.raw[after - 1] or self.stream.kind[after - 1] != STOP:
            return False
        words = [n for n in self.stream.norm[first : after - 1] if n not in self.light]
        asks = self.stream.norm[first] in self.question_words
        return len(words) <= _SHORT_QUESTION and not asks

    # ------------------------------------------------------------------------------- reach of cues

    def _touches(self, cue: Match, hit: Match) -> bool:
        if set(cue.path) <= set(hit.path):
            return False
        if hit.first < cue.first and cue.after < hit.after:
            return _kind(cue) is not Cue.SUPPOSED
        first, after = self.reach[cue]
        start = cue.after if cue.first < hit.first < cue.after < hit.after else hit.first
        if not first <= start < after:
            return False
        return _kind(cue) is not Cue.FEARED or self._still_feared(cue, hit)

    def _reach_of(self, cue: Match) -> tuple[int, int]:
        kind = _kind(cue)
        first, after = self.sentence_of[cue.first]
        match kind:
            case Cue.NEGATION:
                return cue.after, self._list_end(cue.after, after) if not self._answers(cue) else 0
            case Cue.NEGATION_AFTER:
                labelled = cue.first > first and self.stream.raw[cue.first - 1] in _LABELS
                at = cue.first - labelled
                return self._segment_start(at, first), at
            case Cue.UNCERTAIN:
                end = self._segment_end(cue.after, after)
                alone = all(n in self.passed_over for n in self.stream.norm[cue.after : end])
                return self._segment_start(cue.first, first) if alone else cue.after, end
            case Cue.UNCERTAIN_AFTER:
                return self._doubted_before(cue, first, after)
            case Cue.SUPPOSED | Cue.FEARED:
                reports = self._is_condition(cue) and not self._wonders(first, after)
                return (0, 0) if reports else (cue.after, self._scope_end(cue.after, after))
            case Cue.PAST if not self._since(cue, first):
                start = self._segment_start(cue.first, first)
                return start, self._past_end(cue.after, after, alone=start == cue.first)
            case Cue.RESOLVED:
                return first, cue.first
            case Cue.LONG_STANDING:
                return self._scope_start(cue.first, first), self._scope_end(cue.after, after)
            case _:
                return 0, 0

    def _since(self, cue: Match, first: int) -> bool:
        """Whether a time is that from which something has been so ("since my op in 2020")."""
        return "since" in self.stream.raw[max(first, cue.first - _SINCE) : cue.first]

    def _is_condition(self, cue: Match) -> bool:
        return " ".join(self.stream.raw[cue.first : cue.after]) in self.conditions

    def _wonders(self, first: int, after: int) -> bool:
        """Whether a sentence asks, or speaks of what may come."""
        asks = "?" in self.stream.raw[after - 1]
        return asks or any(word in self.modal for word in self.stream.norm[first:after])

    def _doubted_before(self, cue: Match, first: int, after: int) -> tuple[int, int]:
        """A closing "not sure" doubts the statement just before it, and nothing further back."""
        rest = range(cue.after, after)
        closes = all(
            self.stream.kind[i] >= SOFT or self.stream.norm[i] in self.passed_over for i in rest
        )
        if not closes and self.stream.norm[cue.first] != "or":
            return 0, 0
        start = self._segment_start(cue.first, first)
        if start == cue.first and start > first:
            start = self._segment_start(start - 1, first)
        return start, cue.first

    def _answers(self, cue: Match) -> bool:
        """The "no" of "no, it is my leg", which answers and negates nothing that follows."""
        at = cue.after
        if len(cue.path) > 1 or self.stream.norm[cue.first] != "no" or at >= len(self.stream):
            return False
        return self.stream.kind[at] >= SOFT or self.stream.norm[at] in self.subjects

    def _list_end(self, at: int, end: int) -> int:
        """How far a negation reaches: its clause, and the bare items listed after it."""
        i, end = at, min(end, at + _LONGEST_LIST)
        while i < end:
            kind, word = self.stream.kind[i], self.stream.norm[i]
            if kind >= HARD or word in self.ends_scope or (i > at and self.starts[i]):
                return i
            if word in ("or", "nor", "/"):
                i += 1
                continue
            if (kind == SOFT or word == "and") and not self._is_item(i + 1, end):
                return i
            i += 1
        return end

    def _is_item(self, at: int, end: int) -> bool:
        """Whether what follows a comma is one more thing of a list and not a statement."""
        i = at
        while i < end and self.stream.kind[i] <= NUMBER and self.stream.norm[i] not in self.joins:
            i += 1
        words = [w for w in self.stream.norm[at:i] if w not in self.light]
        if not words:
            return i < end and self.stream.norm[i] in self.joins
        if len(words) > _ITEM_WORDS or self.stream.norm[at] in self.subjects:
            return False
        if not self.opens_report.isdisjoint(self.stream.raw[at : at + 1]):
            return False
        if NUMBER in self.stream.kind[at:i] or not self.clause_words.isdisjoint(words):
            return False
        return words[0] not in self.predicates and words[-1] not in self.predicates

    def _segment_start(self, at: int, first: int) -> int:
        i = at
        while i > first and self.stream.kind[i - 1] < SOFT and not self.starts[i]:
            i -= 1
        return i

    def _segment_end(self, at: int, end: int) -> int:
        i = at
        while i < end and self.stream.kind[i] < SOFT and (i == at or not self.starts[i]):
            i += 1
        return i

    def _scope_start(self, at: int, first: int) -> int:
        i = at
        while (
            i > first
            and self.stream.kind[i - 1] < HARD
            and self.stream.norm[i - 1] not in self.ends_scope
        ):
            i -= 1
        return i

    def _scope_end(self, at: int, end: int) -> int:
        i = at
        while i < end and self.stream.kind[i] < HARD and self.stream.norm[i] not in self.ends_scope:
            i += 1
        return i

    def _past_end(self, at: int, end: int, *, alone: bool) -> int:
        """The past ends at a comma, unless it opens the sentence, and at "now"."""
        i = at
        if alone and i < end and self.stream.kind[i] == SOFT:
            i += 1
        while i < end and self.stream.kind[i] < SOFT:
            if self.stream.norm[i] in self.now or self.stream.norm[i] in self.ends_scope:
                return i
            i += 1
        return i

    def _still_feared(self, cue: Match, hit: Match) -> bool:
        """Fear of what is: "worried because I can't pee", "scared: my leg is numb" are reports."""
        between = self.stream.norm[cue.after : hit.first]
        if any(word in self.because for word in between):
            return False
        stretch = self.stream.norm[cue.after : hit.after]
        mine = any(word in self.me for word in between)
        return not mine or any(word in self.modal for word in stretch)


def _sentence_index(stream: Stream) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = [(0, len(stream))] * len(stream)
    for first, after in stream.sentences():
        for i in range(first, after):
            found[i] = (first, after)
    return found


def _longest(cues: list[Match]) -> list[Match]:
    kept: list[Match] = []
    taken: dict[int, tuple[int, ...]] = {}
    for cue in sorted(cues, key=lambda cue: (-len(cue.path), cue.first)):
        stretch = range(cue.first, cue.after)
        if all(taken.get(token, cue.path) == cue.path for token in stretch):
            kept.append(cue)
            taken.update(dict.fromkeys(stretch, cue.path))
    return sorted(kept, key=lambda cue: cue.first)


def _kind(cue: Match) -> Cue:
    assert isinstance(cue.entry.does, Cue)
    return cue.entry.does
