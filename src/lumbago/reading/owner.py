"""Whose words are about: the person's own back, or somebody else's."""

from __future__ import annotations

from typing import Final

from lumbago.reading.lexicon import Language
from lumbago.reading.tokens import HARD, SOFT, STOP, WORD, Stream

_WITHIN: Final = 4


class Owners:
    """For each token of a text, whether it speaks of the patient or of another person."""

    def __init__(self, language: Language, stream: Stream) -> None:
        self.stream = stream
        self.persons = language.words("persons")
        self.kin = language.words("kin")
        self.me = language.words("me")
        self.they = language.words("they")
        self.being = language.words("being")
        self.reports = language.words("reports")
        self.before_subject = language.words("before_subject")
        self.subordinate = language.words("subordinate")
        self.of_kin = language.words("of_kin")
        self.light = language.light
        self.patient = self._patient_of_a_carer(language)
        self.other: list[bool] = [False] * len(stream)
        self.kin_at: list[bool] = [False] * len(stream)
        self._assign()

    def is_other(self, first: int, after: int) -> bool:
        """Whether a stretch is about somebody who is not the patient."""
        if any(norm in self.persons for norm in self.stream.norm[first:after]):
            return False
        return self.other[first] or self._person_follows(after) is not None

    def is_kin(self, first: int, after: int) -> bool:
        """Whether the stretch is about a parent, brother, sister or child."""
        follower = self._person_follows(after)
        return self.kin_at[first] or (follower is not None and follower in self.kin)

    def _person_follows(self, at: int) -> str | None:
        """The person of "cancer in my mum", "runs on dad's side"."""
        norm, kind = self.stream.norm, self.stream.kind
        if at >= len(norm) or norm[at] not in self.of_kin:
            return None
        for i in range(at + 1, min(at + _WITHIN, len(norm))):
            if kind[i] != WORD:
                return None
            if norm[i] in self.persons and norm[i] != self.patient:
                return norm[i]
        return None

    def _patient_of_a_carer(self, language: Language) -> str | None:
        """The person for whom somebody else is asking, if the text is about their back."""
        norm, raw = self.stream.norm, self.stream.raw
        mine = language.words("me")
        complaint = language.words("complaints")
        first = next((i for i, word in enumerate(norm) if self._is_subject(i)), None)
        if (
            first is None
            or norm[first] not in self.persons
            or norm[first] in language.words("groups")
        ):
            return None
        own = any(
            raw[i] in ("my", "our") and norm[i + 1] in complaint for i in range(len(norm) - 1)
        )
        asking = {"for", "about", "behalf"} & set(raw[:first])
        told_of = not asking and norm[first] in language.words("acquaintances")
        if told_of and not language.words("told_of").isdisjoint(norm[first + 1 : first + 3]):
            return None
        about = any(word in complaint for word in norm[first:]) or bool(asking)
        speaks_of_self = any(
            word in mine and word != "my" and norm[i - 1] not in self.reports
            for i, word in enumerate(norm)
            if i > first
        )
        gone = any(word in language.words("dead") for word in norm)
        return norm[first] if about and not own and not speaks_of_self and not gone else None

    def _assign(self) -> None:
        norm, kind = self.stream.norm, self.stream.kind
        person: str | None = None
        other = False
        for i, word in enumerate(norm):
            if kind[i] == STOP or kind[i] == HARD:
                other = False
            elif kind[i] == SOFT:
                other = other and self._carries_on(i + 1)
            elif self._is_subject(i):
                person = word
                other = word != self.patient and not self._reported(i)
            elif word in self.they and person is not None:
                other = person != self.patient and not self._reported(i)
            elif word in self.me and not self._before_person(i) and not self._aside(i):
                other = False
            self.other[i] = other
            self.kin_at[i] = other and person in self.kin

    def _is_subject(self, i: int) -> bool:
        """Whether a person stands at the start of a clause or has a verb, and is not an object."""
        norm, kind = self.stream.norm, self.stream.kind
        if norm[i] not in self.persons or kind[i] != WORD:
            return False
        before = i - 1
        while before >= 0 and kind[before] == WORD and norm[before] in self.light:
            before -= 1
        starts = before < 0 or kind[before] != WORD or norm[before] in self.before_subject
        if before >= 0 and norm[before] in self.subordinate:
            return False
        after = norm[i + 1] if i + 1 < len(norm) else ""
        return starts or after in self.being

    def _reported(self, i: int) -> bool:
        return any(word in self.reports for word in self.stream.norm[i + 1 : i + 3])

    def _before_person(self, i: int) -> bool:
        """The "my" of "my mum"."""
        following = self.stream.norm[i + 1 : i + 4]
        return self.stream.raw[i] in ("my", "me") and any(w in self.persons for w in following[:2])

    def _aside(self, i: int) -> bool:
        """The "I" of "when I was a child"."""
        return i > 0 and self.stream.norm[i - 1] in self.subordinate

    def _carries_on(self, i: int) -> bool:
        """After a comma, whether the clause is still about the other person."""
        norm = self.stream.norm
        return i < len(norm) and (norm[i] in self.they or norm[i] in ("and", "or", "who"))
