"""X-Provenance: a Provenance that comes with a write and is stored with it or not at all.

FHIR R4 6.3.4.1 (provenance.html#header). Its target is the version that was written, and the Patient in whose
file that lies, so that whoever sees the file sees where it comes from.
"""

from collections.abc import Sequence

from fhir.access import Action
from fhir.identity import new_id
from fhir.interactions.context import Context
from fhir.interactions.writes.acceptance import check_compartment, check_references, check_valid
from fhir.outcome import Fault, Refusal
from fhir.resource import Resource, parse
from fhir.store import Stored
from fhir.store.transaction import Transaction

HEADER = "X-Provenance"


def read_provenance(text: str | None) -> Resource | None:
    """The Provenance in the header; a Refusal where it is none."""
    if text is None:
        return None
    resource = parse(text.encode("utf-8", "surrogatepass"))
    if resource["resourceType"] != "Provenance":
        raise Refusal(Fault.MALFORMED, f"{HEADER} holds a Provenance", expression="resourceType")
    return resource


async def attach(
    context: Context, transaction: Transaction, provenance: Resource | None, written: Sequence[Stored]
) -> None:
    """Put `provenance` into the transaction, about the versions that were `written` in it."""
    if provenance is None or not written:
        return
    constraint = await context.permit("Provenance", Action.CREATE)
    targets = [f"{each.reference}/_history/{each.version}" for each in written]
    own = {each.reference for each in written}
    owners = dict.fromkeys(each.owner for each in written)
    targets += [owner for owner in owners if owner.startswith("Patient/") and owner not in own]
    resource = provenance | {"id": new_id(), "target": [{"reference": target} for target in targets]}
    check_valid(resource, "Provenance")
    await context.vouch(resource)
    known = own | {f"Provenance/{resource['id']}"}
    await check_compartment(context, resource, constraint, known)
    await check_references(context, resource, constraint, known)
    transaction.put(resource, posted=True, recorder=context.house)
