"""Named: the documents, reports and visits at which somebody looked, as the reader of the log may see them.

FHIR R4 DocumentReference, DiagnosticReport, Encounter. What is hidden or gone has no name.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from auth.audit.access_log import AccessEntry
from fhir.interactions.context import Context
from fhir.operations.compartment import resolved
from fhir.summary.documents import documents
from fhir.summary.file import HealthFile, health_file
from fhir.summary.moment import Moment
from fhir.summary.visits import visits

TYPES = ("DocumentReference", "DiagnosticReport", "Encounter")


@dataclass(frozen=True, slots=True)
class Named:
    """What one is called and of which day it is; `kind` says what it was in the look, as a msgid."""

    title: str
    when: Moment | None
    kind: str = ""


def single(entry: AccessEntry) -> str:
    """The reference of the one document, report or visit of a look, without its version; else ""."""
    type, _, rest = (entry.entity or "").partition("/")
    return f"{type}/{rest.partition('/')[0]}" if type in TYPES else ""


async def named(
    context: Context, patients: Collection[str], entries: Iterable[AccessEntry]
) -> dict[str, Named]:
    """Those of some looks by reference, read at once under the reader's own decision."""
    wanted = set(filter(None, map(single, entries)))
    theirs = {"owner": {"$in": sorted(patients)}}
    rows = await resolved(context, wanted, TYPES, theirs) if wanted else []
    return _named(health_file(row.resource() for row in rows))


def _named(file: HealthFile) -> dict[str, Named]:
    papers = {each.origin.reference: Named(each.title, each.origin.when) for each in documents(file)}
    return papers | {each.origin.reference: Named(each.department, each.start) for each in visits(file)}
