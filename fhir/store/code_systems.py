"""CodeSystem: the code systems that sites have stored, by their canonical URL, as the index tells them."""

from fhir.store.database import Store

_URL = "CodeSystem.url|"


async def code_systems(store: Store) -> set[str]:
    """The URLs; of those that are retired none."""
    filter = {"tokens": {"$eq": "CodeSystem", "$ne": "CodeSystem.status|retired"}}
    rows = store.database["resources"].find(filter, {"tokens": True})
    urls = {
        token.removeprefix(_URL) async for row in rows for token in row["tokens"] if token.startswith(_URL)
    }
    return {url for url in urls if "|" not in url}
