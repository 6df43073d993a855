"""The screens of the web app: pure functions from knowledge, a person's state and the moment to HTML.

Nothing here knows of a server, a file of the person or the clock, so that the same screens can run
anywhere; `lumbago.web` puts them on a port.
"""

from __future__ import annotations

from lumbago.screens.pages import Frame, Pages
from lumbago.screens.visit import Settings, Visit

__all__ = ["Frame", "Pages", "Settings", "Visit"]
