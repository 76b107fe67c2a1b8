"""The timeline page: its filters are sealed into the address, as what was searched for is."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from auth.roles import Role
from fhir.resource import reference_of
from fhir.summary.file import HealthFile
from fhir.summary.moment import local_day
from fhir.summary.patient import banner
from fhir.summary.reading import health_file
from services.portal.clinician.finding import found
from services.portal.clinician.looks import TIMELINE
from services.portal.clinician.news import news
from services.portal.clinician.sought import secret_of, sought
from services.portal.clinician.timeline.entries import TYPES, Kind, Wanted, entries, houses
from services.portal.clinician.worklist.mine import quiet
from services.portal.page import page, see_other
from services.portal.sealing import seal, unseal
from services.portal.visit import Visit, visited
from services.portal.watermark import PURPOSES, mark_of

EACH, LONGEST = 30, 200


async def timeline_page(request: Request, id: str) -> Response:
    """One page of what is wanted of the timeline."""

    async def show(visit: Visit) -> Response:
        visit.note(entity=f"Patient/{id}", reason=TIMELINE)
        mark = await mark_of(visit, PURPOSES["TREAT"])
        with sought(visit, id):
            file, incomplete = await health_file(visit.context, id, TYPES)
            file = await _with_withdrawn(visit, file)
        sealed = request.query_params.get("s", "")
        typed = _typed(unseal(sealed, secret_of(request)) if sealed else None)
        wanted, every = _wanted(typed), entries(file, visit.principal)
        taken = [each for each in every if wanted.takes(each)]
        at = page_number(request.query_params.get("page", ""), (len(taken) - 1) // EACH + 1)
        today = local_day()
        model: dict[str, Any] = {
            "person": banner(file.patients, today), "id": id, "typed": typed, "sealed": sealed,
            "entries": taken[(at - 1) * EACH : at * EACH], "count": len(taken), "total": len(every),
            "at": at, "pages": max(1, (len(taken) - 1) // EACH + 1), "kinds": [each.value for each in Kind],
            "houses": houses(every), "incomplete": incomplete, "news": await news(visit, file),
        }  # fmt: skip
        template = "clinician/templates/timeline.html"
        return page(request, template, reader=visit.reader, mark=mark, **model)

    return await visited(request, (Role.CLINICIAN,), show)


async def _with_withdrawn(visit: Visit, file: HealthFile) -> HealthFile:
    """The file with those of its results that were withdrawn, which its reports still name."""
    members = ",".join(sorted(reference_of(each) for each in file.patients))
    asked = [("patient", members), ("status", "entered-in-error")]
    wrong, _ = await found(quiet(visit.context), "Observation", asked)
    return replace(file, resources={**file.resources, "Observation": wrong})


async def narrow(request: Request, id: str) -> Response:
    """What was chosen, sealed into the address of the page that shows it."""

    async def show(visit: Visit) -> Response:
        form = await request.form()
        chosen = {name: str(form.get(name, ""))[:LONGEST] for name in ("kind", "house", "since", "until")}
        text = json.dumps({name: value for name, value in chosen.items() if value}, ensure_ascii=False)
        end = f"?s={seal(text, secret_of(request))}" if any(chosen.values()) else ""
        return see_other(f"/clinician/patients/{id}/timeline{end}")

    return await visited(request, (Role.CLINICIAN,), show, form=True, type=None)


def _typed(text: str | None) -> dict[str, str]:
    empty = dict.fromkeys(("kind", "house", "since", "until"), "")
    try:
        told = json.loads(text or "{}")
    except ValueError:  # the filter of another page
        return empty
    return empty | {name: str(told[name]) for name in empty if isinstance(told, dict) and name in told}


def _wanted(typed: Mapping[str, str]) -> Wanted:
    return Wanted(typed["kind"], typed["house"], _day(typed["since"]), _day(typed["until"]))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def page_number(text: str, most: int) -> int:
    """A page that is there."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
    return min(max(number, 1), max(most, 1))
