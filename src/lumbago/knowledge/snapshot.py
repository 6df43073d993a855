"""The compiled snapshot: the resolved model as canonical JSON, hashed in parts.

`logic` is what decides (findings, terms, rules), `model` the rest of the clinical content, `care`
what to do, `words` the sentences. Running the core needs the snapshot and the standard library only.
"""

from __future__ import annotations

import gc
import hashlib
import json
import sys
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass, replace
from enum import IntEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from lumbago.errors import KnowledgeError, Problem
from lumbago.expr import Expr, from_json, to_json
from lumbago.knowledge import model
from lumbago.whole import write_whole

FORMAT: Final = 1
KB: Final = Path(__file__).resolve().parent.parent / "kb"
SNAPSHOT: Final = KB.parent / "kb.snapshot.json"
REBUILD: Final = "Build it with: lumbago kb build"

PARTS: Final[dict[str, tuple[str, ...]]] = {
    "logic": (
        *("findings", "terms", "rules", "populations", "lifetimes", "screens", "profile"),
        *("lists",),
    ),
    "model": (
        *("conditions", "conflicts", "sources", "registers", "hazards", "spreads"),
        *("causes", "clues", "syndromes", "lookalikes", "parameters", "recovery"),
        *("published",),
    ),
    "care": ("dispositions", "actions", "care", "check_in", "countries", "stuck"),
    "words": ("words", "pictures"),
}
_WITHOUT_POSITION: Final = frozenset({"position"})
_NOT_KEPT: Final = frozenset({"hashes", "overlay"})


def digest_of_files(kb: Path) -> str:
    """SHA-256 over the names and bytes of every YAML file, cheap enough for each start."""
    total = hashlib.sha256()
    for file in sorted(kb.rglob("*.yaml")):
        total.update(file.relative_to(kb).as_posix().encode() + b"\0")
        total.update(file.read_bytes() + b"\0")
    return total.hexdigest()


def hashes(
    knowledge: model.Knowledge, known: Mapping[str, str] = MappingProxyType({})
) -> dict[str, str]:
    """One SHA-256 per part and `all`, over canonical JSON without file positions.

    `known` are those of parts that are not worked out again.
    """
    found = {
        part: known.get(part)
        or _sha256([encode(getattr(knowledge, name), positions=False) for name in names])
        for part, names in PARTS.items()
    }
    marked = [knowledge.overlay] if knowledge.overlay else []
    found["all"] = _sha256([*(found[part] for part in PARTS), *marked])
    return found


def _sha256(data: object) -> str:
    canonical = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def encode(value: Any, *, positions: bool = True) -> Any:
    """A model value as JSON data; fields that have their default are left out."""
    if isinstance(value, IntEnum):
        return value.name.lower()
    if isinstance(value, Expr):
        return to_json(value)
    if is_dataclass(value):
        skip = frozenset() if positions else _WITHOUT_POSITION
        return {
            f.name: encode(getattr(value, f.name), positions=positions)
            for f in fields(value)
            if f.name not in skip and getattr(value, f.name) != f.default
        }
    if isinstance(value, Mapping):
        return {key: encode(item, positions=positions) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [encode(item, positions=positions) for item in value]
    return value


Decoder = Callable[[Any], Any]


@cache
def decoder(hint: Any) -> Decoder:
    """A function from JSON data to a value of the type `hint`, built once per type."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if hint is model.Disposition:
        return model.Disposition.of
    if hint == Expr:
        return from_json
    if is_dataclass(hint):
        return _dataclass_decoder(typing.cast("type[Any]", hint))
    if origin is types.UnionType and type(None) in args:
        (rest,) = [decoder(arg) for arg in (_without_none(hint),)]
        return lambda data: None if data is None else rest(data)
    if origin is tuple:
        item = decoder(args[0])
        return tuple if item is _as_it_is else lambda data: tuple([item(part) for part in data])
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        value = decoder(args[1])
        if value is _as_it_is:
            return MappingProxyType
        return lambda data: MappingProxyType({key: value(part) for key, part in data.items()})
    return _as_it_is


def _as_it_is(data: Any) -> Any:
    return data


def _without_none(hint: Any) -> Any:
    rest = [arg for arg in typing.get_args(hint) if arg is not type(None)]
    return rest[0] if len(rest) == 1 else typing.Union[tuple(rest)]  # noqa: UP007


def _dataclass_decoder(class_: type[Any]) -> Decoder:
    hints = typing.get_type_hints(class_)
    decoders = {f.name: decoder(hints[f.name]) for f in fields(class_)}
    changed = [(name, to) for name, to in decoders.items() if to is not _as_it_is]

    def decode(data: Mapping[str, Any]) -> Any:
        found = dict(data)
        for name, to in changed:
            if name in found:
                found[name] = to(found[name])
        return class_(**found)

    return decode


def dump(knowledge: model.Knowledge, digest: str) -> str:
    """The snapshot text of a knowledge base. Raises `KnowledgeError` for an overlay."""
    if knowledge.overlay:
        said = f"'{knowledge.overlay}' is a what-if; it cannot become the knowledge in use."
        raise KnowledgeError(Problem(said, hint="Change the files under kb/ instead."))
    data = {
        "format": FORMAT,
        "digest": digest,
        "hashes": dict(knowledge.hashes),
        "knowledge": {
            f.name: encode(getattr(knowledge, f.name))
            for f in fields(knowledge)
            if f.name not in _NOT_KEPT
        },
    }
    return json.dumps(data, separators=(",", ":"), ensure_ascii=False)


def parse(text: str | bytes, where: str) -> tuple[model.Knowledge, str]:
    """A knowledge base and the digest of the files it was made from, out of snapshot text."""
    try:
        with _uncollected():
            return _parsed(json.loads(text), where)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        problem = Problem(f"The snapshot cannot be read ({error}).", where, REBUILD)
        raise KnowledgeError(problem) from None


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without looking for garbage, of which none is made here: it takes as long as the reading."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _parsed(data: Any, where: str) -> tuple[model.Knowledge, str]:
    if data["format"] != FORMAT:
        problem = Problem(f"The snapshot has format {data['format']}.", where, REBUILD)
        raise KnowledgeError(problem)
    content = data["knowledge"]
    hints = typing.get_type_hints(model.Knowledge)
    parts = {name: decoder(hints[name])(value) for name, value in content.items()}
    parts["hashes"] = MappingProxyType(data["hashes"])
    return model.Knowledge(**parts), data["digest"]


def compile_files(kb: Path) -> model.Knowledge:
    """Read, resolve and hash the YAML files. Raises `KnowledgeError` with every problem at once."""
    from lumbago.knowledge.read import read
    from lumbago.knowledge.resolve import resolve

    knowledge, problems = resolve(read(kb))
    if knowledge is None or problems:
        raise KnowledgeError(problems)
    return replace(knowledge, hashes=MappingProxyType(hashes(knowledge)))


def write(knowledge: model.Knowledge, digest: str, out: Path = SNAPSHOT) -> None:
    """Write the snapshot of a knowledge base, whole or not at all."""
    write_whole(out, dump(knowledge, digest).encode())


def load(kb: Path = KB, snapshot: Path = SNAPSHOT) -> model.Knowledge:
    """The knowledge base, from its snapshot where that is current.

    If YAML files are present and differ from the snapshot (or it is missing or unreadable), they are
    compiled in memory and one line on standard error says so. Raises `KnowledgeError` if neither
    can be used.
    """
    has_files = (kb / "terms.yaml").exists()
    state = "missing"
    if snapshot.exists():
        try:
            knowledge, digest = parse(snapshot.read_bytes(), snapshot.name)
        except KnowledgeError:
            if not has_files:
                raise
            state = "unreadable"
        else:
            if not has_files or digest == digest_of_files(kb):
                return knowledge
            state = "out of date"
    elif not has_files:
        raise KnowledgeError(Problem("There is no knowledge base here.", snapshot.name, REBUILD))
    print(  # noqa: T201  the one line that the contract asks for
        f"lumbago: the knowledge snapshot is {state}; compiling the files. {REBUILD}",
        file=sys.stderr,
    )
    return compile_files(kb)
