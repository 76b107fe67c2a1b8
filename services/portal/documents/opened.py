"""Opened: one document or report as its page shows it.

FHIR R4 DocumentReference (docStatus), DiagnosticReport (status, result, resultsInterpreter).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from fhir.resource import Resource, reference_of
from fhir.summary.attachment import Attachment, attachments, inline_text
from fhir.summary.coding import many
from fhir.summary.documents import Document, documents
from fhir.summary.file import HealthFile
from fhir.summary.moment import Moment, first_moment
from fhir.summary.patient import names_of
from fhir.summary.results import Series, results
from fhir.summary.source import target
from fhir.summary.wording import Wording, named
from services.portal.catalogue import mark

TYPES = ("DocumentReference", "DiagnosticReport")
LONGEST = 100_000
"""Characters of a text that the page itself shows; the file holds all of it."""
_STATES = {
    "partial": mark("只出了一部分结果，后面还会补充"),
    "preliminary": mark("初步结果，可能还会改"),
    "final": mark("正式结果"),
    "amended": mark("发出以后修改过"),
    "corrected": mark("发出以后更正过"),
    "appended": mark("发出以后补充过"),
}
_UNFINISHED = frozenset({"partial", "preliminary"})
_SIGNED = mark("已签名")
_WRITERS = ("author", "performer", "resultsInterpreter", "authenticator")
_KINDS = {
    "application/pdf": mark("PDF 文件"), "image/png": mark("图片"), "image/jpeg": mark("图片"),
    "text/plain": mark("文字"),
}  # fmt: skip
_OTHER = mark("其他文件")


@dataclass(frozen=True, slots=True)
class File:
    """One file of it: its place in the list, what it is called, what kind it is (a msgid), kilobytes;
    `elsewhere` is the host that keeps it, "" where none is named, None where it lies here."""

    number: int
    name: str
    kind: str
    size: int | None
    attachment: Attachment
    elsewhere: str | None = None


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A result that its house has withdrawn: what it is called, and of when; never its value."""

    name: Wording
    when: Moment | None


@dataclass(frozen=True, slots=True)
class Opened:
    """What the page shows; `state` is a msgid, "" where nothing is said."""

    document: Document
    state: str
    unfinished: bool
    authors: tuple[str, ...]
    files: tuple[File, ...]
    text: str
    series: tuple[Series, ...]
    withdrawn: tuple[Withdrawn, ...] = ()

    @property
    def shown(self) -> str:
        """What of the text the page shows."""
        return self.text[:LONGEST]

    @property
    def cut(self) -> bool:
        """Is the text longer than what the page shows?"""
        return len(self.text) > LONGEST


def opened(file: HealthFile, today: date, more: str = "", base: str = "") -> Opened | None:
    """The one document or report of a file; None where it does not hold.

    `more` is the plain text of its files that lie in Binaries of the server at `base`.
    """
    found = documents(file)
    if not found:
        return None
    (document,) = found
    own = _results(file, document.original)
    said = document.original.get("docStatus" if _is_document(document) else "status")
    state = _SIGNED if _is_document(document) and said == "final" else _STATES.get(str(said), "")
    return Opened(
        document,
        state,
        said in _UNFINISHED,
        tuple(dict.fromkeys(_authors(document.original, file.doctors))),
        files(document, base),
        _text(document) or more,
        _series(file, own, today),
        tuple(_withdrawn(each) for each in own if each.get("status") == "entered-in-error"),
    )


def files(document: Document, base: str = "") -> tuple[File, ...]:
    """The files of a document, in their order; `base` is that of the server that keeps their Binaries."""
    return tuple(_files(document.title, attachments(document.original), base))


def _text(document: Document) -> str:
    """What it holds in itself as plain text."""
    inline = (inline_text(each) for each in attachments(document.original))
    return document.text or next(filter(None, inline), "")


def _is_document(document: Document) -> bool:
    return bool(document.original["resourceType"] == "DocumentReference")


def _files(title: str, found: Sequence[Attachment], base: str) -> Iterator[File]:
    for number, each in enumerate(found):
        untitled = title if len(found) == 1 else f"{title} {number + 1}"
        name = PurePosixPath(each.title.replace("\\", "/")).name or untitled
        size = None if each.size is None else max(1, round(each.size / 1024))
        yield File(number, name, _KINDS.get(each.type, _OTHER), size, each, _elsewhere(each, base))


def _elsewhere(attachment: Attachment, base: str) -> str | None:
    """Which host keeps a file that does not lie here."""
    if attachment.data is not None or attachment.binary(base):
        return None
    try:
        return urlsplit(attachment.url).hostname or ""
    except ValueError:
        return ""


def _authors(resource: Resource, known: Mapping[str, Resource]) -> Iterator[str]:
    """Who wrote it or answers for it, by name; houses stand elsewhere."""
    for element in _WRITERS:
        for each in many(resource.get(element)):
            if target(each).startswith("Organization/"):
                continue
            listed = names_of(known.get(target(each), {}))
            name = each.get("display") or next(iter(listed), "")
            if name:
                yield str(name)


def _results(file: HealthFile, report: Resource) -> list[Resource]:
    """The results that the report itself names or contains, and their members, in its order."""
    inside = {reference_of(each): each for each in _contained(report)}
    known = inside | {reference_of(each): each for each in file.of("Observation")}
    wanted = [_place(each, within=True) for each in many(report.get("result"))]
    for each in wanted:
        members = (
            _place(member, within=each in inside) for member in many(known.get(each, {}).get("hasMember"))
        )
        wanted += [member for member in members if member not in wanted]
    return [known[each] for each in dict.fromkeys(wanted) if each in known]


def _series(file: HealthFile, own: Sequence[Resource], today: date) -> tuple[Series, ...]:
    order = [reference_of(each) for each in own]
    found = results(HealthFile(file.patients, {"Observation": list(own)}, file.organizations), today)
    return tuple(sorted(found, key=lambda series: order.index(series.latest.origin.reference)))


def _withdrawn(result: Resource) -> Withdrawn:
    when = first_moment(result.get("effectiveDateTime"), result.get("effectivePeriod"), result.get("issued"))
    return Withdrawn(named(result.get("code")), when)


def _contained(report: Resource) -> Iterator[Resource]:
    """The Observations that lie within the report, each under an id that no other has."""
    for each in many(report.get("contained")):
        if each.get("resourceType") == "Observation" and each.get("id"):
            yield each | {"id": f"#{each['id']}"}


def _place(reference: Resource, *, within: bool) -> str:
    """Where a result lies; what another Observation contains lies nowhere here."""
    found = target(reference)
    return f"Observation/{found if within else ''}" if found.startswith("#") else found
