"""Interaction batch: the entries of a Bundle one by one, each with its own result.

FHIR R4 3.1.0.11 (http.html#transaction). Entry i of the response answers entry i of the request.
"""

from typing import Any

from fhir.bundle import response_bundle, response_entry
from fhir.interactions.context import Context
from fhir.interactions.create import create
from fhir.interactions.delete import delete
from fhir.interactions.entry import Entry, entries, placed, rows
from fhir.interactions.read import read
from fhir.interactions.search import search
from fhir.interactions.update import update
from fhir.outcome import Refusal
from fhir.resource import Resource, fragment

_REASONS = {400: "Bad Request", 403: "Forbidden", 404: "Not Found", 409: "Conflict", 410: "Gone"}


async def batch(context: Context, bundle: Resource) -> Resource:
    """Carry out each entry alone and return the batch-response."""
    answers = [await _answer(context, position, row) for position, row in enumerate(rows(bundle))]
    return response_bundle("batch-response", answers)


async def _answer(context: Context, position: int, row: Any) -> Resource:
    try:
        entry = entries({"entry": [row]})[0]
        return await _carry_out(context, entry)
    except Refusal as refusal:
        status = f"{refusal.status} {_REASONS.get(refusal.status, 'Unprocessable')}"
        answer = response_entry(status)
        answer["response"]["outcome"] = placed(refusal, position).as_outcome()
        return answer


async def _carry_out(context: Context, entry: Entry) -> Resource:
    if entry.method == "DELETE":
        await delete(context, entry.type, entry.id or "", version=entry.version)
        return response_entry("204 No Content")
    if entry.resource is not None and entry.method == "POST":
        return response_entry("201 Created", await create(context, entry.type, entry.resource))
    if entry.resource is not None:
        updated = await update(context, entry.type, entry.id or "", entry.resource, version=entry.version)
        return response_entry("201 Created" if updated.created else "200 OK", updated.stored)
    return await _read(context, entry)


async def _read(context: Context, entry: Entry) -> Resource:
    if entry.id is not None:
        stored = await read(context, entry.type, entry.id)
        return response_entry("200 OK", stored, resource=fragment(stored.body))
    page = await search(context, entry.type, entry.parameters)
    return response_entry("200 OK", resource=page.bundle(context.base))
