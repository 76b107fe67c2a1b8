"""Reads within a batch or transaction: read, vread, history, search and operations as entries of a Bundle.

FHIR R4 3.1.0.11 (http.html#transaction). Each goes through the same interaction as a request of its own.
"""

from dataclasses import replace
from urllib.parse import parse_qsl

from fhir.bundle import response_entry
from fhir.definitions.structures import resource_types
from fhir.interactions.bundle.entry import Entry
from fhir.interactions.context import Context
from fhir.interactions.history import history
from fhir.interactions.read import read
from fhir.interactions.search import search
from fhir.interactions.view import View, view
from fhir.interactions.vread import vread
from fhir.interactions.writes.acceptance import check_type
from fhir.interactions.writes.writing import Written
from fhir.operations.calling import carry_out
from fhir.operations.operation import Call, Parameter
from fhir.operations.registry import operation_or_404
from fhir.outcome import Fault, Refusal
from fhir.resource import Resource, fragment
from fhir.store import Stored

Pairs = list[tuple[str, str]]


def foresee(entry: Entry) -> None:
    """Refuse an operation that changes something and can't be undone: it is no part of a transaction."""
    if entry.operation is None:
        return
    call = _operation(entry)
    operation = operation_or_404(entry.operation, call.type, call.level)
    if operation.changes or (operation.stores and not call.safe):
        raise Refusal(Fault.METHOD, f"${entry.operation} can't be undone, so it is no part of a transaction")


def parameters(entry: Entry) -> Pairs:
    """The parameters of the URL of an entry."""
    try:
        return parse_qsl(entry.query, keep_blank_values=True, encoding="utf-8", errors="strict")
    except ValueError:
        raise Refusal(Fault.PARAMETER, "the query of the url is not UTF-8") from None


async def answer(context: Context, entry: Entry) -> Resource:
    """The entry of the response; HEAD has no resource."""
    found = await _retrieve(context, entry)
    if entry.method == "HEAD":
        found.pop("resource", None)
    return found


async def _retrieve(context: Context, entry: Entry) -> Resource:
    pairs = parameters(entry)
    if entry.operation is not None:
        return await _call(context, entry, pairs)
    if entry.type == "AuditEvent":
        raise Refusal(Fault.UNSUPPORTED_PARAMETER, "AuditEvents are read by themselves, not within a Bundle")
    match entry.segments:
        case ("_history",):
            return response_entry("200 OK", resource=(await history(context, pairs)).bundle(context.base))
        case (type, "_history"):
            page = await history(context, pairs, _type(type))
            return response_entry("200 OK", resource=page.bundle(context.base))
        case ():
            return await _search(context, None, pairs)
        case (type,):
            return await _search(context, _type(type), pairs)
        case (type, id):
            wanted = view(pairs, _type(type))
            return _shown(entry, await read(context, type, id), wanted)
        case (type, id, "_history", version):
            wanted = view(pairs, _type(type))
            return _shown(entry, await vread(context, type, id, version), wanted)
        case (type, id, "_history"):
            page = await history(context, pairs, _type(type), id)
            return response_entry("200 OK", resource=page.bundle(context.base))
        case (name, id, type):
            return await _search(context, None if type == "*" else _type(type), pairs, (_type(name), id))
    raise Refusal(Fault.UNKNOWN_TYPE, "there is nothing at this address")


async def _search(
    context: Context, type: str | None, pairs: Pairs, compartment: tuple[str, str] | None = None
) -> Resource:
    page = await search(context, type, pairs, compartment=compartment, posted=True)
    return response_entry("200 OK", resource=page.bundle(context.base))


def _type(name: str) -> str:
    check_type(name)
    return name


def _shown(entry: Entry, stored: Stored, wanted: View) -> Resource:
    if entry.preconditions.unchanged(stored):
        return response_entry("304 Not Modified", stored)
    return response_entry("200 OK", stored, resource=fragment(wanted.of(stored).body))


def _operation(entry: Entry) -> Call:
    *path, name = entry.segments
    if len(path) > 2 or entry.method not in ("GET", "HEAD", "POST"):
        raise Refusal(Fault.NOT_FOUND, "no such operation is offered at this address")
    type = path[0] if path else None
    if type is not None and type not in resource_types:
        check_type(type)
    call = Call(type, path[1] if len(path) > 1 else None, safe=entry.method != "POST", posted=True)
    operation_or_404(name[1:], type, call.level)
    return call


async def _call(context: Context, entry: Entry, pairs: Pairs) -> Resource:
    call = _operation(entry)
    operation = operation_or_404(entry.operation or "", call.type, call.level)
    given = tuple(Parameter(name, value) for name, value in pairs)
    called = replace(call, parameters=given, query=tuple(pairs))
    result = await carry_out(context, operation, called, entry.resource)
    if isinstance(result, Written):
        return response_entry("201 Created", result.stored, resource=fragment(result.stored.body))
    return response_entry("200 OK", resource=result)
