"""Own words to mentions: what a person has typed, read by rules that can be shown and argued with.

`read` finds the phrases of the lexicon, lets the longest one win, and then weighs the words around
it: negation, doubt, fear, the past, other people. Nothing is learned and nothing is guessed; what
cannot be placed is kept and shown.
"""

from __future__ import annotations

from lumbago.reading.lexicon import Lexicon, index_of
from lumbago.reading.reader import Note, Reading, read

__all__ = ["Lexicon", "Note", "Reading", "index_of", "read"]
