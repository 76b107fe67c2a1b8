"""Downloads: the summary as a FHIR document (IPS 2.0) and as a PDF, read as every page is.

Each is recorded by itself. A file's name tells it apart by the minute and the end of its record's id, and
never whose it is. RFC 6266 (Content-Disposition).
"""

import asyncio
from pathlib import PurePath
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from fhir.resource import serialize
from fhir.summary.ips.making import summary
from fhir.summary.moment import CHENGDU, local_day
from fhir.summary.reading import health_file
from services.portal.catalogue import mark, translations
from services.portal.page import HEADERS
from services.portal.paper.content import content
from services.portal.paper.document import pdf
from services.portal.paper.fonts import chinese
from services.portal.preferences import preferences
from services.portal.visit import Visit
from services.portal.watermark import mark_of

FHIR_NAME, PDF_NAME = "ips.json", "ips.pdf"
"""As the record of a download and the form call them."""
_SUMMARY = mark("摘要")


async def fhir_file(request: Request, visit: Visit, id: str) -> Response:
    """The International Patient Summary of the person behind `Patient/<id>`."""
    made = await summary(visit.context, id)
    visit.context.trail.query = None
    name = _disposition(visit, FHIR_NAME, preferences(request).language)
    return _file(serialize(made), name, "application/fhir+json; charset=utf-8")


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
    return _file(body, _disposition(visit, PDF_NAME, wanted.language), "application/pdf")


def _disposition(visit: Visit, kind: str, language: str) -> str:
    """The name of a file, in ASCII and in the language of its reader."""
    when, end = visit.record.moment.astimezone(CHENGDU), PurePath(kind).suffix
    told = f"-{when:%Y%m%d-%H%M}-{visit.record.id[-4:]}{end}"
    name = translations(language).gettext(_SUMMARY) + told
    return f"attachment; filename=\"summary{told}\"; filename*=UTF-8''{quote(name, safe='')}"


def _file(body: bytes, disposition: str, type: str) -> Response:
    return Response(body, 200, HEADERS | {"Content-Disposition": disposition}, type)
