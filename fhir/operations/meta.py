"""Operations $meta, $meta-add, $meta-delete: profiles, tags and security labels.

FHIR R4 resource-operation-meta.html, -meta-add.html, -meta-delete.html. A change to the current version makes
a new version, whose content is the old one's; a superseded version is changed where it is.
"""

from collections.abc import Callable

from fhir.access import Action, Constraint
from fhir.interactions.context import Context
from fhir.interactions.patch import permit_patch
from fhir.interactions.read import not_found, read, shown
from fhir.interactions.update import check_not_from_feed, seen
from fhir.interactions.vread import vread
from fhir.labels import Meta, with_labels, without_labels
from fhir.operations.compartment import permitted
from fhir.operations.operation import Call, Level, Operation, Run, output
from fhir.resource import VERSION, Resource
from fhir.rest import READ_ONLY, SERVED
from fhir.store.constraint import visible
from fhir.store.labels import in_use, relabel, superseded
from fhir.store.transaction import Transaction

Change = Callable[[Meta, Meta], Meta]
_TYPES = SERVED - READ_ONLY.keys()
_DEFINITION = "http://hl7.org/fhir/OperationDefinition/Resource-"


async def run(context: Context, call: Call) -> Resource:
    """The meta of a resource or of a version, else the labels in use."""
    if call.version is not None:
        return _answer(
            (await vread(context, call.type or "", call.id or "", call.version)).resource()["meta"]
        )
    if call.id is not None:
        return _answer((await read(context, call.type or "", call.id)).resource()["meta"])
    return _answer(await _in_use(context, call.type))


def _answer(meta: Meta) -> Resource:
    return output(("return", "valueMeta", meta)) if meta else output()


async def _in_use(context: Context, type: str | None) -> Meta:
    """What stands on the resources that the reader may see."""
    if type is not None:
        await context.permit(type, Action.READ)
    types = sorted(_TYPES) if type is None else [type]
    found: set[tuple[str, str]] = set()
    for constraint, listed in await permitted(context, types):
        found |= await in_use(context.store, listed, constraint)
    profiles = sorted(value for kind, value in found if kind == "profile")
    meta: Meta = {"profile": profiles} if profiles else {}
    for kind in ("security", "tag"):
        codings = [_coding(value) for of, value in sorted(found) if of == kind]
        meta |= {kind: codings} if codings else {}
    return meta


def _coding(value: str) -> dict[str, str]:
    system, _, code = value.rpartition("|")
    return {"system": system, "code": code} if system else {"code": code}


def _changing(change: Change) -> Run:
    """What carries out an operation that changes the labels of a resource by `change`."""

    async def run(context: Context, call: Call) -> Resource:
        wanted = call.complex("meta") or {}
        constraint = await permit_patch(context, call.type or "")  # the reply tells what stands there
        context.trail.entity = f"{call.type}/{call.id}"

        async def work(transaction: Transaction) -> Meta:
            return await _relabel(context, transaction, call, constraint, lambda meta: change(meta, wanted))

        return _answer(await context.store.resources.transact(work))

    return run


async def _relabel(
    context: Context, tx: Transaction, call: Call, constraint: Constraint, change: Callable[[Meta], Meta]
) -> Meta:
    """Within a transaction: the change itself; gives the resulting meta."""
    reference = f"{call.type}/{call.id}"
    current = await seen(tx, reference, constraint)
    if current is None:
        raise not_found()
    if not constraint.unrestricted:
        check_not_from_feed(current)
    if call.version is not None and call.version != str(current.version):
        return await _relabel_version(context, tx, reference, call.version, constraint, change)
    resource = shown(context, current).resource()
    tx.put(resource | {"meta": change(resource["meta"])})
    await tx.flush()
    meta: Meta = tx.written[reference].resource()["meta"]
    return meta


async def _relabel_version(
    context: Context,
    tx: Transaction,
    reference: str,
    number: str,
    constraint: Constraint,
    change: Callable[[Meta], Meta],
) -> Meta:
    known = VERSION.fullmatch(number)
    version = await superseded(context.store, reference, int(number), tx.session) if known else None
    if version is None or not await visible(version.row, constraint):
        raise not_found()
    resource = shown(context, version).resource()
    changed = resource | {"meta": change(resource["meta"])}
    await relabel(context.store, version, changed, tx.session)
    meta: Meta = changed["meta"]
    return meta


META = Operation(
    name="meta",
    definition=f"{_DEFINITION}meta",
    run=run,
    levels=frozenset(Level),
    types=_TYPES,
)
ADD = Operation(
    name="meta-add",
    definition=f"{_DEFINITION}meta-add",
    run=_changing(with_labels),
    levels=frozenset({Level.INSTANCE, Level.VERSION}),
    types=_TYPES,
    changes=True,
)
DELETE = Operation(
    name="meta-delete",
    definition=f"{_DEFINITION}meta-delete",
    run=_changing(without_labels),
    levels=frozenset({Level.INSTANCE, Level.VERSION}),
    types=_TYPES,
    changes=True,
)
