"""Editing of a message in a form: a segment a line; a form holds 64 KB (`services.forms`)."""

from urllib.parse import quote_plus

from services.forms import LARGEST
from services.portal.console.visible import visible

_ROOM = LARGEST - 2_000


def editable(text: str) -> str | None:
    """The text for a text area; None where it is too long, or a browser would change what is in it."""
    shown = text.replace("\r\n", "\r").replace("\n", "\r").rstrip("\r")
    fits = len(quote_plus(shown.replace("\r", "\r\n"), errors="replace")) <= _ROOM
    return (
        shown.replace("\r", "\n")
        if fits and visible(shown.replace("\r", "")) == shown.replace("\r", "")
        else None
    )


def edited(sent: str) -> str:
    """The message that a form sent: its lines as segments."""
    parts = sent.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "".join(f"{part}\r" for part in parts if part.strip())
