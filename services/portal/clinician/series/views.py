"""The page of one series."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from auth.roles import Role
from fhir.outcome import Fault, Refusal
from fhir.summary.moment import local_day
from fhir.summary.patient import banner
from fhir.summary.reading import health_file
from fhir.summary.results import results
from services.portal.clinician.looks import SERIES
from services.portal.clinician.news import news
from services.portal.clinician.repeats import done
from services.portal.clinician.series.chart import chart
from services.portal.clinician.series.key import key as key_of
from services.portal.clinician.sought import secret_of, sought
from services.portal.clinician.timeline.views import page_number
from services.portal.page import page
from services.portal.visit import Visit, visited
from services.portal.watermark import PURPOSES, mark_of

EACH = 40


async def series_page(request: Request, id: str, key: str) -> Response:
    """The chart of a series, and one page of its table."""

    async def show(visit: Visit) -> Response:
        visit.note(entity=f"Patient/{id}", reason=SERIES)
        mark = await mark_of(visit, PURPOSES["TREAT"])
        with sought(visit, id):
            file, incomplete = await health_file(visit.context, id, ("Observation", "Encounter"))
        today = local_day()
        secret = secret_of(request)
        found = next((each for each in results(file, today) if key_of(each, secret) == key), None)
        if found is None:
            raise Refusal(Fault.NOT_FOUND, "no such series is known here to you")
        pages = (len(found.readings) - 1) // EACH + 1
        at = page_number(request.query_params.get("page", ""), pages)
        model: dict[str, Any] = {
            "person": banner(file.patients, today), "id": id, "series": found, "key": key,
            "chart": chart(found.readings), "at": at, "pages": pages,
            "readings": found.readings[(at - 1) * EACH : at * EACH],
            "done": done(found, mark.house, today), "incomplete": incomplete,
            "news": await news(visit, file),
        }  # fmt: skip
        return page(request, "clinician/templates/series.html", reader=visit.reader, mark=mark, **model)

    return await visited(request, (Role.CLINICIAN,), show)
