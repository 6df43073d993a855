"""The phrases of the lexicon: each is read as what it stands for, and never as its opposite."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lumbago.answers import Polarity
from lumbago.knowledge.model import Knowledge
from lumbago.knowledge.snapshot import KB, compile_files
from lumbago.reading import Lexicon, index_of, read

LEAST_READ = 0.985
GAPS = {"..", "...", "++", "$", "&"}


@pytest.fixture(scope="module")
def written() -> Knowledge:
    """The knowledge with its phrases as they are written, not compiled."""
    return compile_files(KB)


def _plain(phrase: str, lexicon: Lexicon) -> str:
    """A phrase as a person might write it: the first alternatives, and no gaps."""
    words = []
    for word in phrase.split():
        option = word.split("|")[0].lstrip("=")
        if word in GAPS:
            continue
        if option in ("<number>", "<year>"):
            option = {"<number>": "3", "<year>": "2019"}[option]
        elif option.startswith("<"):
            option = lexicon.language["classes"][option[1:-1]][0].lstrip("=")
        words.append(option.replace("_", " "))
    return " ".join(words)


def _phrases(written: Knowledge, kind: str) -> Iterator[tuple[str, str]]:
    for key, lists in written.words["en"]["lexicon"].items():
        if written.findings[key.partition("=")[0]].answer == "yes_no":
            yield from ((key, phrase) for phrase in lists.get(kind, ()))


Said = list[tuple[str, str, set[Polarity]]]


@pytest.fixture(scope="module")
def says(written: Knowledge, lexicon: Lexicon) -> Said:
    return [(f, p, _polarities(p, f, lexicon)) for f, p in _phrases(written, "says")]


@pytest.fixture(scope="module")
def denies(written: Knowledge, lexicon: Lexicon) -> Said:
    return [(f, p, _polarities(p, f, lexicon)) for f, p in _phrases(written, "denies")]


def _polarities(phrase: str, finding: str, lexicon: Lexicon) -> set[Polarity]:
    mentions = read(_plain(phrase, lexicon), lexicon, None).mentions
    return {mention.polarity for mention in mentions if mention.finding == finding}


def test_what_is_said_is_read(says: Said) -> None:
    unread = [(finding, phrase) for finding, phrase, read_ in says if Polarity.YES not in read_]
    assert len(unread) <= (1 - LEAST_READ) * len(says), unread


def test_no_alarm_said_is_read_as_a_denial(written: Knowledge, says: Said) -> None:
    turned = [
        (finding, phrase)
        for finding, phrase, read_ in says
        if written.findings[finding].polarity == "alarming" and read_ == {Polarity.NO}
    ]
    assert turned == []


def test_no_denial_is_read_as_a_report(denies: Said) -> None:
    assert [(f, p) for f, p, read_ in denies if Polarity.YES in read_] == []


def test_alternatives_cost_one_row(lexicon: Lexicon) -> None:
    assert len(list(lexicon.language.phrase("cant|couldnt feel|find .. foot|leg|toe"))) == 1
    assert len(list(lexicon.language.phrase("x_y|z pain"))) == 2


def test_the_index_stays_small(written: Knowledge) -> None:
    rows = index_of(written.words["en"])["rows"]
    assert sum(map(len, rows.values())) < 40_000
