"""Reading: a document or report, and its files, under the decision of whoever opens it.

A file in a Binary is read by its own decision too, and only where it lies in the file of the same person.
"""

from dataclasses import dataclass

from fhir.interactions.context import Context
from fhir.interactions.read import not_found, read
from fhir.interactions.vread import vread
from fhir.outcome import Refusal
from fhir.store import Stored
from fhir.summary.attachment import Attachment, content, text
from fhir.summary.attachment import attachment as attached
from fhir.summary.documents import documents
from fhir.summary.file import HealthFile
from fhir.summary.moment import local_day
from fhir.summary.reading import line
from services.portal.documents.opened import TYPES, File, Opened, files, opened


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of a file, their media type and, of a text, in which character set they are."""

    type: str
    raw: bytes
    charset: str = ""


async def document(
    context: Context, id: str, type: str, key: str, *, files: bool
) -> tuple[HealthFile, Opened]:
    """The document `type`/`key` of the person behind `Patient/<id>`; a Refusal (404) where there is none.

    The text of its Binaries is read where the reader may have its `files`.
    """
    file = await _file(context, id, type, key)
    found = opened(file, local_day(), await _text(context, file) if files else "", context.base)
    if found is None:
        raise not_found()
    return file, found


async def file_of(
    context: Context, id: str, type: str, key: str, number: str
) -> tuple[HealthFile, File, Content | None]:
    """One file of it by its number; its content is None where that is damaged, elsewhere, gone or hidden."""
    file = await _file(context, id, type, key)
    found = [each for one in documents(file) for each in files(one) if str(each.number) == number]
    if not found:
        raise not_found()
    return file, found[0], await _content(context, file, found[0].attachment)


async def _file(context: Context, id: str, type: str, key: str) -> HealthFile:
    if type not in TYPES:
        raise not_found()
    return await line(context, id, f"{type}/{key}")


async def _text(context: Context, file: HealthFile) -> str:
    for one in documents(file):
        for each in files(one):
            if each.attachment.plain and each.attachment.data is None:
                found = await _content(context, file, each.attachment)
                said = text(found.raw, found.charset) if found else None
                if said:
                    return said
    return ""


async def _content(context: Context, file: HealthFile, attachment: Attachment) -> Content | None:
    if attachment.data is not None:
        raw = content(attachment.data)
        return None if raw is None else Content(attachment.type, raw, attachment.charset)
    row = await _binary(context, attachment)
    if row is None or row.owner not in file.members:
        return None
    held = row.resource()
    raw, own = content(held.get("data") or ""), attached({"contentType": held.get("contentType", "")})
    type, charset = attachment.type or own.type, attachment.charset or own.charset
    return None if raw is None else Content(type, raw, charset)


async def _binary(context: Context, attachment: Attachment) -> Stored | None:
    place = attachment.binary(context.base)
    if place is None:
        return None
    id, version = place
    try:
        return await (vread(context, "Binary", id, version) if version else read(context, "Binary", id))
    except Refusal:
        return None
