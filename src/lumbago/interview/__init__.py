"""What to ask next, and when to stop: stateless, a case in, a screen out.

First what the own words said and who the person is, then the three danger screens, then short lists
of plain statements, those first that are likely to settle most. It stops only when no answer to a
question not asked could raise the advice (claim 8: `high == as_told`), or when all that is left is a
denial that cannot count for now, such as "no fever" under a fever reducer: then the verdict stays
unsettled. Everything it needs to go on, to go back or to be changed is in the case.
"""

from __future__ import annotations

from lumbago.interview.reply import applies, reply
from lumbago.interview.screens import LONGER_AGO, ROWS, Block, Row, Screen, Stop, Style
from lumbago.interview.steps import next_screen
from lumbago.interview.view import is_mark

__all__ = [
    "LONGER_AGO",
    "ROWS",
    "Block",
    "Row",
    "Screen",
    "Stop",
    "Style",
    "applies",
    "is_mark",
    "next_screen",
    "reply",
]
