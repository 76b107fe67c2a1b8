"""Attachment: a file that lies in a resource, or in a Binary of this server.

FHIR R4 datatypes.html#attachment; DocumentReference.content.attachment and DiagnosticReport.presentedForm.
"""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from fhir.resource import Resource
from fhir.summary.coding import many

PLAIN = "text/plain"
_BINARY = re.compile(r"Binary/([A-Za-z0-9.-]{1,64})(?:/_history/(\d{1,10}))?")
_CHARSET = re.compile(r"charset\s*=\s*\"?([\w.:-]+)", re.IGNORECASE)
_CODECS = {
    "utf-8": "utf-8-sig", "utf8": "utf-8-sig", "us-ascii": "ascii", "ascii": "ascii", "utf-16": "utf-16",
    "gb18030": "gb18030", "gbk": "gb18030", "gb2312": "gb18030", "big5": "big5hkscs",
    "iso-8859-1": "latin-1",
}  # fmt: skip
"""The character sets in which texts come; GB 18030 holds those of China before it."""
_UNDECLARED = ("utf-8-sig", "gb18030")


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file: its media type (lower case, without parameters), title, bytes where they are known, and the
    content itself (base64) or where it lies."""

    type: str
    title: str
    size: int | None
    charset: str = ""
    data: str | None = field(default=None, repr=False)
    url: str = ""

    @property
    def plain(self) -> bool:
        """Is it plain text?"""
        return self.type == PLAIN

    def binary(self, base: str) -> tuple[str, str] | None:
        """Id and version ("" where none is named) of the Binary of the server at `base` that holds it."""
        found = _BINARY.fullmatch(self.url.removeprefix(f"{base}/"))
        return (found[1], found[2] or "") if found else None


def attachments(resource: Resource) -> list[Attachment]:
    """The files of a DocumentReference or DiagnosticReport, in their order."""
    return [attachment(each) for each in _written(resource) if "data" in each or each.get("url")]


def _written(resource: Resource) -> Iterator[Resource]:
    yield from (content.get("attachment") or {} for content in many(resource.get("content")))
    yield from many(resource.get("presentedForm"))


def attachment(written: Resource) -> Attachment:
    """One Attachment as it is written."""
    type, data = str(written.get("contentType", "")), written.get("data")
    charset, size = _CHARSET.search(type), written.get("size")
    known = len(str(data)) * 3 // 4 if data is not None else size if isinstance(size, int) else None
    return Attachment(
        type.partition(";")[0].strip().lower(),
        str(written.get("title") or ""),
        known,
        charset[1].lower() if charset else "",
        None if data is None else str(data),
        str(written.get("url") or ""),
    )


def content(data: Any) -> bytes | None:
    """The bytes of base64; None where it is none."""
    try:
        return base64.b64decode("".join(str(data).split()), validate=True)
    except ValueError:
        return None


def text(raw: bytes, charset: str) -> str | None:
    """Plain text in this character set, without one in UTF-8 or GB 18030; None where it can't be read."""
    codecs = (_CODECS.get(charset),) if charset else _UNDECLARED
    for codec in filter(None, codecs):
        try:
            return raw.decode(codec)
        except ValueError:
            continue
    return None


def inline_text(attachment: Attachment) -> str | None:
    """The plain text that an attachment holds in itself; None for anything else."""
    if not attachment.plain or attachment.data is None:
        return None
    raw = content(attachment.data)
    return None if raw is None else text(raw, attachment.charset)
