"""Making a summary: the file is read under the access decision, then what the chosen resources refer to.

IPS 2.0 "Generation and Data Inclusion". Nothing that the reader may not see is there, and nothing says so but
the types that his authorization does not cover at all.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from fhir.interactions.context import Context
from fhir.operations import compartment
from fhir.resource import Resource, reference_of, serialize
from fhir.summary.file import CLINICAL, HealthFile
from fhir.summary.ips.composition import keeper
from fhir.summary.ips.document import chosen, document
from fhir.summary.ips.part import Part
from fhir.summary.ips.sections import sections
from fhir.summary.moment import CHENGDU
from fhir.summary.newest import newest
from fhir.summary.reading import record

_COMPANIONS = (
    "Organization",
    "Practitioner",
    "PractitionerRole",
    "Medication",
    "Device",
    "Location",
    "Specimen",
)
_STEPS = 3
_TYPES = tuple(sorted({*CLINICAL, "EpisodeOfCare"} - {"Encounter", "DocumentReference"}))


async def summary(context: Context, id: str) -> Resource:
    """The document of the person behind `Patient/<id>`; a Refusal (404) where he is unknown or hidden."""
    now = datetime.now(UTC)
    file, incomplete = await record(context, id, _TYPES, newest)
    parts = sections(file, now.astimezone(CHENGDU).date())
    found = await companions(context, file, parts)
    return document(file, parts, found, context.base, now, incomplete=incomplete)


async def companions(context: Context, file: HealthFile, parts: Sequence[Part]) -> list[Resource]:
    """What the Patient and the chosen resources refer to, step by step, as far as it may be seen."""
    listed = chosen(parts)
    known = {**file.organizations, **file.doctors}
    known |= {reference_of(each): each for each in file.of("Medication", "Device")}
    seen, found = {reference_of(each) for each in (*file.patients, *listed)}, list[Resource]()
    houses = [{"reference": keeper(file)}, *(each.get("managingOrganization") for each in file.patients)]
    latest: list[Any] = [file.patients[0], *houses, *listed]
    for _ in range(_STEPS):
        wanted = {each for each in _references(latest) if each.partition("/")[0] in _COMPANIONS} - seen
        if not wanted:
            break
        latest = [known[each] for each in sorted(wanted & known.keys())]
        latest += await _read(context, wanted - known.keys(), file)
        found += latest
        seen |= wanted
    return found


async def _read(context: Context, wanted: Iterable[str], file: HealthFile) -> list[Resource]:
    own = [reference_of(each) for each in file.patients]
    rows = await compartment.resolved(context, wanted, allowed=compartment.of_no_other(own))
    context.trail.touch(row.owner for row in rows)
    return [row.resource() for row in rows]


def _references(resources: list[Any]) -> set[str]:
    return compartment.references_in(serialize({"entry": resources}))
