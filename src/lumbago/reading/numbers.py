"""Ages, scores, temperatures, weeks of pregnancy and how long it has hurt, out of own words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from lumbago.answers import Mention, Polarity
from lumbago.errors import InputError
from lumbago.quantity import Interval, temperature, to_base
from lumbago.reading.amounts import Amount, Amounts, Stretch, soft
from lumbago.reading.lexicon import Kind, Lexicon
from lumbago.reading.match import Match
from lumbago.reading.owner import Owners
from lumbago.reading.tokens import HARD, NUMBER, SOFT, STOP, WORD, Stream

AGE: Final = "age_years"
SEX: Final = "sex_at_birth"
SCORE: Final = "pain_severity_0_10"
DURATION: Final = "pain_duration_days"
TEMPERATURE: Final = "temperature_celsius"
PREGNANCY: Final = "pregnancy_status"
FEVER: Final = "fever"
BIRTH: Final = "birth_within_year"

Span = tuple[int, int]


@dataclass(slots=True)
class Numbers:
    """What a text says in numbers: mentions, and the places that could not be placed."""

    mentions: list[Mention]
    unplaced: list[Span]
    impossible: list[Span]


class NumberReader:
    """Reads the numbers of one text."""

    def __init__(
        self, lexicon: Lexicon, stream: Stream, amounts: Amounts, owners: Owners, hits: list[Match]
    ) -> None:
        self.language = lexicon.language
        self.stream = stream
        self.raw = stream.raw
        self.amounts = amounts
        self.owners = owners
        self.hits = hits
        self.used: set[int] = set()
        self.found = Numbers([], [], [])

    def read(self) -> Numbers:
        """All of them; a number that one reading has used is not used by another."""
        stretches = self.amounts.stretches()
        self._ages()
        self._temperatures()
        self._scores()
        self._pregnancy(stretches)
        self._duration(
            [s for s in stretches if not self.used.intersection(range(s.first, s.after))]
        )
        return self.found

    def _mention(self, finding: str, value: str | Interval, first: int, after: int) -> None:
        self.used.update(range(first, after))
        other = self.owners.other[first]
        polarity = Polarity.NOT_ABOUT_ME_NOW if other else Polarity.YES
        span = self.stream.span(first, after)
        self.found.mentions.append(Mention(finding, value, polarity, span))

    def _raw(self, at: int) -> str:
        return self.raw[at] if 0 <= at < len(self.raw) else ""

    # ------------------------------------------------------------------------------------------ age

    def _ages(self) -> None:
        lowest, highest = (int(n) for n in self.language["age_range"])
        for at in range(len(self.raw)):
            if at in self.used:
                continue
            decade = self._decade(at)
            if decade is not None:
                self._mention(AGE, decade[0], at, decade[1])
                continue
            if self.stream.kind[at] != NUMBER or not self.raw[at].isdecimal():
                continue
            age = int(self.raw[at])
            after = self._age_end(at) if lowest <= age <= highest else None
            if after is not None:
                self._mention(AGE, Interval(age, age), at, after)
                self._sex_near(at, after)
        self._sex_alone()

    def _ends_age(self, at: int) -> bool:
        return soft(self.stream, at) or self._raw(at) in ("and", "with")

    def _decade(self, at: int) -> tuple[Interval, int] | None:
        """As in "in my fifties", "late 60s", "pushing 80", "seventy odd"."""
        decades: dict[str, str] = self.language["decades"]
        word = self.raw[at]
        if word in decades or (self.stream.kind[at] == NUMBER and self._raw(at + 1) == "s"):
            start = int(decades[word]) if word in decades else int(float(word))
            if start % 10 or not 10 <= start <= 90:
                return None
            low, high = self.language["decade_parts"].get(self._raw(at - 1), ("0", "9"))
            after = at + 1 if word in decades else at + 2
            return Interval(start + int(low), start + int(high)), after
        if word in self.language["nearly"]:
            amount = self.amounts.count(at + 1)
            round_ = amount is not None and amount.low % 10 == 0 and 20 <= amount.low <= 100
            if amount is not None and round_ and self._ends_age(amount.after):
                return Interval(int(amount.low) - 2, int(amount.low) - 1), amount.after
        if word == "odd" and at > 0:
            before = self.amounts.words.get(self.raw[at - 1], 0)
            if 20 <= before <= 90:
                return Interval(int(before), int(before) + 9), at + 1
        return None

    def _age_end(self, at: int) -> int | None:
        """The token after an age, or None where the number is not an age."""
        before, following = self._raw(at - 1), self._raw(at + 1)
        if (
            self._raw(at - 1) in ("/", "-")
            or following in ("/", "%")
            or before in self.language["not_age_before"]
        ):
            return None
        for words in (4, 3, 2, 1):
            if " ".join(self.raw[at + 1 : at + 1 + words]) in self.language["age_after"]:
                return at + 1 + words
        sexes = self.language["sex_letters"]
        if following in sexes:
            touching = self.stream.end[at] == self.stream.start[at + 1]
            unit = following in self.amounts.unit_of
            if soft(self.stream, at + 2):
                return at + 2 if touching or not unit else None
            if touching and not unit and not self._could_be_heat(at):
                return at + 2
        if following in self.amounts.unit_of or following in self.language["not_age_after"]:
            return None
        if following in self.language["sex_words"]:
            return at + 1
        if before in self.language["age_before"]:
            return at + 1
        if before in sexes and soft(self.stream, at - 2):
            return at + 1
        return at + 1 if self._stands_alone(at) else None

    def _could_be_heat(self, at: int) -> bool:
        """Whether a number could be somebody's temperature in Fahrenheit."""
        low, high = (to_base(n, "celsius") for n in self.language["temperature_range"])
        return _tenths(Decimal(self.raw[at]), "F", low, high) is not None

    def _stands_alone(self, at: int) -> bool:
        """As in "54, smoker", "bad back. 31": a number that fills its place between marks."""
        if int(self.raw[at]) < int(self.language["lone_age_from"]) or len(self.raw) == 1:
            return False
        if not soft(self.stream, at - 1):
            return False
        following = self._raw(at + 1)
        opens = following in self.language["age_then"]
        if not (soft(self.stream, at + 1) or opens):
            return False
        return (
            at == 0
            or at + 1 >= len(self.raw)
            or opens
            or self.stream.kind[at - 1] in (STOP, SOFT, HARD)
        )

    def _sex_near(self, at: int, after: int) -> None:
        letters, words = self.language["sex_letters"], self.language["sex_words"]
        for i in (at - 1, after - 1, after, after + 1):
            word = self._raw(i)
            if i not in (after + 1,) and word in letters and i != at:
                self._mention(SEX, letters[word], i, i + 1)
                return
            if word in words and self.stream.kind[i] == WORD:
                self._mention(SEX, words[word], i, i + 1)
                return

    def _sex_alone(self) -> None:
        words = self.language["sex_words"]
        if any(mention.finding == SEX for mention in self.found.mentions):
            return
        for i, word in enumerate(self.raw):
            if word in words and self._raw(i - 1) in self.language["sex_before"]:
                self._mention(SEX, words[word], i, i + 1)
                return
        patient = self.owners.patient
        sex = self.language["sex_of_person"].get(patient or "")
        if patient is not None and sex is not None:
            i = self.stream.norm.index(patient)
            self._mention(SEX, sex, i, i + 1)

    # ---------------------------------------------------------------------------------- temperature

    def _temperatures(self) -> None:
        low, high = (to_base(n, "celsius") for n in self.language["temperature_range"])
        context = self.language.words("temperature_words")
        for at in range(len(self.raw)):
            if self.stream.kind[at] != NUMBER or at in self.used:
                continue
            scale, after = self._scale(at)
            number = Decimal(self.raw[at].replace(",", "."))
            near = self.stream.norm[max(0, at - 5) : at] + self.stream.norm[after : after + 3]
            known = bool(scale) or any(word in context for word in near)
            if not known and "." not in self.raw[at]:
                continue
            tenths = _tenths(number, scale, low, high)
            if tenths is not None:
                self._mention(TEMPERATURE, Interval(tenths, tenths), at, after)
                self._fever(tenths, at, after)
            elif scale and known:
                self.found.impossible.append(self.stream.span(at, after))
                self.used.update(range(at, after))

    def _fever(self, tenths: int, first: int, after: int) -> None:
        """What a measured temperature says of fever; between the two bounds it says nothing."""
        below, least = (to_base(n, "celsius") for n in self.language["fever_bounds"])
        if self.owners.other[first] or below <= tenths < least:
            return
        polarity = Polarity.YES if tenths >= least else Polarity.NO
        span = self.stream.span(first, after)
        self.found.mentions.append(Mention(FEVER, "yes", polarity, span))

    def _scale(self, at: int) -> tuple[str, int]:
        after = at + 1
        if self._raw(after) in ("degrees", "degree", "deg"):
            after += 1
        word = self._raw(after)
        if word in ("c", "celsius", "centigrade"):
            return "C", after + 1
        if word in ("f", "fahrenheit") and (after > at + 1 or not self._is_age_of_woman(at)):
            return "F", after + 1
        return "", after

    def _is_age_of_woman(self, at: int) -> bool:
        """As in "54F", which is a woman of 54; "101 F" is a temperature."""
        return at + 1 in self.used

    # ---------------------------------------------------------------------------------------- score

    def _scores(self) -> None:
        found: list[tuple[int, int, int, int]] = []
        at = 0
        while at < len(self.raw):
            score = self._score(at)
            if score is None:
                at += 1
                continue
            found.append(score)
            at = score[3]
        if not found:
            return
        now = [s for s in found if self._is_now(s[2], s[3])] or found
        low, high = min(s[0] for s in now), max(s[1] for s in now)
        self._mention(SCORE, Interval(low, high), now[0][2], now[0][3])
        for _, _, first, after in found:
            self.used.update(range(first, after))

    def _is_now(self, first: int, after: int) -> bool:
        words = self.raw[max(0, first - 2) : first] + self.raw[after : after + 2]
        return any(word in ("now", "today", "currently") for word in words) or (
            self._raw(first - 1) == "a" and self._raw(first - 2) == "to"
        )

    def _score(self, at: int) -> tuple[int, int, int, int] | None:
        for phrase, value in self.language["score_phrases"].items():
            words = phrase.split()
            if self.raw[at : at + len(words)] == words:
                tenths = int(value) * 10
                return tenths, tenths, at, at + len(words)
        amount = self.amounts.count(at)
        if amount is None or at in self.used:
            return None
        after = self._score_end(amount)
        if after is None:
            return None
        low, high = min(amount.low, 10), min(amount.high, 10)
        more = self._at_most(after)
        if more is not None:
            high, after = max(high, min(more.high, 10)), more.after
        return round(low * 10), round(high * 10), at, after

    def _at_most(self, after: int) -> Amount | None:
        """The upper end of "a two, three at the most"."""
        if after >= len(self.raw) or self.stream.kind[after] != SOFT:
            return None
        amount = self.amounts.count(after + 1)
        if amount is None or amount.high > 10:
            return None
        closing = " ".join(self.raw[amount.after : amount.after + 3])
        found = next((m for m in self.language["at_most"] if closing.startswith(m)), None)
        return replace(amount, after=amount.after + len(found.split())) if found else None

    def _score_end(self, amount: Amount) -> int | None:
        """The token after a score: "8/10", "8 out of ten", "pain is an 8", "it's a two"."""
        at, after = amount.first, amount.after
        if amount.high > float(self.language["score_most"]) or self._raw(at - 1) == "/":
            return None
        tail = self.raw[after : after + 3]
        if tail[:1] == ["/"] and tail[1:2] and tail[1] in ("10", "ten"):
            return after + 2
        if tail[:1] == ["outof"] and tail[1:2] and tail[1] in ("10", "ten"):
            return after + 2
        if amount.high > 10 or self._raw(after) in self.amounts.unit_of:
            return None
        before = " ".join(self.raw[max(0, at - 3) : at])
        named = any(before.endswith(lead) for lead in self.language["score_before"])
        if not named or not soft(self.stream, after):
            return None
        return after

    # ------------------------------------------------------------------------------------ pregnancy

    def _pregnancy(self, stretches: list[Stretch]) -> None:
        expecting = self.language.words("expecting")
        born = self.language.words("after_birth")
        first, half, last = (int(weeks) for weeks in self.language["weeks_expecting"])
        told = bool(expecting.intersection(self.stream.norm))
        weeks = self.amounts.minutes["week"][0]
        for stretch in stretches:
            if stretch.minutes is None or self.used.intersection(
                range(stretch.first, stretch.after)
            ):
                continue
            unit = self.amounts.unit_of.get(self.raw[stretch.after - 1])
            near = self.stream.norm[max(0, stretch.first - 4) : stretch.after + 3]
            lasted = stretch.minutes.low // weeks
            if any(word in born for word in near):
                self._born(lasted, stretch)
                continue
            fits = unit == "week" and not stretch.ago and first <= lasted <= last and told
            if fits and (any(w in expecting for w in near) or not self._says_pain(near)):
                value = "20_weeks_or_more" if lasted >= half else "under_20_weeks"
                self._mention(PREGNANCY, value, stretch.first, stretch.after)

    def _born(self, weeks: int, stretch: Stretch) -> None:
        if weeks <= int(self.language["weeks_after_birth"]):
            self._mention(PREGNANCY, "within_6_weeks_of_birth", stretch.first, stretch.after)
        if weeks <= int(self.language["weeks_of_a_year"]):
            self._mention(BIRTH, "yes", stretch.first, stretch.after)

    def _says_pain(self, words: list[str]) -> bool:
        return not self.language.words("pain_words").isdisjoint(words)

    # ------------------------------------------------------------------------------------- duration

    def _duration(self, stretches: list[Stretch]) -> None:
        """How long it has hurt: the stretch of time that is tied to the pain; the rest is shown."""
        ranked = [(self._tie(stretch), stretch) for stretch in stretches]
        tied = [stretch for tie, stretch in ranked if tie > 0]
        unknown = [s for s in tied if s.minutes is None]
        best = max((tie for tie, s in ranked if s.minutes is not None), default=0)
        if best > 0:
            chosen = next(s for tie, s in ranked if tie == best and s.minutes is not None)
            assert chosen.minutes is not None
            self._mention(DURATION, chosen.minutes, chosen.first, chosen.after)
        for stretch in unknown if best == 0 else ():
            self.found.unplaced.append(self.stream.span(stretch.first, stretch.after))

    def _tie(self, stretch: Stretch) -> int:
        """How surely a stretch of time is that of the pain; 0 if it is not."""
        if self.owners.other[stretch.first]:
            return 0
        before, following = self._raw(stretch.first - 1), self._raw(stretch.after)
        if (
            before in self.language["not_duration_before"]
            or following in self.language["not_duration_after"]
        ):
            return 0
        first, after = self._clause(stretch)
        words = self.stream.norm[first : stretch.first] + self.stream.norm[stretch.after : after]
        content = [w for w in words if w not in self.language.light and w not in self.amounts.about]
        hits = [h for h in self.hits if first <= h.first < after and h.entry.does is Kind.SAYS]
        own_time = self.language["own_time"]
        if any(h.entry.finding in own_time for h in hits):
            return 0
        if self._says_pain(words):
            recent = 1 if before in ("past", "last") and first > 0 else 0
            return 3 + recent
        if stretch.ago and any(h.entry.finding in self.language["onsets"] for h in hits):
            return 3
        alone = all(word in self.language.words("time_words") for word in content)
        return 1 if alone and not hits else 0

    def _clause(self, stretch: Stretch) -> tuple[int, int]:
        first, after = stretch.first, stretch.after
        ends = self.language.words("ends_scope")
        while (
            first > 0
            and self.stream.kind[first - 1] < SOFT
            and self.stream.norm[first - 1] not in ends
        ):
            first -= 1
        while (
            after < len(self.raw)
            and self.stream.kind[after] < SOFT
            and self.stream.norm[after] not in ends
        ):
            after += 1
        return first, after


def _tenths(number: Decimal, scale: str, low: int, high: int) -> int | None:
    """Tenths of a degree Celsius; a number without a scale is the one that a person can have."""
    for assumed in (scale,) if scale else ("C", "F"):
        try:
            return temperature(f"{number} {assumed}", low, high)
        except InputError:
            continue
    return None
