"""Reading one text: phrases, their surroundings, numbers, and what is left over."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Final

from lumbago.answers import Mention, Polarity
from lumbago.reading.amounts import Amounts
from lumbago.reading.lexicon import Cue, Kind, Lexicon
from lumbago.reading.match import Finder, Match, settle
from lumbago.reading.numbers import PREGNANCY, NumberReader
from lumbago.reading.scope import Judgement, Scopes
from lumbago.reading.tokens import SOFT, STOP, WORD, Stream

Span = tuple[int, int]

ONLY_ENGLISH: Final = "only_english_is_read"
IMPOSSIBLE_TEMPERATURE: Final = "impossible_temperature"
NOT_PLACED: Final = "not_placed"

_ASKED: Final = re.compile(r"\[\s*asked:\s*", re.IGNORECASE)
_FEW_WORDS: Final = 4
_QUESTION_WORDS: Final = 9
_KNOWN_SHARE: Final = 0.45
_YES: Final = "yes"
_DENYING: Final = frozenset({Cue.NEGATION, Cue.RESOLVED})


@dataclass(frozen=True, slots=True)
class Note:
    """Something to tell the person about what they wrote; `id` is a key of the messages."""

    id: str
    span: Span


@dataclass(frozen=True, slots=True)
class Reading:
    """What own words say: `mentions`, questions they prompt (`asks`), and what could not be placed.

    `language` is that of the lexicon, or None where the words are in another one: then nothing was
    read, and a surface says so and goes on with taps.
    """

    mentions: tuple[Mention, ...] = ()
    asks: tuple[Mention, ...] = ()
    unplaced: tuple[Span, ...] = ()
    notes: tuple[Note, ...] = ()
    language: str | None = "en"


def read(text: str, lexicon: Lexicon, at: datetime | None) -> Reading:
    """Read own words. `at` is the moment they were written, against which dates are placed."""
    stream = lexicon.language.spelling.stream(text)
    if not len(stream):
        return Reading()
    if _is_foreign(stream, lexicon):
        whole = stream.span(0, len(stream))
        return Reading(unplaced=(whole,), notes=(Note(ONLY_ENGLISH, whole),), language=None)
    return _Reader(stream, lexicon, at).read()


def _is_foreign(stream: Stream, lexicon: Lexicon) -> bool:
    """Whether a text is in another language: few known words, or as many that give one away."""
    both = zip(stream.raw, stream.norm, stream.kind, strict=True)
    words = [(raw, norm) for raw, norm, kind in both if kind == WORD]
    strange = {raw for raw, _ in words}.intersection(lexicon.language["foreign"])
    known = sum(norm in lexicon.vocabulary and raw not in strange for raw, norm in words)
    if strange and len(strange) >= known:
        return True
    if len(words) < _FEW_WORDS:
        return not known and any(not raw.isascii() for raw, _ in words)
    return known < _KNOWN_SHARE * len(words)


class _Reader:
    def __init__(self, stream: Stream, lexicon: Lexicon, at: datetime | None) -> None:
        self.stream = stream
        self.lexicon = lexicon
        self.language = lexicon.language
        self.at = at
        _mend(stream, lexicon)
        _join_asked(stream)

    def read(self) -> Reading:
        finder = Finder(self.lexicon, self.stream)
        self.lexicon.prepare(label for edges in finder.edges for label in edges)
        hits = settle(finder.find(self.lexicon.phrases))
        cues = finder.find(self.lexicon.cues)
        self.scopes = Scopes(self.lexicon, self.stream, finder.starts, cues, hits)
        self.answered = self._answered()
        amounts = Amounts(self.language, self.stream, self.at)
        owners = self.scopes.owners
        numbers = NumberReader(self.lexicon, self.stream, amounts, owners, hits).read()
        mentions = [*self._mentions(hits, Kind.SAYS, Kind.DENIES), *numbers.mentions]
        notes = [Note(IMPOSSIBLE_TEMPERATURE, span) for span in numbers.impossible]
        notes += [Note(NOT_PLACED, span) for span in numbers.unplaced]
        return Reading(
            tuple(sorted(_tidy(self._widest(mentions), self._sentence_of), key=_order)),
            tuple(sorted(_unique(self._asks(hits)), key=_order)),
            tuple(sorted({*numbers.unplaced, *numbers.impossible})),
            tuple(notes),
        )

    # ------------------------------------------------------------------------------------- mentions

    def _mentions(self, hits: Iterable[Match], *kinds: Kind) -> Iterable[Mention]:
        for hit in hits:
            if hit.entry.does in kinds:
                yield from self._of(hit, self._judged(hit))

    def _of(self, hit: Match, judged: Judgement) -> Iterable[Mention]:
        finding, _, choice = hit.entry.finding.partition("=")
        span = self.stream.span(hit.first, hit.after)
        cue = self._text(judged.cue)
        if finding == PREGNANCY:
            yield from _pregnancy(choice, judged.polarity, span, cue)
            return
        partly = finding in self.language["compound"] and hit.entry.does is Kind.SAYS
        if judged.polarity is Polarity.NO and partly:
            return
        yield Mention(finding, choice or _YES, judged.polarity, span, cue)
        if judged.polarity is Polarity.NOT_ABOUT_ME_NOW:
            yield from self._not_me(hit, finding)
        if judged.over is not None:
            over = self.stream.span(judged.over.first, judged.over.after)
            yield Mention(finding, _YES, Polarity.NO, over, cue)
        if judged.long_standing:
            yield Mention(self.language["old_twin"][finding], _YES, Polarity.YES, span, cue)

    def _not_me(self, hit: Match, finding: str) -> Iterable[Mention]:
        """As in "everyone here has had a fever, not me though"."""
        sentence = self.scopes.sentence_of[hit.first]
        for cue in self.scopes.cues:
            if cue.entry.does is Cue.NOT_ME and hit.after <= cue.first < sentence[1]:
                span = self.stream.span(cue.first, cue.after)
                yield Mention(finding, _YES, Polarity.NO, span, self._text(cue))
                return

    def _judged(self, hit: Match) -> Judgement:
        judged = self.scopes.judge(hit)
        answer = self.answered.get(self.scopes.sentence_of[hit.first])
        if answer is None or hit.entry.does is Kind.DENIES:
            return judged
        cue, polarity = answer
        if cue.first >= hit.first and cue.after <= hit.after:
            return judged
        return Judgement(polarity, cue)

    def _asks(self, hits: Iterable[Match]) -> Iterable[Mention]:
        for mention in self._mentions(hits, Kind.ASK):
            if mention.polarity in (Polarity.YES, Polarity.UNSURE):
                yield replace(mention, polarity=Polarity.UNSURE)

    def _text(self, cue: Match | None) -> str | None:
        if cue is None:
            return None
        first, after = self.stream.span(cue.first, cue.after)
        return self.stream.text[first:after]

    def _sentence_of(self, mention: Mention) -> int:
        return self.stream.text.count(".", 0, mention.span[0])

    def _widest(self, mentions: list[Mention]) -> Iterable[Mention]:
        """Mentions without a closer look at what the same words deny or tell of others."""
        closer = frozenset(self.language["closer"])
        wide: dict[Polarity, set[int]] = {}
        for mention in mentions:
            if mention.finding not in closer:
                wide.setdefault(mention.polarity, set()).update(range(*mention.span))
        for mention in mentions:
            told = wide.get(mention.polarity, set())
            counts = mention.polarity in (Polarity.YES, Polarity.UNSURE)
            if counts or mention.finding not in closer or told.isdisjoint(range(*mention.span)):
                yield mention

    # ---------------------------------------------------------------------------- question, answer

    def _answered(self) -> dict[tuple[int, int], tuple[Match, Polarity]]:
        """Questions that the text itself answers: "fever? no", "no [asked: any fever?]"."""
        found: dict[tuple[int, int], tuple[Match, Polarity]] = {}
        sentences = self.stream.sentences()
        by_first = {cue.first: cue for cue in self.scopes.cues if _answer(cue) is not None}
        for here, there in pairwise(sentences):
            particle = by_first.get(there[0])
            asks = "?" in self.stream.raw[here[1] - 1]
            if particle is not None and asks and here[1] - here[0] <= _QUESTION_WORDS:
                polarity = _answer(particle)
                if polarity is not None:
                    found[here] = (particle, polarity)
        for here in sentences:
            if any(self.stream.raw[i : i + 2] == ["[", "asked"] for i in range(*here)):
                particle = by_first.get(here[0]) or self._opening_negation(here[0])
                if particle is not None:
                    found[here] = (particle, _answer(particle) or Polarity.NO)
        return found

    def _opening_negation(self, first: int) -> Match | None:
        """As in "not since Tuesday [asked: any fever?]"."""
        openers = (cue for cue in self.scopes.cues if cue.first == first)
        return next((cue for cue in openers if cue.entry.does in _DENYING), None)


def _order(mention: Mention) -> tuple[Span, str, str]:
    return mention.span, mention.finding, str(mention.value)


def _unique(mentions: Iterable[Mention]) -> Iterable[Mention]:
    return dict.fromkeys(mentions)


def _tidy(mentions: Iterable[Mention], sentence_of: Callable[[Mention], int]) -> Iterable[Mention]:
    """Of what one sentence says twice in the same way about a finding, the longer phrase."""
    best: dict[tuple[object, ...], Mention] = {}
    for mention in mentions:
        key = (mention.finding, mention.value, mention.polarity, sentence_of(mention))
        kept = best.get(key)
        if kept is None or _length(mention) > _length(kept):
            best[key] = mention
    return best.values()


def _length(mention: Mention) -> int:
    first, after = mention.span
    return after - first


def _answer(cue: Match) -> Polarity | None:
    match cue.entry.does:
        case Cue.YES:
            return Polarity.YES
        case Cue.NO:
            return Polarity.NO
        case Cue.PERHAPS:
            return Polarity.UNSURE
        case _:
            return None


def _join_asked(stream: Stream) -> None:
    """As in "both. [asked: which leg?]", one statement: the question gives the answer its object."""
    for i in range(1, len(stream) - 1):
        if stream.raw[i] == "[" and stream.raw[i + 1] == "asked" and stream.kind[i - 1] == STOP:
            stream.kind[i - 1] = SOFT


def _mend(stream: Stream, lexicon: Lexicon) -> None:
    """Put the word that was meant where a word is unknown and one slip away from it."""
    unknown = [
        i
        for i, (norm, kind) in enumerate(zip(stream.norm, stream.kind, strict=True))
        if kind == WORD and norm not in lexicon.vocabulary
    ]
    for i in unknown:
        meant = lexicon.repair.repair(stream.raw[i], stream.norm[i])
        if meant is not None:
            stream.norm[i] = lexicon.language.spelling.norm(meant)
            stream.raw[i] = meant


def _pregnancy(choice: str, polarity: Polarity, span: Span, cue: str | None) -> Iterable[Mention]:
    """Pregnancy is a choice: without weeks it is one of two, denied it is "no", in doubt "could be"."""
    if polarity is Polarity.NOT_ABOUT_ME_NOW:
        yield Mention(PREGNANCY, choice or _YES, polarity, span, cue)
    elif choice and polarity is Polarity.YES:
        yield Mention(PREGNANCY, choice, polarity, span, cue)
    elif polarity is Polarity.NO:
        yield Mention(PREGNANCY, "no", Polarity.YES, span, cue)
    elif polarity is Polarity.UNSURE or choice:
        yield Mention(PREGNANCY, "could_be", Polarity.YES, span, cue)
    else:
        yield Mention(PREGNANCY, "under_20_weeks", Polarity.UNSURE, span, cue)
        yield Mention(PREGNANCY, "20_weeks_or_more", Polarity.UNSURE, span, cue)
