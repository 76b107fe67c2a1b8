"""Small valid resources, and how a test puts them into a store."""

from fhir.resource import Resource
from fhir.store import Store
from fhir.store.transaction import Transaction


def patient(id: str = "p1", **more: object) -> Resource:
    """A Patient."""
    return {"resourceType": "Patient", "id": id, "name": [{"text": "测试甲"}]} | more


def organization(id: str = "h1", **more: object) -> Resource:
    """An Organization."""
    return {"resourceType": "Organization", "id": id, "name": "测试医院"} | more


def observation(id: str = "o1", subject: str = "p1", code: str = "8480-6", **more: object) -> Resource:
    """A final Observation of a Patient."""
    base: Resource = {
        "resourceType": "Observation",
        "id": id,
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
        "subject": {"reference": f"Patient/{subject}"},
    }
    return base | more


async def put(store: Store, *resources: Resource) -> Transaction:
    """Store `resources` in one transaction."""

    async def work(tx: Transaction) -> Transaction:
        for resource in resources:
            tx.put(resource)
        return tx

    return await store.resources.transact(work)


async def remove(store: Store, reference: str) -> None:
    """Delete `Type/id`."""

    async def work(tx: Transaction) -> None:
        tx.delete(reference)

    await store.resources.transact(work)


def search_parameter(id: str = "s1", **more: object) -> Resource:
    """An active SearchParameter of a site's own: Patients by their marital status."""
    base: Resource = {
        "resourceType": "SearchParameter",
        "id": id,
        "url": "http://example.org/SearchParameter/married",
        "name": "married",
        "status": "active",
        "description": "HTEST",
        "code": "married",
        "base": ["Patient"],
        "type": "token",
        "expression": "Patient.maritalStatus",
    }
    return base | more
