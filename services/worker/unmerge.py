"""Un-merge: an administrator takes back what a merge message said.

hl7v2.md, checklist 52: both histories are there again, and the message processed again does not merge again;
a newer merge of the same two does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.v2_to_fhir.conversion import Conversion
from adapters.v2_to_fhir.patient_link import REPLACED_BY, PatientLink, newest
from adapters.v2_to_fhir.sortable import sortable
from fhir.resource import Resource, instant
from fhir.store import Store
from fhir.store.transaction import Transaction
from fhir.validation import errors
from services.labelling import labelled, synthetic
from services.worker.patient_links import Made, join, link

_OPERATION = "http://terminology.hl7.org/CodeSystem/v3-DataOperation"
_FORM = "%Y-%m-%dT%H:%M:%S.%fZ"


@dataclass(frozen=True, slots=True)
class Unmerged:
    """A Patient that is a record of its own again, and the one that had replaced it.

    `one_person`: they still are one by equal citizen numbers or another link.
    """

    patient: str
    other: str
    one_person: bool


async def unmerge(store: Store, conversion: Conversion, control: str, reason: str, by: str) -> list[Unmerged]:
    """Take back the merges that a message says and that hold; `control` is its MSH-10.

    Nothing where there are none: the message merges nobody, or its merges were taken back.
    """
    merges = [one for one in conversion.links if one.type == REPLACED_BY]

    async def work(tx: Transaction) -> list[PatientLink]:
        return await _take_back(tx, store, merges, control, reason, by)

    taken = await store.resources.transact(work) if merges else []
    found = []
    for one in taken:
        linked = await store.persons.members(one.patient)
        found.append(Unmerged(one.patient, one.other, one.other in linked))
    return found


async def _take_back(
    tx: Transaction, store: Store, merges: Sequence[PatientLink], control: str, reason: str, by: str
) -> list[PatientLink]:
    stored = await tx.load(each for one in merges for each in (one.patient, one.other))
    made: Made = {name: (one.resource(), dict(one.memory)) for name, one in stored.items() if not one.deleted}
    back = [_opposite(one, known) for one in merges if (known := _held(one, made)) is not None]
    if not back:
        return []
    await link(tx, made, back)
    await join(tx, store.persons, made, back)
    for resource, memory in made.values():
        tx.put(resource, memory=memory)
    await tx.flush()
    told = _provenance(store, sorted(tx.changed), control, reason, by)
    provenance = labelled(told, synthetic(resource for resource, _ in made.values()))
    assert errors(provenance) == []
    tx.put(provenance)
    return back


def _held(one: PatientLink, made: Made) -> PatientLink | None:
    """The merge as it is remembered, if it holds."""
    known = newest(made[one.patient][1], one) if one.patient in made and one.other in made else None
    return known if known is not None and known.holds else None


def _opposite(one: PatientLink, known: PatientLink) -> PatientLink:
    """The word against a merge: of now, or right after it where its clock was ahead of ours."""
    time = sortable(datetime.now(UTC))
    if known.time >= time:
        after = datetime.strptime(known.time.partition(" ")[0], _FORM) + timedelta(microseconds=1)
        time = after.strftime(_FORM)
    return replace(one, holds=False, time=time)


def _provenance(store: Store, targets: Sequence[str], control: str, reason: str, by: str) -> Resource:
    moment = instant(datetime.now(UTC))
    what: dict[str, Any] = {"identifier": {"value": control}, "display": f"message {control}"}
    return {
        "resourceType": "Provenance",
        "id": store.vault.identify("|".join(("Provenance", "unmerge", *targets, moment))),
        "target": [{"reference": target} for target in targets],
        "recorded": moment,
        "reason": [{"text": reason}],
        "activity": {"coding": [{"system": _OPERATION, "code": "UPDATE"}], "text": "un-merge"},
        "agent": [{"who": {"display": by}}],
        "entity": [{"role": "revision", "what": what}],
    }
