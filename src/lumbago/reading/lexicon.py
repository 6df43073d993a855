"""The words of a language as an index: phrases, classes of words and cues, compiled once.

A phrase of the lexicon is a row of words. Beside plain words it may hold

- `<name>`: any member of that class of words (`lexicon_language.yaml`, key `classes`),
- `=word`: exactly this form, where others are matched by their stem,
- `a|b`: either word; `a_b|c`: either "a b" or "c",
- `..`: up to four words of the same clause in between,
- `...`: up to ten words of the same sentence in between, over commas,
- `++`: only list words and topics in between ("bladder, bowels and legs all fine"),
- `x & y`: both, in either order, near each other,
- `$`: the clause ends here.

Words that carry no meaning of their own (`light`) are left out of phrases and passed over in texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

from lumbago.errors import KnowledgeError, Problem
from lumbago.reading.medicines import medicines
from lumbago.reading.tokens import Spelling
from lumbago.reading.typos import Repair

NEAR: Final = ".."
FAR: Final = "..."
LIST: Final = "++"
CLAUSE_END: Final = "$"
GAPS: Final = frozenset({NEAR, FAR, LIST})
LEAF: Final = ""

Node = dict[str, Any]
"""A trie: label to node; under `LEAF` the entries whose phrase ends here."""


class Kind(StrEnum):
    """What a phrase of the lexicon does for its finding."""

    SAYS = "says"
    DENIES = "denies"
    NOT_THIS = "not_this"
    ASK = "ask_only"


class Cue(StrEnum):
    """What a cue word does to the findings in its reach."""

    NEGATION = "negation"
    NEGATION_AFTER = "negation_after"
    NO_NEGATION = "no_negation"
    UNCERTAIN = "uncertain"
    UNCERTAIN_AFTER = "uncertain_after"
    SUPPOSED = "supposed"
    FEARED = "feared"
    PAST = "past"
    RESOLVED = "resolved"
    LONG_STANDING = "long_standing"
    YES = "answer_yes"
    NO = "answer_no"
    PERHAPS = "answer_unsure"
    NOT_ME = "not_me"


@dataclass(frozen=True, slots=True)
class Entry:
    """The end of a phrase: what it does, and for which finding (or which cue it is)."""

    does: Kind | Cue
    finding: str


class Language:
    """The general words of a language: what bounds, turns or carries a finding."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.spelling = Spelling(data["keep"], data["same"], data["joined"])
        self._labels: dict[str, tuple[str, ...]] = {}
        self._single: dict[str, list[str]] = {}
        self._exact: set[str] = set()
        self._several: list[tuple[str, list[str]]] = []
        self._sets: dict[tuple[str, ...], str] = {}
        self.classes = frozenset(data["classes"])
        for name, members in data["classes"].items():
            self._add_class(f"<{name}>", members)
        for name, variants in self.spelling.groups.items():
            self._add_class(name, variants)

    @property
    def exact(self) -> frozenset[str]:
        """The words that some phrase wants exactly as they stand, each with its "="."""
        return frozenset(self._exact)

    @property
    def single(self) -> frozenset[str]:
        """The words that alone are a member of some class."""
        return frozenset(self._single)

    def know_exact(self, words: Iterable[str]) -> None:
        """Take over the words that phrases want exactly as they stand."""
        self._exact.update(words)

    @property
    def sets(self) -> list[str]:
        """The alternatives of phrases, in the order of their numbers, each as its members."""
        return [" ".join(members) for members in self._sets]

    def know_sets(self, sets: Iterable[str]) -> None:
        """Take over the alternatives of compiled phrases, so that a word is read as each of its sets."""
        for number, members in enumerate(sets):
            for member in members.split(" "):
                self._single.setdefault(member, []).append(f"<{number}>")

    def words(self, key: str) -> frozenset[str]:
        """A list of single words as a set of normal forms."""
        return frozenset(self.spelling.norm(word) for word in self.data[key])

    def __getitem__(self, key: str) -> Any:
        return self.data[key]

    def labels(self, raw: str, norm: str) -> tuple[str, ...]:
        """What a single word of a text may be matched as: itself and its classes."""
        found = self._labels.get(raw)
        if found is None:
            exact = f"={raw}"
            known = exact in self._exact
            found = (*self.classes_of(norm), *(self.classes_of(exact) if known else ()))
            self._labels[raw] = found
        return found

    def classes_of(self, label: str) -> tuple[str, ...]:
        """A label and every class and set that it is a member of, however deep."""
        found = [label]
        for known in found:
            found.extend(one for one in self._single.get(known, ()) if one not in found)
        return tuple(found)

    @cached_property
    def prepositions(self) -> frozenset[str]:
        """Words after which an owner ("my") opens no clause of its own."""
        return self.words("prepositions")

    @cached_property
    def light(self) -> frozenset[str]:
        """Words without a meaning of their own."""
        return self.words("light")

    @cached_property
    def passed_over(self) -> frozenset[str]:
        """Words of a text that may stand between the words of a phrase."""
        return self.light | self.words("passed_over")

    @cached_property
    def listed(self) -> frozenset[str]:
        """Words that may stand in a list of things that share one predicate."""
        return self.light | self.words("listed")

    def several(self) -> Node:
        """A trie of the members of more than one word; its leaves hold their labels."""
        root: Node = {}
        for label, words in self._several:
            self.insert(root, words, label)
        return root

    def insert(self, root: Node, words: Sequence[str], leaf: object) -> None:
        """Add a phrase, given as labels, to a trie."""
        node = root
        for word in words:
            node = node.setdefault(word, {})
        leaves = node.setdefault(LEAF, [])
        if leaf not in leaves:
            leaves.append(leaf)

    @cached_property
    def limits(self) -> frozenset[str]:
        """Light words that are the point of a denial or a veto ("just tingly", "walking like")."""
        return self.words("limits")

    def phrase(self, phrase: str, *, bare: bool = True) -> Iterator[list[str]]:
        """The rows of labels that a phrase of the lexicon stands for; `bare`: without any light word.

        Alternatives that carry meaning become one set, so that they cost one row together. In a
        denial or a veto every alternative does, or "can't stand it|him" would veto "can't stand".
        """
        if " & " in phrase:
            one, _, other = phrase.partition(" & ")
            yield from self.phrase(f"{one} .. {other}", bare=bare)
            yield from self.phrase(f"{other} .. {one}", bare=bare)
            return
        light = self.light if bare else self.light - self.limits
        if "|" in phrase:
            words = phrase.split()
            index = next(i for i, word in enumerate(words) if "|" in word)
            droppable = light if bare else frozenset[str]()
            for option in self._options(words[index].split("|"), droppable):
                chosen = " ".join([*words[:index], option, *words[index + 1 :]])
                yield from self.phrase(chosen, bare=bare)
            return
        yield self._row(phrase, light)

    def _options(self, words: Sequence[str], light: frozenset[str]) -> Iterator[str]:
        alone = [word for word in words if "_" not in word]
        weighty = [word for word in alone if self.spelling.norm(word) not in light]
        yield from (word.replace("_", " ") for word in words if word not in weighty)
        if len(weighty) < 2:
            yield from weighty
            return
        members = tuple(dict.fromkeys(self._one(word) for word in weighty))
        yield self._sets.setdefault(members, f"<{len(self._sets)}>")

    def _row(self, phrase: str, light: frozenset[str]) -> list[str]:
        norm, exact = self.spelling.norm, self._exact
        full: list[str] = []
        row: list[str] = []
        for word in self.spelling.words(phrase):
            first = word[0]
            if first == "<" or word in GAPS or first == "$":
                full.append(word)
                row.append(word)
            elif first == "=":
                exact.add(word)
                full.append(word)
                row.append(word)
            else:
                form = norm(word)
                full.append(form)
                if form not in light:
                    row.append(form)
        words = sum(label != CLAUSE_END and label not in GAPS for label in row)
        chosen = row if words > 1 or len(full) == 1 else full
        while chosen and chosen[0] in GAPS:
            chosen = chosen[1:]
        while chosen and chosen[-1] in GAPS:
            chosen = chosen[:-1]
        return chosen

    def _add_class(self, label: str, members: Iterable[str]) -> None:
        for member in members:
            for row in self.phrase(member) if " " in member else ([self._one(member)],):
                if len(row) > 1:
                    self._several.append((label, row))
                else:
                    self._single.setdefault(row[0], []).append(label)

    def _one(self, word: str) -> str:
        if word[0] == "=":
            self._exact.add(word)
        return word if word[0] in "=<" else self.spelling.norm(word)


class Lexicon:
    """Everything needed to read own words in one language, from the words of the knowledge base.

    The phrases wait in rows under their first word and join the trie when a text has that word;
    the rows come from the snapshot where it has them (`lexicon_index`), else they are made here.
    Raises `KnowledgeError` where a phrase names a class of words that there is not.
    """

    def __init__(self, words: Mapping[str, Any]) -> None:
        index = words.get("lexicon_index") or index_of(words)
        self.language = Language(words["lexicon_language"])
        self.language.know_exact(index["exact"])
        self.language.know_sets(index["sets"])
        self.phrases: Node = {}
        self.entries = tuple(Entry(Kind(does), finding) for does, finding in index["entries"])
        self.vocabulary = frozenset(index["vocabulary"])
        self.several = self.language.several()
        self._rows: dict[str, list[str]] = dict(index["rows"])

    @property
    def findings(self) -> tuple[str, ...]:
        """Every finding (or finding=choice) that some phrase speaks of."""
        return tuple(dict.fromkeys(entry.finding for entry in self.entries))

    @cached_property
    def cues(self) -> Node:
        """A trie of the cues: negation, doubt, fear, time, and so on."""
        return _cues(self.language)

    @cached_property
    def repair(self) -> Repair:
        """What puts misspelt words right."""
        real = frozenset(self.language["real"]) | frozenset(self.language["keep"])
        spelling = self.language.spelling
        return Repair(self.vocabulary | spelling.variants, real, spelling.norm)

    def prepare(self, labels: Iterable[str]) -> None:
        """Let the phrases that begin with one of these labels be found."""
        for label in labels:
            for row in self._rows.pop(label, ()):
                entry, *words = row.split(" ")
                self.language.insert(self.phrases, words, self.entries[int(entry)])


def index_of(words: Mapping[str, Any]) -> dict[str, Any]:
    """The rows of every phrase as plain data, made once when the knowledge base is compiled.

    `rows`: first label -> "entry label label …"; `entries`: what a phrase does and for which
    finding; `exact`: words matched as they stand; `sets`: alternatives, by number;
    `vocabulary`: every word that is known.
    """
    language = Language(words["lexicon_language"])
    entries: dict[tuple[str, str], int] = {}
    rows: dict[str, dict[str, None]] = {}
    problems: list[Problem] = []
    for does, finding, phrase in _phrases(words, language, problems):
        number = entries.setdefault((does, finding), len(entries))
        for row in language.phrase(phrase, bare=does in (Kind.SAYS, Kind.ASK)):
            if not row:
                said = f"The phrase '{phrase}' has no word of its own."
                problems.append(Problem(said, f"lexicon: {finding}"))
                continue
            rows.setdefault(row[0], {})[" ".join([str(number), *row])] = None
    if problems:
        raise KnowledgeError(problems)
    return {
        "entries": [list(entry) for entry in entries],
        "rows": {first: list(found) for first, found in rows.items()},
        "exact": sorted(language.exact),
        "sets": language.sets,
        "vocabulary": sorted(_vocabulary(language, rows)),
    }


def _phrases(
    words: Mapping[str, Any], language: Language, problems: list[Problem]
) -> Iterator[tuple[str, str, str]]:
    """What each phrase does, for which finding, and the phrase."""
    classes = {f"<{name}>" for name in language.classes} | {"<number>", "<year>"}
    for finding, lists in words["lexicon"].items():
        for kind, phrases in lists.items():
            for phrase in phrases:
                problems.extend(_unknown(phrase, classes, finding) if "<" in phrase else ())
                yield Kind(kind), finding, phrase
    for finding, phrases in words.get("lexicon_vetoes", {}).items():
        for phrase in phrases:
            yield Kind.NOT_THIS, finding, phrase
    for key, does in (("names_say", Kind.SAYS), ("names_ask", Kind.ASK)):
        for name, findings in language[key].items():
            for finding in findings:
                yield does, finding, name
    known = medicines(words)
    for name, medicine in known.names():
        if name not in known.everyday:
            yield from ((Kind.SAYS, finding, name) for finding in medicine.says)
            yield from ((Kind.ASK, finding, name) for finding in medicine.asks)


def _cues(language: Language) -> Node:
    root: Node = {}
    for cue, phrases in language["cues"].items():
        entry = Entry(Cue(cue), "")
        for phrase in phrases:
            for row in language.phrase(phrase):
                language.insert(root, row, entry)
    return root


def _vocabulary(language: Language, rows: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """Every normal form that some phrase, class or cue is made of."""
    found: set[str] = set(language.passed_over) | language.single
    for members in language.sets:
        found.update(members.split(" "))
    for lines in rows.values():
        for line in lines:
            found.update(line.split(" ")[1:])
    nodes: list[Node] = [language.several(), _cues(language)]
    while nodes:
        node = nodes.pop()
        found.update(node)
        nodes.extend(child for label, child in node.items() if label != LEAF)
    return frozenset(word.lstrip("=") for word in found if word and word[0] != "<")


def _unknown(phrase: str, classes: set[str], finding: str) -> Iterator[Problem]:
    for word in phrase.split():
        for part in word.split("|"):
            if part[0] == "<" and part not in classes:
                yield Problem(f"There is no class of words {part}.", f"lexicon: {finding}")
