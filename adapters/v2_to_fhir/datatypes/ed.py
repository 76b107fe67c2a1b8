"""ED: encapsulated data, as an Attachment.

The guide's ED[Attachment]: Base64 only; hexadecimal and plain text are brought into it.
"""

import base64
import binascii
import re
from typing import Any

from adapters.hl7v2.field import Element
from adapters.v2_to_fhir.context import Context

_TYPES = {
    "application": "application",
    "image": "image",
    "audio": "audio",
    "text": "text",
    "multipart": "multipart",
}
_SUBTYPES = {
    "PDF": "application/pdf",
    "JPEG": "image/jpeg",
    "JPG": "image/jpeg",
    "PNG": "image/png",
    "GIF": "image/gif",
    "TIFF": "image/tiff",
    "RTF": "text/rtf",
    "HTML": "text/html",
    "XML": "application/xml",
    "DICOM": "application/dicom",
}

_BEGINNINGS = {
    "JVBERi": "application/pdf",
    "/9j/": "image/jpeg",
    "iVBORw0KGgo": "image/png",
    "R0lGOD": "image/gif",
    "e1xydGY": "text/rtf",
}
"""How the Base64 of a file begins: `%PDF`, `{\\rtf` and the like."""
_URL = re.compile(r"(?:https?|ftp|urn|file|dicom):\S+", re.IGNORECASE)


def attachment(value: Element, context: Context, title: str = "") -> dict[str, Any] | None:
    """An Attachment with its data; nothing when the data cannot be read."""
    parts = [component.value.strip() for component in value]  # type: ignore[attr-defined]
    parts += [""] * (5 - len(parts))
    data, known = _data(parts[4], parts[3].upper()), ""
    if not any(parts[1:]):
        data, known = _bare(parts[0])
    if not data:
        context.warn("encapsulated data that cannot be read")
        return None
    type_ = known or _content_type(parts[1], parts[2])
    found = {"contentType": type_, "data": data}
    return found | ({"title": title} if title else {})


def pointer(value: Element, context: Context, title: str = "") -> dict[str, Any] | None:
    """RP: an Attachment that says where its data are; nothing when that is no URL."""
    parts = [component.value.strip() for component in value]  # type: ignore[attr-defined]
    parts += [""] * (4 - len(parts))
    if not _URL.fullmatch(parts[0]):
        context.warn("a pointer that is no URL")
        return None
    type_ = {"contentType": _content_type(parts[2], parts[3])} if parts[2] or parts[3] else {}
    return type_ | {"url": parts[0]} | ({"title": title} if title else {})


def _content_type(type_: str, subtype: str) -> str:
    known = _SUBTYPES.get(subtype.upper()) or _SUBTYPES.get(type_.upper())
    if known:
        return known
    if "/" in type_:
        return type_.lower()
    main = _TYPES.get(type_.lower())
    named = subtype.isascii() and subtype.replace("-", "").replace(".", "").replace("+", "").isalnum()
    if main and named:
        return f"{main}/{subtype.lower()}"
    return "text/plain" if type_.upper() in ("TEXT", "TX", "FT") else "application/octet-stream"


def _bare(text: str) -> tuple[str, str]:
    """Data that came without a type, and the type that their first bytes tell; empty where those do not."""
    data = _data(text, "BASE64")
    known = next((type_ for start, type_ in _BEGINNINGS.items() if data.startswith(start)), "")
    return (data, known) if known else ("", "")


def _data(text: str, encoding: str) -> str:
    try:
        if encoding == "HEX":
            return base64.b64encode(bytes.fromhex(text)).decode("ascii")
        if encoding == "A":
            return base64.b64encode(text.encode("utf-8")).decode("ascii")
        packed = "".join(text.split())
        base64.b64decode(packed, validate=True)
    except (ValueError, binascii.Error):
        return ""
    return packed
