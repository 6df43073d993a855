"""What `lumbago kb check` looks at once the files can be read: ids, sources, rules, articles, words.

Each check is a function from the knowledge to its problems; the first line of its docstring is the
sentence that is printed for it. What holds for all answers together is proved by `triage.claims`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final

from lumbago.errors import Position, Problem, did_you_mean
from lumbago.evidence import Citation, Share, Source
from lumbago.knowledge import care_parts, check_care
from lumbago.knowledge.check_care import CARE_CHECKS
from lumbago.knowledge.check_causes import CAUSE_CHECKS, cited_causes, named_by_causes
from lumbago.knowledge.check_help import HELP_CHECKS
from lumbago.knowledge.check_lists import LIST_CHECKS
from lumbago.knowledge.check_recovery import RECOVERY_CHECKS, cited
from lumbago.knowledge.check_rules import RULE_CHECKS, Alone
from lumbago.knowledge.check_words import WORD_CHECKS, Check, listed
from lumbago.knowledge.model import Disposition, Knowledge, Published, Statement

Ids = Iterable[str]

_ROUNDING: Final = 1e-6
_CARRIERS: Final = (
    *("finding", "rule", "condition", "conflict"),
    *("measure", "medicine", "habit", "limit"),
)


def check(knowledge: Knowledge) -> list[Problem]:
    """Run every check and return all problems, in the order of `CHECKS`."""
    return [problem for one in CHECKS for problem in one(knowledge)]


# -------------------------------------------------------------------------------------------- ids


@listed
def ids_exist(knowledge: Knowledge) -> Iterator[Problem]:
    """Every id that an entry names exists."""
    pools = _pools(knowledge)
    for owner, position, kind, wanted in _references(knowledge):
        for id_ in wanted:
            if id_ not in pools[kind]:
                hint = did_you_mean(id_, pools[kind]) or "Define it, or correct the name."
                yield Problem(f"{owner} names '{id_}', which is no {kind}.", str(position), hint)


def _pools(knowledge: Knowledge) -> dict[str, frozenset[str]]:
    findings = knowledge.findings
    return {
        "action": frozenset(knowledge.actions),
        "cause": frozenset(knowledge.causes),
        "condition": frozenset(knowledge.conditions),
        "conflict": frozenset(knowledge.conflicts),
        "disposition": frozenset(knowledge.dispositions),
        "finding": frozenset(findings),
        "picture": frozenset(knowledge.pictures),
        "finding or clue": frozenset(findings) | frozenset(knowledge.clues),
        "finding that can be denied": frozenset(
            f.id for f in findings.values() if f.answer == "yes_no" or "no" in f.choices
        ),
        "lifetime": frozenset(knowledge.lifetimes),
        "rule": frozenset(knowledge.rules),
        "source": frozenset(knowledge.sources),
        "yes/no finding": frozenset(f.id for f in findings.values() if f.answer == "yes_no"),
        **check_care.pools(knowledge),
    }


def _references(knowledge: Knowledge) -> Iterator[tuple[str, Position, str, Ids]]:
    """Who names something, where, what kind of thing, and the ids."""
    for owner, position, citations in _cited(knowledge):
        yield owner, position, "source", [citation.source for citation in citations]
    for finding in knowledge.findings.values():
        owner, at = f"finding '{finding.id}'", finding.position
        named = (*finding.implies, *finding.excludes, *filter(None, (finding.longer_ago,)))
        yield owner, at, "lifetime", [finding.lifetime]
        yield owner, at, "yes/no finding", named
    for rule in knowledge.rules.values():
        owner, at = f"rule '{rule.id}'", rule.position
        yield owner, at, "action", [rule.action]
        yield owner, at, "condition", [rule.protects_against]
        yield owner, at, "rule", rule.floor_of
        yield owner, at, "conflict", rule.disagrees
    for frame in knowledge.dispositions.values():
        yield f"disposition '{frame.id}'", frame.position, "action", [frame.action]
    for condition in knowledge.conditions.values():
        usual = [condition.usual]
        yield f"condition '{condition.id}'", condition.position, "disposition", usual
    yield from _asked(knowledge)
    yield from named_by_causes(knowledge)
    yield from check_care.references(knowledge)
    for name in knowledge.profile.values():
        yield f"profile name '{name.id}'", name.position, "yes/no finding", name.implies
    for spread in knowledge.spreads.values():
        yield f"spread '{spread.id}'", spread.position, "finding", [spread.id]
    for position, statement, owner in _statements(knowledge):
        for item in statement.carried_by:
            known = (kind for kind in _CARRIERS if kind in item)
            yield from ((owner, position, kind, [item[kind]]) for kind in known)
    for register in knowledge.registers.values():
        yield f"register '{register.source}'", register.position, "source", [register.source]


def _asked(knowledge: Knowledge) -> Iterator[tuple[str, Position, str, Ids]]:
    for screen in knowledge.screens:
        covered = [finding for item in screen.items for finding in item.findings]
        yield f"screen '{screen.id}'", screen.position, "finding that can be denied", covered
    for check_in in knowledge.check_in:
        owner, at = f"'{check_in.id}'", check_in.position
        yield owner, at, "yes/no finding", [f for item in check_in.items for f in item.findings]
        yield owner, at, "yes/no finding", [dose.finding for dose in check_in.doses]
    for one in knowledge.lists:
        covered = [finding for item in one.items for finding in item.findings]
        yield f"list '{one.id}'", one.position, "finding", covered
    for question in knowledge.stuck:
        owner = f"stuck question '{question.id}'"
        yield owner, question.position, "yes/no finding", question.findings


def _statements(knowledge: Knowledge) -> Iterator[tuple[Position, Statement, str]]:
    for register in knowledge.registers.values():
        for statement in register.statements:
            yield register.position, statement, f"statement '{statement.id}'"


@listed
def ids_are_unambiguous(knowledge: Knowledge) -> Iterator[Problem]:
    """No id means two things, and every disposition has its frame."""
    for id_ in sorted(knowledge.terms.keys() & knowledge.findings.keys()):
        at = str(knowledge.terms[id_].position)
        yield Problem(f"'{id_}' is a term and a finding.", at, "Rename the term.")
    for id_, times in Counter(s.id for _, s, _ in _statements(knowledge)).items():
        if times > 1:
            yield Problem(f"statement '{id_}' is there {times} times.", "sources", "Renumber.")
    for id_, times in Counter(screen.id for screen in knowledge.screens).items():
        if times > 1:
            yield Problem(f"screen '{id_}' is there twice.", "danger_screens.yaml", "Rename one.")
    for disposition in Disposition:
        if disposition.id not in knowledge.dispositions:
            said = f"The disposition '{disposition.id}' has no time frame."
            yield Problem(said, "dispositions.yaml", "Add it.")


# ---------------------------------------------------------------------------------------- sources


def _entries(knowledge: Knowledge) -> Iterator[tuple[str, care_parts.Entry]]:
    kinds: tuple[tuple[str, Mapping[str, care_parts.Entry]], ...] = (
        ("finding", knowledge.findings),
        ("term", knowledge.terms),
        ("rule", knowledge.rules),
        ("lifetime", knowledge.lifetimes),
        ("disposition", knowledge.dispositions),
        ("action", knowledge.actions),
        ("condition", knowledge.conditions),
        ("population", knowledge.populations),
        ("profile name", knowledge.profile),
        ("spread", knowledge.spreads),
        ("check-in", {one.id: one for one in knowledge.check_in}),
        ("published", knowledge.published),
    )
    for kind, entries in kinds:
        yield from ((f"{kind} '{entry.id}'", entry) for entry in entries.values())


def _cited(
    knowledge: Knowledge,
) -> Iterator[tuple[str, Position, tuple[Citation | Share, ...]]]:
    """Everything that must have a source, with its citations."""
    for owner, entry in _entries(knowledge):
        yield owner, entry.position, entry.sources
    for owner, position, share in _shares(knowledge):
        yield owner, position, (share,)
    yield from cited_causes(knowledge)
    for question in knowledge.stuck:
        yield f"stuck question '{question.id}'", question.position, question.sources
    for country in knowledge.countries.values():
        for line in country.lines:
            yield f"country '{country.id}', {line.number}", country.position, line.sources
    for conflict in knowledge.conflicts.values():
        for stance in conflict.positions:
            owner = f"conflict '{conflict.id}', position '{stance.who}'"
            yield owner, conflict.position, stance.sources
    for position, statement, owner in _statements(knowledge):
        if statement.differently is not None:
            yield f"{owner}, differently", position, statement.differently.sources
    yield from cited(knowledge.recovery)
    yield from care_parts.cited(knowledge.care)


def _shares(knowledge: Knowledge) -> Iterator[tuple[str, Position, Share]]:
    for finding in knowledge.findings.values():
        shares = (*filter(None, (finding.ordinary,)), *finding.sensitivity)
        yield from ((f"finding '{finding.id}', share", finding.position, s) for s in shares)


@listed
def everything_is_cited(knowledge: Knowledge) -> Iterator[Problem]:
    """Every entry and number has a source, and says how sure it is and why."""
    for owner, position, citations in _cited(knowledge):
        if not citations:
            yield Problem(f"{owner} has no source.", str(position), "Add one under `sources`.")
        for citation in citations:
            source = knowledge.sources.get(citation.source)
            if citation.confidence == "estimate" and not citation.reason.strip():
                said = f"{owner} is an estimate without a reason."
                yield Problem(said, str(position), "Say in `reason` why it is so.")
            if (
                citation.confidence == "verified"
                and source is not None
                and not _seen(knowledge, source)
            ):
                said = f"{owner} is verified, but '{source.id}' has no address."
                hint = "Give the source `address` and `read`, or call it recalled."
                yield Problem(said, str(position), hint)
    for owner, position, share in _shares(knowledge):
        if not 0 <= share.share <= 1:
            yield Problem(f"{owner} must be between 0 and 1.", str(position), "Use 0.25 for 25 %.")
    for spread in knowledge.spreads.values():
        if spread.shares and abs(sum(spread.shares.values()) - 1) > _ROUNDING:
            said = f"spread '{spread.id}': the shares add up to {sum(spread.shares.values()):.3f}."
            yield Problem(said, str(spread.position), "They must add up to 1.")
    for study in knowledge.published.values():
        yield from _published(study)
    for source in knowledge.sources.values():
        if source.address and not _is_day(source.read):
            said = f"source '{source.id}' has an address, but no day on which it was read."
            yield Problem(said, str(source.position), "Add `read: 2026-11-21`.")


def _published(study: Published) -> Iterator[Problem]:
    for one in study.figures:
        values = (one.share, one.low, one.high, one.least, one.most)
        given = [value for value in values if value is not None]
        ends = one.ends
        inside = ends is None or one.share is None or ends[0] <= one.share <= ends[1]
        if not all(0 <= value <= 1 for value in given) or not inside:
            said = f"published '{study.id}', {one.of}: the share does not lie in its interval."
            yield Problem(said, str(study.position), "Use 0.25 for 25 %, and low before high.")
        if one.share is None and ends is None:
            said = f"published '{study.id}', {one.of} has neither a share nor a range."
            yield Problem(said, str(study.position), "Give `share`, or `least` and `most`.")


def _seen(knowledge: Knowledge, source: Source) -> bool:
    """A page was read at an address, or the whole text is carried in a register of its own."""
    return bool(source.address) or (source.id in knowledge.registers and bool(source.read))


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


# -------------------------------------------------------------------------------------- registers


@listed
def articles_are_covered(knowledge: Knowledge) -> Iterator[Problem]:
    """Every statement of the articles is carried, or left out for a reason."""
    for position, statement, owner in _statements(knowledge):
        if not (statement.carried_by or statement.not_carried):
            hint = "Add `carried_by`, or `not_carried` with a reason."
            yield Problem(f"{owner} is not carried by anything.", str(position), hint)
        for item in statement.carried_by:
            for kind in sorted(item.keys() - set(_CARRIERS)):
                hint = did_you_mean(kind, _CARRIERS) or f"Use one of: {', '.join(_CARRIERS)}."
                yield Problem(f"{owner} is carried by a '{kind}'.", str(position), hint)


@listed
def promises_are_kept(knowledge: Knowledge) -> Iterator[Problem]:
    """Every emergency sign of the articles reaches its promise by itself."""
    alone = Alone(knowledge)
    yes_no = _pools(knowledge)["yes/no finding"]
    for position, statement, owner in _statements(knowledge):
        if not statement.promise or statement.promise_when is not None:
            continue
        promise = Disposition.of(statement.promise)
        carried = [item["finding"] for item in statement.carried_by if "finding" in item]
        named = [f for f in carried if f in yes_no]
        if not named:
            hint = "Name its findings in `carried_by`, or the answers in `promise_when`."
            yield Problem(f"{owner} makes a promise for no yes/no finding.", str(position), hint)
        for finding in named:
            reached = alone.low(finding)
            if reached < promise:
                said = f"{owner} promises {promise.id}, but '{finding}' alone reaches {reached.id}."
                yield Problem(said, str(position), "Change a rule, or the promise.")


CHECKS: Final[tuple[Check, ...]] = (
    ids_exist,
    ids_are_unambiguous,
    everything_is_cited,
    *RULE_CHECKS,
    *LIST_CHECKS,
    *CAUSE_CHECKS,
    *HELP_CHECKS,
    articles_are_covered,
    promises_are_kept,
    *RECOVERY_CHECKS,
    *CARE_CHECKS,
    *WORD_CHECKS,
)
"""Every check, in the order in which `lumbago kb check` prints them."""
