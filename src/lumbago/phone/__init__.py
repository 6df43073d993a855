"""The app on the phone itself: a request as text in, a reply as text out, and nothing kept in between.

What is kept of the person travels with the request and comes back with the reply; the browser keeps it,
sealed if the person wishes. Standard library and templates only.
"""

from __future__ import annotations

from lumbago.phone.phone import Phone

__all__ = ["Phone"]
