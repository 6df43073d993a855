from __future__ import annotations

from lumbago.disagreements import disagreements_page
from lumbago.knowledge.model import Knowledge


def test_every_conflict_and_every_side_is_on_the_page(knowledge: Knowledge) -> None:
    page = disagreements_page(knowledge)
    words = knowledge.words["en"]["conflicts"]
    assert page.count("\n## ") == len(knowledge.conflicts)
    for conflict in knowledge.conflicts.values():
        assert " ".join(words[conflict.id]["choice"].split()) in page
        for stance in conflict.positions:
            said = " ".join(words[conflict.id]["positions"][stance.who].split())
            assert said.replace("|", "\\|") in page


def test_the_articles_are_named_by_their_titles(knowledge: Knowledge) -> None:
    page = disagreements_page(knowledge)
    assert "seed_" not in page
    for register in knowledge.registers.values():
        assert register.title in page
