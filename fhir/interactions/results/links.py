"""Links of a searchset: self, first and next; what a page link carries.

FHIR R4 3.1.1.1.1 (search.html#Introduction: self) and http.html#paging. A link by GET shows the parameters
that its reader put into a URL himself. A search by POST keeps its values out of URLs, so its links carry the
query sealed, and self shows the names of what could tell of a person without their values.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from fhir.cursor import CURSOR, open_cursor, seal_cursor, unknown
from fhir.interactions.context import Context
from fhir.search.personal import personal

SILENT = frozenset({CURSOR, "_format", "_pretty"})
"""What stands beside the parameters of a search or history without being one."""
Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as it was asked for, whether by its parameters or by a page link."""

    path: str
    parameters: Pairs
    posted: bool = False
    total: int | None = None
    place: str | None = None


def asked(context: Context, path: str, parameters: Sequence[tuple[str, str]], posted: bool) -> Asked:
    """Read `parameters` of a request to `path`; a Refusal (400) where a page link is not this reader's."""
    given = [each for each in parameters if each[0] != CURSOR]
    token = next((value for name, value in parameters if name == CURSOR), None)
    if token is None:
        return Asked(path, given, posted)
    sealed, total, place = open_cursor(token, context.reader, path, context.store.vault)
    if sealed is None:
        return Asked(path, given, posted, total, place)
    pairs = [(str(name), str(value)) for name, value in sealed]
    if any(each[1] and each not in pairs for each in given if each[0] not in SILENT):
        raise unknown("the page link was changed: parameters were added to it")
    return Asked(path, pairs, True, total, place)


def links(
    context: Context,
    search: Asked,
    processed: Sequence[tuple[str, str]],
    total: int | None,
    place: str | None,
) -> list[tuple[str, str]]:
    """The links of a page; `processed` is what was understood, `place` where the next page begins."""
    plain = list(processed)
    if search.posted:
        start = f"{CURSOR}={sealed(context, search.path, plain, None, None)}"
        shown = urlencode([(name, "" if personal(search.path, name) else value) for name, value in plain])
        whole, first, further = f"{shown}&{start}" if shown else start, start, ""
    else:
        whole = first = further = urlencode(plain)
    found = [("self", whole), ("first", first)]
    if place is not None:
        token = sealed(context, search.path, plain if search.posted else None, total, place)
        found.append(("next", f"{further}&{CURSOR}={token}" if further else f"{CURSOR}={token}"))
    url = f"{context.base}/{search.path}".rstrip("/")
    return [(relation, f"{url}?{query}" if query else url) for relation, query in found]


def sealed(context: Context, path: str, pairs: Pairs | None, total: int | None, place: str | None) -> str:
    """What a page link carries: the query where it may not be shown, the total, the place."""
    return seal_cursor([pairs, total, place], context.reader, path, context.store.vault)
