"""The queue of possible matches: whom a steward has to look at, the most alike first.

Fellegi and Sunter 1969, clerical review. A steward of an institution is shown pairs of which his house has
recorded both; one of the region all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from auth.audit.record import Interaction
from auth.roles import Role
from fhir.matching.judgement import Outcome, Rule
from fhir.outcome import Fault, Refusal
from fhir.store.possible_matches import Chosen, PossibleMatch, State
from services.portal.catalogue import mark
from services.portal.console.persons.comparison import name_slip, told, unnamed
from services.portal.console.persons.decision import STATES, Said, said
from services.portal.console.persons.likeness import reason, sentence
from services.portal.console.persons.pair import HOME, address
from services.portal.console.persons.record import Record, records
from services.portal.page import page
from services.portal.visit import Visit, visited

STEWARD = (Role.STEWARD,)
MOST = 20
_TABS = {
    "open": (mark("等待核对"), (State.OPEN,)),
    "postponed": (mark("已暂缓"), (State.POSTPONED,)),
    "decided": (mark("已决定"), (State.LINKED, State.SEPARATE)),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A pair in the list: both records, why they are alike, where it stands, who said the last word."""

    match: PossibleMatch
    one: Record
    other: Record
    phrases: list[str]
    reason: str
    state: str
    last: Said | None

    @property
    def address(self) -> str:
        """Its page."""
        return address(self.match.one, self.match.other)


@dataclass(frozen=True, slots=True)
class Tab:
    """A list that may be chosen, and how many are in it."""

    label: str
    address: str
    count: int
    current: bool


async def queue_page(request: Request) -> Response:
    """The pairs of one state, page by page."""

    async def show(visit: Visit) -> Response:
        visit.compare()
        visit.note(reason="compare")
        name = request.query_params.get("state", "open")
        if name not in _TABS:
            raise Refusal(Fault.PARAMETER, "there is no such list")
        nameless = "unnamed" in request.query_params
        chosen = Chosen(_TABS[name][1], visit.principal.organization, nameless)
        matches = visit.platform.store.possible_matches
        found = await matches.page(chosen, limit=MOST + 1, after=_after(request))
        model: dict[str, Any] = {
            "tabs": await _tabs(visit, name, chosen),
            "lines": await _lines(visit, found[:MOST]),
            "unnamed": nameless,
            "switch": _address(name, not nameless),
            "more": _address(name, nameless, found[MOST - 1]) if len(found) > MOST else None,
            "decided": name == "decided",
        }
        return page(request, "console/persons/templates/queue.html", reader=visit.reader, **model)

    return await visited(request, STEWARD, show, interaction=Interaction.SEARCH)


async def _tabs(visit: Visit, current: str, chosen: Chosen) -> list[Tab]:
    count = visit.platform.store.possible_matches.count
    return [
        Tab(
            label,
            _address(name, chosen.unnamed),
            await count(replace(chosen, states=states)),
            name == current,
        )
        for name, (label, states) in _TABS.items()
    ]


async def _lines(visit: Visit, found: Sequence[PossibleMatch]) -> list[Line]:
    """Those of whom both records may be seen; one that was deleted since is left out."""
    seen = await records(visit.context, [each for match in found for each in (match.one, match.other)])
    return [
        await _line(visit, match, seen[match.one], seen[match.other])
        for match in found
        if match.one in seen and match.other in seen
    ]


async def _line(visit: Visit, match: PossibleMatch, one: Record, other: Record) -> Line:
    last = await said(visit.platform, match.words[-1:])
    return Line(
        match,
        one,
        other,
        sentence(told(one, other, match.levels), name_slip(one, other)),
        reason(Rule(match.rule), Outcome.REVIEW, unnamed(one, other)),
        STATES[match.state],
        last[0] if last else None,
    )


def _address(state: str, nameless: bool, after: PossibleMatch | None = None) -> str:
    query = {"state": state} | ({"unnamed": "1"} if nameless else {})
    if after is not None:
        query |= {"weight": repr(after.weight), "after": after.id.replace("Patient/", "").replace(" ", "~")}
    return f"{HOME}?{urlencode(query)}"


def _after(request: Request) -> tuple[float, str] | None:
    """The last pair of the page before."""
    one, found, other = request.query_params.get("after", "").partition("~")
    if not found:
        return None
    try:
        return float(request.query_params.get("weight", "")), f"Patient/{one} Patient/{other}"
    except ValueError:
        raise Refusal(Fault.PARAMETER, "this is no place in the list") from None
