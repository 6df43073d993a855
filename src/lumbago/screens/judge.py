"""Assessments of the last few cases: the pages of one person ask for the same one again and again."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from typing import Final

from lumbago.answers import Case
from lumbago.assess import Assessment, assess
from lumbago.knowledge.model import Knowledge

_MOST: Final = 100
_MINUTE: Final = "%Y-%m-%dT%H:%M%z"


class Judge:
    """`assess`, remembering a few. A case is the same one for a minute."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._found: OrderedDict[bytes, Assessment] = OrderedDict()

    def __call__(self, case: Case) -> Assessment:
        """The assessment of a case. Raises `InputError` as `assess` does."""
        at = case.at.strftime(_MINUTE) if case.at else ""
        key = said(case) + at.encode()
        if key not in self._found:
            self._found[key] = assess(self.knowledge, case)
            if len(self._found) > _MOST:
                self._found.popitem(last=False)
        self._found.move_to_end(key)
        return self._found[key]

    def forget(self) -> None:
        """Remember nothing."""
        self._found.clear()


def said(case: Case) -> bytes:
    """A digest of all that an assessment of a case rests on; what was said cannot be read from it."""
    given = [
        (id_, str(one.value), one.origin.kind, one.origin.detail, str(one.origin.given_at))
        for id_, one in case.given.items()
    ]
    profile = case.profile
    lists = (profile.conditions, profile.medicines, profile.allergies, str(profile.day))
    moment = case.at.isoformat() if case.text and case.at else ""
    whole = [case.id, case.text, moment, given, lists]
    return hashlib.sha256(json.dumps(whole).encode()).digest()
