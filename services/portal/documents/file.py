"""File: the bytes of a document, with headers under which no browser runs what somebody else has made.

RFC 6266 (Content-Disposition). Shown in the browser are PDF, PNG, JPEG and plain text alone, and only what
begins as its type does; everything else is saved.
"""

import re
import unicodedata
from urllib.parse import quote

from starlette.responses import Response

from fhir.summary.attachment import PLAIN, text
from services.portal.documents.reading import Content
from services.portal.page import HEADERS

PDF = "application/pdf"
_SHOWN = {
    PDF: (b"%PDF-", ".pdf"),
    "image/png": (b"\x89PNG\r\n\x1a\n", ".png"),
    "image/jpeg": (b"\xff\xd8\xff", ".jpg"),
}
"""How each begins, and the end of its name."""
_ENDS = {
    "application/dicom": ".dcm",
    "application/json": ".json",
    "application/msword": ".doc",
    "application/rtf": ".rtf",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/xml": ".xml",
    "image/bmp": ".bmp",
    "image/gif": ".gif",
    "image/tiff": ".tif",
    "image/webp": ".webp",
    "text/csv": ".csv",
    "text/rtf": ".rtf",
    "text/xml": ".xml",
}
"""Of what is saved, what may be opened with a click: nothing that runs (.html, .js, .exe)."""
_CLOSED = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_SAFE = HEADERS | {
    "Content-Security-Policy": f"sandbox; {_CLOSED}",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_SAVED, _END = "application/octet-stream", ".bin"
_FORBIDDEN = re.compile(r'[<>:"/\\|?*;%\s]+')
_LONGEST = 60


def response(content: Content, name: str) -> Response:
    """The answer with a file called `name`; a text that can't be read is saved as it came."""
    type, raw, inline, end = content.type, content.raw, False, _ENDS.get(content.type, _END)
    if type == PLAIN:
        said, end = text(raw, content.charset), ".txt"
        if said is not None:
            type, raw, inline = f"{PLAIN}; charset=utf-8", said.encode(), True
    elif type in _SHOWN:
        begin, end = _SHOWN[type]
        inline = raw.startswith(begin)
    headers = _SAFE | {"Content-Disposition": disposition(name, end, inline=inline)}
    if type == PDF and inline:
        headers["Content-Security-Policy"] = _CLOSED  # in a sandbox Chromium shows no PDF at all
    return Response(raw, 200, headers, type if inline else _SAVED)


def disposition(name: str, end: str, *, inline: bool) -> str:
    """Content-Disposition with a safe name, in ASCII and as it is."""
    shown, way = safe(name).removesuffix(end), "inline" if inline else "attachment"
    return f"{way}; filename=\"document{end}\"; filename*=UTF-8''{quote(shown + end, safe='')}"


def safe(name: str) -> str:
    """A name without what a file system, a shell or a reader of the name could be misled by."""
    visible = "".join(each for each in name if unicodedata.category(each)[0] != "C")
    return _FORBIDDEN.sub("_", visible)[:_LONGEST].strip("._ ") or "document"
