"""Downloads: the summary as a FHIR document (IPS 2.0) and as a PDF, read as every page is.

Each is recorded by itself; no file name says whose it is.
"""

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from fhir.resource import serialize
from fhir.summary.ips.making import summary
from fhir.summary.moment import local_day
from fhir.summary.reading import health_file
from services.portal.page import HEADERS
from services.portal.paper.content import content
from services.portal.paper.document import pdf
from services.portal.paper.fonts import chinese
from services.portal.preferences import preferences
from services.portal.visit import Visit
from services.portal.watermark import mark_of

FHIR_NAME, PDF_NAME = "ips.json", "ips.pdf"


async def fhir_file(visit: Visit, id: str) -> Response:
    """The International Patient Summary of the person behind `Patient/<id>`."""
    made = await summary(visit.context, id)
    visit.context.trail.query = None
    return _file(serialize(made), FHIR_NAME, "application/fhir+json; charset=utf-8")


async def pdf_file(request: Request, visit: Visit, id: str, purpose: str, size: float) -> Response | None:
    """The same as a PDF in type of `size` points; None where this system has no font with Chinese in it."""
    face = await asyncio.to_thread(chinese)
    if face is None:
        return None
    stamp = await mark_of(visit, purpose)
    file, incomplete = await health_file(visit.context, id)
    wanted = preferences(request)
    made = content(file, local_day(), wanted.language, incomplete=incomplete)
    larger = size * 1.3 if wanted.elder else size
    body = await asyncio.to_thread(pdf, made, stamp, face, wanted.language, larger)
    return _file(body, PDF_NAME, "application/pdf")


def _file(body: bytes, name: str, type: str) -> Response:
    headers = HEADERS | {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, 200, headers, type)
