"""DocumentReference and DiagnosticReport: what was written about a person.

FHIR R4; the list of documents, the newest first, with the conclusion of a report where it has one.
"""

from dataclasses import dataclass, field

from fhir.resource import Resource
from fhir.summary import attachment
from fhir.summary.coding import many, text_of
from fhir.summary.controlled import controlled
from fhir.summary.file import HealthFile
from fhir.summary.moment import first_moment, stamp
from fhir.summary.results import name_of
from fhir.summary.source import Origin, Sources
from fhir.summary.wording import Wording, named


@dataclass(frozen=True, slots=True)
class Document:
    """One document: what it is called, what it concludes, from whom; its `text` where it is plain text."""

    title: Wording
    conclusion: str
    preliminary: bool
    origin: Origin
    original: Resource = field(default_factory=dict, compare=False, repr=False)
    text: str = ""


def documents(file: HealthFile) -> list[Document]:
    """All documents and reports that hold."""
    sources = file.sources
    lines = [_document(d, sources) for d in file.holding("DocumentReference")]
    lines += [_report(r, sources) for r in file.holding("DiagnosticReport")]
    return sorted(lines, key=lambda d: stamp(d.origin.when), reverse=True)


def _document(reference: Resource, sources: Sources) -> Document:
    titles = [(c.get("attachment") or {}).get("title") for c in many(reference.get("content"))]
    period = (reference.get("context") or {}).get("period")
    title = reference.get("description") or named(reference.get("type")) or next(filter(None, titles), "")
    return Document(
        controlled("documents", title),
        "",
        reference.get("docStatus") == "preliminary",
        sources.origin(reference, first_moment(reference.get("date"), period)),
        reference,
        next(filter(None, map(plain_text, many(reference.get("content")))), ""),
    )


def plain_text(content: Resource) -> str:
    """What a DocumentReference.content holds in itself as plain text; "" for anything else."""
    return inline_text(content) or ""


def inline_text(content: Resource) -> str | None:
    """The same; None where it holds no plain text that can be read."""
    return attachment.inline_text(attachment.attachment(content.get("attachment") or {}))


def _report(report: Resource, sources: Sources) -> Document:
    when = first_moment(report.get("effectiveDateTime"), report.get("effectivePeriod"), report.get("issued"))
    conclusion = report.get("conclusion") or "；".join(
        filter(None, map(text_of, many(report.get("conclusionCode"))))
    )
    return Document(
        name_of([report.get("code")]),
        str(conclusion),
        report.get("status") in ("preliminary", "partial"),
        sources.origin(report, when),
        report,
    )
