from __future__ import annotations

import gc
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from lumbago.build import build
from lumbago.errors import KnowledgeError
from lumbago.expr import And, Not, Or, Term, Yes
from lumbago.knowledge.model import Disposition, Knowledge
from lumbago.knowledge.snapshot import (
    PARTS,
    REBUILD,
    compile_files,
    digest_of_files,
    dump,
    load,
    parse,
)


def same(one: Knowledge, other: Knowledge) -> bool:
    return all(getattr(one, f.name) == getattr(other, f.name) for f in fields(Knowledge))


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def hashes_after(kb: Path, file: str, old: str, new: str) -> set[str]:
    """The parts whose hash changes when a file is changed."""
    before = compile_files(kb).hashes
    change(kb / file, old, new)
    after = compile_files(kb).hashes
    return {part for part in before if before[part] != after[part]}


# ------------------------------------------------------------------------------------- round trip


def test_a_snapshot_holds_the_whole_model(kb: Path, tmp_path: Path) -> None:
    snapshot = tmp_path / "kb.snapshot.json"
    built = build(kb, snapshot)
    assert same(load(kb, snapshot), built)
    assert load(kb, snapshot).rules["T02"].when == And(
        (Yes("weak_leg"), Not(Yes("weak_only_from_pain")))
    )
    assert load(kb, snapshot).rules["T04"].disposition is Disposition.ROUTINE
    assert list(tmp_path.glob("*.partial")) == []


def test_the_shipped_model_survives_the_round_trip(knowledge: Knowledge) -> None:
    again, digest = parse(dump(knowledge, "digest"), "snapshot")
    assert same(again, knowledge)
    assert digest == "digest"
    assert dump(again, "digest") == dump(knowledge, "digest")


def test_what_is_loaded_has_the_types_of_what_was_compiled(kb: Path, tmp_path: Path) -> None:
    built = build(kb, tmp_path / "s.json")
    loaded = load(kb, tmp_path / "s.json")
    assert types_in(loaded) == types_in(built)
    assert loaded.rules_by_urgency == built.rules_by_urgency
    assert hash(loaded.findings["weak_leg"]) == hash(built.findings["weak_leg"])


def types_in(value: Any) -> Any:
    """The shape of a model as nested type names; dictionaries and their read-only views are one."""
    if is_dataclass(value):
        parts = [(f.name, types_in(getattr(value, f.name))) for f in fields(value)]
        return type(value).__name__, parts
    if isinstance(value, Mapping):
        return {key: types_in(part) for key, part in value.items()}
    if isinstance(value, tuple | list):
        return type(value).__name__, [types_in(part) for part in value]
    return type(value).__name__


def test_the_model_cannot_be_changed(knowledge: Knowledge) -> None:
    with pytest.raises(TypeError):
        knowledge.rules["X"] = knowledge.rules["E01"]  # type: ignore[index]
    with pytest.raises(AttributeError):
        knowledge.rules["E01"].action = "self_care"  # type: ignore[misc]


# ------------------------------------------------------------------------------------------ stale


def test_a_current_snapshot_is_used_in_silence(
    kb: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build(kb, tmp_path / "s.json")
    load(kb, tmp_path / "s.json")
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("where", ["terms.yaml", "words/en/messages.yaml"])
def test_a_stale_snapshot_is_compiled_in_memory_with_one_line(
    where: str, kb: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    snapshot = tmp_path / "s.json"
    build(kb, snapshot)
    written = snapshot.read_bytes()
    (kb / where).write_text((kb / where).read_text() + "# a note\n")
    assert same(load(kb, snapshot), compile_files(kb))
    out, err = capsys.readouterr()
    assert out == ""
    assert err == (
        f"lumbago: the knowledge snapshot is out of date; compiling the files. {REBUILD}\n"
    )
    assert snapshot.read_bytes() == written


def test_a_new_file_makes_the_snapshot_stale(
    kb: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build(kb, tmp_path / "s.json")
    (kb / "red_flags/course.yaml").rename(kb / "red_flags/later.yaml")
    load(kb, tmp_path / "s.json")
    assert "out of date" in capsys.readouterr().err


def test_a_missing_snapshot_is_compiled_in_memory(
    kb: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert same(load(kb, tmp_path / "s.json"), compile_files(kb))
    assert capsys.readouterr().err.startswith("lumbago: the knowledge snapshot is missing;")
    assert not (tmp_path / "s.json").exists()


def test_a_snapshot_is_enough_without_the_files(kb: Path, tmp_path: Path) -> None:
    built = build(kb, tmp_path / "s.json")
    assert same(load(tmp_path / "nowhere", tmp_path / "s.json"), built)


def test_neither_snapshot_nor_files(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError) as caught:
        load(tmp_path / "nowhere", tmp_path / "s.json")
    assert str(caught.value) == f"s.json: There is no knowledge base here. {REBUILD}"


# ----------------------------------------------------------------------------------------- corrupt

BROKEN = {
    "empty": b"",
    "truncated": None,
    "not UTF-8": b'{"format": 1, "digest": "\xff\xfe"}',
    "not JSON": b"format: 1",
    "a list": b"[]",
    "another format": b'{"format": 999, "knowledge": {}}',
    "without knowledge": b'{"format": 1, "digest": "", "hashes": {}}',
    "without a part": b'{"format": 1, "digest": "", "hashes": {}, "knowledge": {"terms": {}}}',
    "with an unknown part": b'{"format": 1, "digest": "", "hashes": {}, "knowledge": {"x": {}}}',
}


def write_broken(how: str, kb: Path, snapshot: Path) -> None:
    build(kb, snapshot)
    whole = snapshot.read_bytes()
    content = BROKEN[how]
    snapshot.write_bytes(whole[: len(whole) // 2] if content is None else content)


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_snapshot_without_files_says_how_to_build_it(
    how: str, kb: Path, tmp_path: Path
) -> None:
    write_broken(how, kb, tmp_path / "s.json")
    with pytest.raises(KnowledgeError) as caught:
        load(tmp_path / "nowhere", tmp_path / "s.json")
    (problem,) = caught.value.problems
    assert problem.where == "s.json"
    assert problem.hint == REBUILD
    assert problem.message.startswith(("The snapshot cannot be read (", "The snapshot has format"))


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_snapshot_beside_the_files_is_not_trusted(
    how: str, kb: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_broken(how, kb, tmp_path / "s.json")
    assert same(load(kb, tmp_path / "s.json"), compile_files(kb))
    assert capsys.readouterr().err.startswith("lumbago: the knowledge snapshot is unreadable;")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('["yes","numb_saddle"]', '["perhaps","numb_saddle"]'),
        ('"disposition":"routine"', '"disposition":"later"'),
        ('"polarity":"alarming"', '"colour":"red"'),
    ],
)
def test_a_snapshot_with_strange_content_is_refused(
    old: str, new: str, kb: Path, tmp_path: Path
) -> None:
    build(kb, tmp_path / "s.json")
    change(tmp_path / "s.json", old, new)
    with pytest.raises(KnowledgeError):
        load(tmp_path / "nowhere", tmp_path / "s.json")


def test_reading_leaves_the_collection_of_garbage_as_it_was(knowledge: Knowledge) -> None:
    text = dump(knowledge, "x")
    for before in (gc.disable, gc.enable):
        before()
        was = gc.isenabled()
        parse(text, "s")
        assert gc.isenabled() is was
        with pytest.raises(KnowledgeError):
            parse(text[:-9], "s")
        assert gc.isenabled() is was


def test_broken_files_are_not_built_and_leave_the_old_snapshot(kb: Path, tmp_path: Path) -> None:
    snapshot = tmp_path / "s.json"
    build(kb, snapshot)
    written = snapshot.read_bytes()
    change(kb / "red_flags/nerves.yaml", "when: numb_saddle", "when: numb_sadle")
    with pytest.raises(KnowledgeError, match="Did you mean 'numb_saddle'"):
        build(kb, snapshot)
    assert snapshot.read_bytes() == written


# ------------------------------------------------------------------------------------------ hashes


def test_the_hash_is_the_same_in_every_run(kb: Path) -> None:
    assert compile_files(kb).hash == compile_files(kb).hash
    assert compile_files(kb).hash.startswith("sha256:")
    assert set(compile_files(kb).hashes) == {*PARTS, "all"}


def test_every_part_of_the_model_is_hashed() -> None:
    hashed = [name for names in PARTS.values() for name in names]
    apart = {"hashes", "overlay"}  # the title of an overlay goes into the hash over all
    assert sorted(hashed) == sorted({f.name for f in fields(Knowledge)} - apart)


def test_the_hash_does_not_depend_on_files_order_or_comments(kb: Path) -> None:
    before = compile_files(kb).hashes
    rules = (kb / "red_flags/nerves.yaml").read_text()
    first, rest = rules.split("- id: T02")
    (kb / "red_flags/a.yaml").write_text("# a note\n\n- id: T02" + rest)
    (kb / "red_flags/nerves.yaml").write_text(first)
    (kb / "words/en/rules").mkdir()
    (kb / "words/en/rules.yaml").rename(kb / "words/en/rules/all.yaml")
    after = compile_files(kb)
    assert after.rules["T02"].position.path == "red_flags/a.yaml"
    assert after.hashes == before


def test_a_choice_is_hashed_by_its_set_of_values(kb: Path) -> None:
    file, old = "red_flags/course.yaml", '("female", "male")'
    assert hashes_after(kb, file, old, '("male", "female")') == set()


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("red_flags/nerves.yaml", "when: numb_saddle", "when: numb_saddle or weak_leg"),
        ("red_flags/nerves.yaml", "disposition: same_day", "disposition: emergency"),
        ("terms.yaml", ">= 28", ">= 29"),
        ("findings/signs.yaml", "only_if: weak_leg", "only_if: numb_saddle"),
        ("lifetimes.yaml", "hours: 12", "hours: 24"),
        ("danger_screens.yaml", "version: 1", "version: 2"),
    ],
)
def test_the_logic_hash_changes_with_what_decides(file: str, old: str, new: str, kb: Path) -> None:
    assert hashes_after(kb, file, old, new) == {"logic", "all"}


@pytest.mark.parametrize(
    ("file", "old", "new", "part"),
    [
        ("words/en/rules.yaml", "A weak leg", "One weak leg", "words"),
        ("words/en/questions/signs.yaml", "Is one leg weak?", "Is a leg weak?", "words"),
        ("dispositions.yaml", "within_hours: 168", "within_hours: 169", "care"),
        ("conditions/all.yaml", "regions: [low_back]", "regions: [neck]", "model"),
        ("sources/literature.yaml", "first edition", "second edition", "model"),
    ],
)
def test_the_logic_hash_stays_when_something_else_changes(
    file: str, old: str, new: str, part: str, kb: Path
) -> None:
    assert hashes_after(kb, file, old, new) == {part, "all"}


def test_the_digest_sees_names_and_bytes(kb: Path) -> None:
    before = digest_of_files(kb)
    (kb / "notes.txt").write_text("not read")
    assert digest_of_files(kb) == before
    (kb / "terms.yaml").rename(kb / "term.yaml")
    assert digest_of_files(kb) != before


def test_the_snapshot_is_plain_json(kb: Path, tmp_path: Path) -> None:
    build(kb, tmp_path / "s.json")
    data = json.loads((tmp_path / "s.json").read_text(encoding="utf-8"))
    assert data["knowledge"]["rules"]["T03"]["floor_of"] == ["T02"]
    assert "explains" not in data["knowledge"]["rules"]["T03"]


def test_terms_stay_terms(kb: Path) -> None:
    knowledge = compile_files(kb)
    assert not isinstance(knowledge.rules["T04"].when, Or)
    assert Term("long_lasting") in getattr(knowledge.rules["T04"].when, "parts", ())
    assert knowledge.findings_of_rule["T04"] == ("pain_duration_days", "sex_at_birth")
    assert [rule.id for rule in knowledge.rules_by_urgency] == ["T01", "T02", "T03", "T04"]


def test_knowledge_is_printed_in_one_line(knowledge: Knowledge) -> None:
    assert repr(knowledge) == f"<Knowledge {knowledge.hash}>"
    assert repr(replace(knowledge, hashes={})) == "<Knowledge not hashed>"
