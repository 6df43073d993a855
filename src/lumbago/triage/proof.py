"""Which knowledge and which code the recorded proofs are of. Standard library only.

`proof.json` binds the hashes of the `logic` and `care` parts and the digest of the executors and
claims to the outcome of every claim. If one differs, nothing counts as proved.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from lumbago.knowledge.model import Knowledge

PACKAGE: Final = Path(__file__).resolve().parent.parent
PROOF: Final = PACKAGE / "proof.json"
CODE: Final = (
    "answers.py",
    "expr.py",
    "quantity.py",
    "triage/scalar.py",
    "triage/smt.py",
    "triage/claims.py",
    "planning/eligibility.py",
    "planning/medicines.py",
    "planning/smt.py",
    "planning/claims.py",
)


@cache
def code_digest() -> str:
    """SHA-256 over the executors and the claims."""
    total = hashlib.sha256()
    for name in CODE:
        total.update(name.encode() + b"\0" + (PACKAGE / name).read_bytes() + b"\0")
    return total.hexdigest()


@cache
def recorded(path: Path = PROOF) -> Mapping[str, Any]:
    """The recorded proofs; empty if there are none."""
    if not path.exists():
        return {}
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data


def stale(knowledge: Knowledge, proof: Mapping[str, Any]) -> str:
    """Why the recorded proofs do not speak of this knowledge and code; empty if they do."""
    if knowledge.overlay:
        return "it is a what-if"
    if not proof:
        return "nothing is proved yet"
    if proof.get("logic") != knowledge.hashes["logic"]:
        return "the rules have changed since"
    if proof.get("care") != knowledge.hashes["care"]:
        return "what can be done has changed since"
    if proof.get("code") != code_digest():
        return "the executors or claims have changed since"
    return ""


def is_proved(knowledge: Knowledge) -> bool:
    """Whether every claim was proved of exactly this logic and this code."""
    proof = recorded()
    if stale(knowledge, proof):
        return False
    outcomes = [claim["outcome"] for claim in proof["claims"].values()]
    return bool(outcomes) and all(outcome == "proved" for outcome in outcomes)
