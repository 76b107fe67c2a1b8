"""DocumentReference.content: the text or the files of a document, kept byte for byte in Binary.

The guide's OBX[DocumentReference]; hl7v2.md, checklist 48. Lines of text (TX, FT, ST) are one text; each ED
is a file, each RP a link. A Binary is known by its document and its bytes: an older version of the document
keeps its own.
"""

import base64
import hashlib
from typing import Any

from adapters.hl7v2.segment import Segment
from adapters.v2_to_fhir.assembly import Assembly
from adapters.v2_to_fhir.context import Context
from adapters.v2_to_fhir.datatypes import ed
from adapters.v2_to_fhir.draft import Draft

_TEXT = ("TX", "FT", "ST", "")
_PLAIN = "text/plain; charset=utf-8"


def content(assembly: Assembly, context: Context) -> list[dict[str, Any]]:
    """DocumentReference.content of all OBX of a document; what cannot be read is listed."""
    found: list[dict[str, Any]] = []
    lines: list[str] = []
    told: list[str] = []
    for obx in assembly.segments:
        if obx.name != "OBX":
            continue
        place = context.place = context.at(obx)
        kind = obx[2].value.strip().upper()
        context.take(place)
        if kind in _TEXT:
            lines += [str(one) for one in obx[5].repetitions]
            told += context.valued(obx, 5)
        else:
            attachments = _attachments(kind, obx, assembly, context)
            found += [{"attachment": one} for one in attachments]
            if not attachments:
                context.leave(place)
    if any(line.strip() for line in lines):
        text = base64.b64encode("\n".join(lines).encode()).decode("ascii")
        found.insert(0, {"attachment": _kept(_PLAIN, text, "", told, assembly, context)})
    return found


def _attachments(kind: str, obx: Segment, assembly: Assembly, context: Context) -> list[dict[str, Any]]:
    title = (obx[3][2].value or obx[3][1].value).strip()
    if kind == "RP":
        links = [one[1].value.strip() for one in obx[5].repetitions if one]
        return [{"url": link} | ({"title": title} if title else {}) for link in links if _is_url(link)]
    if kind != "ED":
        context.warn("neither a text nor a file")
        return []
    read = [ed.attachment(one, context) for one in obx[5].repetitions if one]
    places = context.valued(obx, 5)
    return [_kept(one["contentType"], one["data"], title, places, assembly, context) for one in read if one]


def _is_url(link: str) -> bool:
    return ":" in link and link.isascii() and " " not in link


def _kept(
    type_: str, data: str, title: str, places: list[str], assembly: Assembly, context: Context
) -> dict[str, Any]:
    """An attachment whose bytes are a Binary of their own."""
    raw = base64.b64decode(data)
    name = hashlib.sha256(raw).hexdigest()
    document = assembly.draft
    binary = Draft("Binary", context.identified("Binary", document.id, name), event_time=document.event_time)
    binary.put("contentType", type_, *places)
    binary.put("securityContext", document.elements["subject"], *document.origins.get("subject", ()))
    binary.put("data", data, *places)
    context.drafts.setdefault(binary.reference, binary)
    digest = base64.b64encode(hashlib.sha1(raw, usedforsecurity=False).digest()).decode("ascii")
    found = {"contentType": type_, "url": binary.reference, "size": len(raw), "hash": digest}
    return found | ({"title": title} if title else {})
