"""What the app does with a request, whatever carries it: a server on this computer, or the phone itself.

Handlers turn one request of one person into one reply over `lumbago.screens`. Nothing here knows of a
server, a cookie or a database; `lumbago.web` serves it on a port.
"""

from __future__ import annotations

from lumbago.app.app import App
from lumbago.app.here import Asked, Reply, TooMuchError, fields
from lumbago.app.visits import InMemory, Visits

__all__ = ["App", "Asked", "InMemory", "Reply", "TooMuchError", "Visits", "fields"]
