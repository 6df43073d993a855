"""Strict reading of the YAML files: positions kept, every problem reported at once, nothing guessed.

A file is composed to nodes with a C-speed loader and turned into plain strings, lists and mappings
with a map from path to position; duplicate keys, anchors and tags are refused. The plain data are
then validated against standard dataclasses with unknown keys forbidden.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal, cast

import yaml
from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from lumbago.errors import Position, Problem, did_you_mean
from lumbago.evidence import Citation, Conflict, Share, Source, Stance
from lumbago.knowledge import care_files, helplines, model, picture, recovery_files

_Loader = cast("type[yaml.SafeLoader]", getattr(yaml, "CSafeLoader", yaml.SafeLoader))
_STRICT = ConfigDict(extra="forbid")

_REFUSED: dict[type[yaml.Token], str] = {
    yaml.AnchorToken: "Anchors",
    yaml.AliasToken: "Aliases",
    yaml.TagToken: "Tags",
}

Path_ = tuple[str | int, ...]


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class RawFinding:
    """A finding as written, before units and expressions are resolved."""

    id: str
    answer: model.AnswerKind
    polarity: model.FindingPolarity
    lifetime: str
    sources: tuple[Citation, ...]
    unit: Literal["years", "days", "score", "celsius", "milligrams"] | None = None
    range: tuple[str, str] | None = None
    clock: str = ""
    choices: tuple[str, ...] = ()
    ordinary: Share | None = None
    sensitivity: tuple[Share, ...] = ()
    only_if: str = ""
    implies: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    implied_by: str = ""
    longer_ago: str = ""
    void_denial_if: str = ""


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class RawTerm:
    """A derived term as written."""

    id: str
    when: str
    sources: tuple[Citation, ...] = ()


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class RawRule:
    """A rule as written."""

    id: str
    when: str
    disposition: Literal["emergency", "same_day", "soon", "routine"]
    action: str
    protects_against: str
    because: str
    sources: tuple[Citation, ...]
    floor_of: tuple[str, ...] = ()
    clock: str = ""
    explains: str = ""
    costs: str = ""
    disagrees: tuple[str, ...] = ()


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class RawClue:
    """A clue as written."""

    id: str
    yes: str
    no: str
    ordinary: Share
    sources: tuple[Citation, ...]
    only_if: str = ""


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class RawPopulation:
    """A population as written."""

    id: str
    when: str
    effects: tuple[str, ...]
    because: str
    sources: tuple[Citation, ...]


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class RawStatement:
    """A statement of an article as written."""

    id: str
    says: str
    where: str
    kind: str
    carried_by: tuple[dict[str, str], ...] = ()
    promise: Literal["", "emergency", "same_day", "soon", "routine"] = ""
    promise_when: str = ""
    not_carried: str = ""
    differently: model.Divergence | None = None


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class RawRegister:
    """The register of one article as written."""

    source: str
    title: str
    statements: tuple[RawStatement, ...]


@dataclass(slots=True)
class Raw:
    """Everything that was read: per kind a list of (entry, position), the words, and the problems.

    `broken` are the ids of entries that could not be read, so that nobody reports them as missing.
    """

    entries: dict[str, list[tuple[Any, Position]]] = field(default_factory=dict)
    words: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)

    def of(self, kind: str) -> list[tuple[Any, Position]]:
        """The entries of one kind, in file order."""
        return self.entries.get(kind, [])


# Which files hold which shape: folder or file name under kb/ -> (kind, shape of one entry).
_SHAPES: dict[str, tuple[str, type[Any]]] = {
    "findings/": ("findings", RawFinding),
    "red_flags/": ("rules", RawRule),
    "terms.yaml": ("terms", RawTerm),
    "conditions/": ("conditions", model.Condition),
    "populations.yaml": ("populations", RawPopulation),
    "conflicts/": ("conflicts", Conflict),
    "lifetimes.yaml": ("lifetimes", model.Lifetime),
    "dispositions.yaml": ("dispositions", model.DispositionFrame),
    "actions.yaml": ("actions", model.Action),
    "emergency_numbers.yaml": ("countries", helplines.Country),
    "stuck.yaml": ("stuck", helplines.StuckQuestion),
    "danger_screens.yaml": ("screens", model.DangerScreen),
    "lists.yaml": ("lists", model.QuestionList),
    "check_in.yaml": ("check_in", model.CheckInList),
    "hazards.yaml": ("hazards", model.Hazard),
    "published.yaml": ("published", model.Published),
    "profile.yaml": ("profile", model.ProfileItem),
    "population_model.yaml": ("spreads", model.Spread),
    "differential/causes/": ("causes", model.Cause),
    "differential/clues.yaml": ("clues", RawClue),
    "differential/syndromes.yaml": ("syndromes", model.SyndromeGroup),
    "differential/lookalikes.yaml": ("lookalikes", model.Lookalikes),
    "differential/parameters.yaml": ("parameters", model.DifferentialParameter),
    "sources/literature": ("sources", Source),
    "sources/seed_": ("registers", RawRegister),
    "poses/": ("pictures", picture.Picture),
    **recovery_files.SHAPES,
    **care_files.SHAPES,
}

_NESTED: tuple[type[Any], ...] = (
    *(Citation, Share, Stance, RawStatement),
    *(model.ScreenItem, model.Codes, model.Harm, model.Check, model.Divergence),
    *(model.Prior, model.AgeSex, model.Link, model.DoseAnswer, model.PublishedShare),
    helplines.HelpLine,
    *care_files.NESTED,
    *(picture.Prop, picture.Keyed, picture.FrontPose, picture.Panel),
)
for _shape in (*_NESTED, *(shape for _, shape in _SHAPES.values())):
    with_config(_STRICT)(_shape)


def read(kb: Path) -> Raw:
    """Read every YAML file below `kb`. Problems are collected, never raised."""
    raw = Raw()
    for file in sorted(kb.rglob("*.yml")):
        path = file.relative_to(kb).as_posix()
        raw.problems.append(Problem("The file would be overlooked.", path, "Name it .yaml."))
    for file in sorted(kb.rglob("*.yaml")):
        path = file.relative_to(kb).as_posix()
        data, positions = plain(file.read_bytes(), path, raw.problems)
        if data is None:
            continue
        if path.startswith("words/"):
            _add_words(raw, path, data, positions)
        else:
            _add_entries(raw, path, data, positions)
    return raw


def plain(content: bytes, path: str, problems: list[Problem]) -> tuple[Any, dict[Path_, Position]]:
    """YAML text as plain strings, lists and mappings, with the position of every path in it."""
    positions: dict[Path_, Position] = {}
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        problems.append(Problem("The file is not UTF-8.", f"{path}:{line}", "Save it as UTF-8."))
        return None, positions
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = str(Position(path, mark.line + 1, mark.column + 1)) if mark else path
        said = (getattr(error, "context", None), getattr(error, "problem", None))
        what = ", ".join(part for part in said if part) or "characters that do not belong in text"
        problems.append(Problem(f"This is not YAML: {what}.", where, "Look for a slip near there."))
        return None, positions
    if node is None:
        problems.append(Problem("The file is empty.", path, "Remove it or fill it."))
        return None, positions
    _refuse_tokens(text, path, problems)
    return _plain(node, path, (), positions, problems), positions


def _refuse_tokens(text: str, path: str, problems: list[Problem]) -> None:
    """Anchors, aliases and tags make a file mean something else than it shows."""
    if not any(mark in text for mark in "&*!"):
        return
    for token in yaml.scan(text, Loader=_Loader):
        name = _REFUSED.get(type(token))
        if name is not None:
            where = Position(path, token.start_mark.line + 1, token.start_mark.column + 1)
            said = f"{name} are not allowed."
            problems.append(Problem(said, str(where), "Write the value out."))


def _plain(
    node: Node, file: str, at: Path_, positions: dict[Path_, Position], problems: list[Problem]
) -> Any:
    here = Position(file, node.start_mark.line + 1, node.start_mark.column + 1)
    positions[at] = here
    match node:
        case ScalarNode(value=value):
            return value
        case SequenceNode(value=items):
            return [_plain(v, file, (*at, i), positions, problems) for i, v in enumerate(items)]
        case MappingNode(value=pairs):
            result: dict[str, Any] = {}
            for key, value in pairs:
                if not isinstance(key, ScalarNode):
                    problems.append(
                        Problem("A key must be plain text.", str(here), "Write one word.")
                    )
                    continue
                if key.value in result:
                    line = Position(file, key.start_mark.line + 1, key.start_mark.column + 1)
                    hint = "Keep one of them."
                    problems.append(Problem(f"The key '{key.value}' is repeated.", str(line), hint))
                result[key.value] = _plain(value, file, (*at, key.value), positions, problems)
            return result
    raise AssertionError(node)


def _shape_of(path: str) -> tuple[str, type[Any]] | None:
    return next((shape for start, shape in _SHAPES.items() if path.startswith(start)), None)


_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {}


def _adapter(shape: type[Any]) -> TypeAdapter[Any]:
    if shape not in _ADAPTERS:
        _ADAPTERS[shape] = TypeAdapter(shape)
    return _ADAPTERS[shape]


def _add_entries(raw: Raw, path: str, data: Any, positions: dict[Path_, Position]) -> None:
    shape = _shape_of(path)
    if shape is None:
        hint = "Move it to the file or folder of its kind."
        raw.problems.append(Problem("No kind of knowledge lives in this file.", path, hint))
        return
    kind, class_ = shape
    if kind == "registers":
        data, positions = [data], {(0, *at): position for at, position in positions.items()}
    if not isinstance(data, list):
        where, hint = str(positions[()]), "Begin each entry with '- id: …'."
        raw.problems.append(Problem("The file must be a list of entries.", where, hint))
        return
    for index, entry in enumerate(data):
        position = positions[(index,)]
        value = validated(class_, entry, (index,), positions, raw.problems)
        if value is None:
            raw.broken.add(entry.get("id", "") if isinstance(entry, dict) else "")
        else:
            raw.entries.setdefault(kind, []).append((_positioned(value, position), position))


def validated(
    class_: type[Any],
    entry: Any,
    at: Path_,
    positions: Mapping[Path_, Position],
    problems: list[Problem],
) -> Any:
    """An entry of plain data at a path as a value of a class; None, with its problems, if it is not."""
    if isinstance(entry, dict):
        keys = {f.name for f in fields(class_)} - {"position"}
        unknown = [key for key in entry if key not in keys]
        for key in unknown:
            where = str(positions[(*at, key)])
            problems.append(Problem(f"Unknown key '{key}'.", where, did_you_mean(key, keys)))
        if unknown:
            return None
    try:
        return _adapter(class_).validate_python(entry)
    except ValidationError as error:
        for detail in error.errors():
            within = tuple(detail["loc"])
            paths = ((*at, *within[:n]) for n in range(len(within), -1, -1))
            nearest = next(positions[path] for path in paths if path in positions)
            problems.append(_plainly(detail["type"], within, detail["msg"], str(nearest)))
        return None


def _plainly(kind: str, at: Path_, message: str, where: str) -> Problem:
    """What the validator found, in the words of the files."""
    name = ".".join(str(part) for part in at) or "the entry"
    if kind == "unexpected_keyword_argument":
        keys = {f.name for shape in _NESTED for f in fields(shape)}
        return Problem(f"Unknown key '{at[-1]}'.", where, did_you_mean(str(at[-1]), keys))
    if kind.startswith("missing"):
        return Problem(f"The key '{name}' is missing.", where, "Add it.")
    said = re.sub(r"dictionary or an instance of \w+", "mapping", message[0].lower() + message[1:])
    return Problem(f"{name}: {said.replace('valid tuple', 'list')}.", where, "Correct it.")


def _positioned(value: Any, position: Position) -> Any:
    has = any(f.name == "position" for f in fields(value))
    return replace(value, position=position) if has else value


def _add_words(raw: Raw, path: str, data: Any, positions: dict[Path_, Position]) -> None:
    """`words/en/questions/legs.yaml` adds to words["en"]["questions"]; one file may hold one kind."""
    _, language, *rest = path.removesuffix(".yaml").split("/")
    if not rest or not isinstance(data, dict):
        hint = "Put it under words/<language>/ and begin each entry with 'id: …'."
        said = "A words file must be a mapping from id to words, in the folder of its language."
        raw.problems.append(Problem(said, str(positions[()]), hint))
        return
    kind = rest[0]
    into = raw.words.setdefault(language, {}).setdefault(kind, {})
    for id_, words in data.items():
        if id_ in into:
            where = str(positions[(id_,)])
            raw.problems.append(Problem(f"'{id_}' has its words twice.", where, "Keep one."))
        into[id_] = words
