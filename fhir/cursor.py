"""Page cursor: where the next page begins, sealed and bound to its reader and its query.

FHIR R4 3.1.1.5.2 (search.html#count), http.html#paging. A cursor reveals nothing, can't be changed and is
never proof of access: each page asks the decision anew.
"""

import json
import time
from collections.abc import Sequence
from typing import Any, Protocol

from fhir.outcome import Fault, Refusal

LIFETIME = 3600
CURSOR = "_cursor"
"""The parameter of a page link that holds it."""


class Seal(Protocol):
    """What seals a text for one purpose (`fhir.store.vault.Vault`)."""

    def seal_text(self, text: str, bound: str = "") -> str:
        """`text` as URL-safe characters."""

    def open_text(self, sealed: str, bound: str = "") -> str | None:
        """The text again; None where it was changed or belongs elsewhere."""


def seal_cursor(place: Sequence[Any], reader: str, query: str, seal: Seal) -> str:
    """The cursor text for a place (JSON values)."""
    return seal.seal_text(json.dumps([int(time.time()) + LIFETIME, *place]), _bound(reader, query))


def open_cursor(text: str, reader: str, query: str, seal: Seal) -> list[Any]:
    """The place within a cursor; a Refusal (400) where it was never given to this reader for this query,
    another (410) where it was and has expired."""
    opened = seal.open_text(text, _bound(reader, query))
    if opened is None:
        raise unknown("the page link was changed, or belongs to another search or reader")
    until, *place = json.loads(opened)
    if until < time.time():
        raise Refusal(Fault.EXPIRED, "the page link has expired: search again")
    return list(place)


def unknown(text: str) -> Refusal:
    """The one answer for what was forged, changed, or given to somebody else."""
    return Refusal(Fault.PARAMETER, text, expression=CURSOR)


def _bound(reader: str, query: str) -> str:
    return json.dumps(["page", reader, query])
