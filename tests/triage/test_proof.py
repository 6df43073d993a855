"""What is recorded as proved counts only for the very rules and code that it was proved of."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from lumbago.knowledge.model import Knowledge
from lumbago.knowledge.snapshot import hashes
from lumbago.triage import proof
from lumbago.triage.proof import code_digest, is_proved, recorded, stale


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """No test sees what another one has read."""
    for cached in (code_digest, recorded):
        cached.cache_clear()
    yield
    for cached in (code_digest, recorded):
        cached.cache_clear()


def a_record(knowledge: Knowledge, *outcomes: str) -> dict[str, Any]:
    return {
        "logic": knowledge.hashes["logic"],
        "care": knowledge.hashes["care"],
        "code": code_digest(),
        "claims": {str(number): {"outcome": said} for number, said in enumerate(outcomes)},
    }


def proved(
    knowledge: Knowledge, record: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch
) -> bool:
    monkeypatch.setattr(proof, "recorded", lambda: record)
    return is_proved(knowledge)


def test_every_claim_must_be_proved(knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    assert proved(knowledge, a_record(knowledge, "proved", "proved"), monkeypatch)
    for other in ("refuted", "unknown", "not translatable"):
        assert not proved(knowledge, a_record(knowledge, "proved", other), monkeypatch)


def test_no_claim_is_not_every_claim(knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not proved(knowledge, a_record(knowledge), monkeypatch)
    assert not proved(knowledge, {}, monkeypatch)


def test_other_care_is_not_proved(knowledge: Knowledge) -> None:
    rows = {id_: row for id_, row in knowledge.care.safety.items() if "nsaid" not in id_}
    other = replace(knowledge, care=replace(knowledge.care, safety=MappingProxyType(rows)))
    other = replace(other, hashes=MappingProxyType(hashes(other)))
    assert stale(other, a_record(knowledge, "proved")) == "what can be done has changed since"


def test_other_rules_are_not_proved(knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = {id_: rule for id_, rule in knowledge.rules.items() if id_ != "E01"}
    other = replace(knowledge, rules=MappingProxyType(rules))
    other = replace(other, hashes=MappingProxyType(hashes(other)))
    record = a_record(knowledge, "proved")
    assert stale(knowledge, record) == ""
    assert stale(other, record) == "the rules have changed since"
    assert not proved(other, record, monkeypatch)


def test_other_words_are_the_same_proof(knowledge: Knowledge) -> None:
    other = replace(knowledge, words=MappingProxyType({}))
    other = replace(other, hashes=MappingProxyType(hashes(other)))
    assert other.hash != knowledge.hash
    assert stale(other, a_record(knowledge, "proved")) == ""


def test_other_code_is_not_proved(knowledge: Knowledge) -> None:
    record = a_record(knowledge, "proved") | {"code": "other"}
    assert stale(knowledge, record) == "the executors or claims have changed since"


def test_nothing_recorded_is_said() -> None:
    assert recorded(Path("nowhere") / "proof.json") == {}


def test_nothing_recorded_is_not_a_proof(knowledge: Knowledge) -> None:
    assert stale(knowledge, {}) == "nothing is proved yet"


def test_the_record_is_read_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "proof.json"
    file.write_text(json.dumps({"claims": {}}), encoding="utf-8")
    assert recorded(file) == {"claims": {}}


def test_the_digest_covers_the_executors_and_the_claims(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = code_digest()
    for name in proof.CODE:
        copy = tmp_path / name
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes((proof.PACKAGE / name).read_bytes())
    monkeypatch.setattr(proof, "PACKAGE", tmp_path)
    code_digest.cache_clear()
    assert code_digest() == before
    for name in proof.CODE:
        whole = (tmp_path / name).read_bytes()
        (tmp_path / name).write_bytes(whole + b"\n")
        code_digest.cache_clear()
        assert code_digest() != before, name
        (tmp_path / name).write_bytes(whole)
