"""StructureDefinition: the profiles that the store has, by the type that they constrain.

FHIR R4 profiling.html. They are read from the index: the tokens of a StructureDefinition say what it is.
"""

from fhir.store.database import Store

_PROFILE = ["StructureDefinition.derivation|constraint", "StructureDefinition.kind|resource"]
_URL, _TYPE = "StructureDefinition.url|", "StructureDefinition.type|"


async def profiles(store: Store) -> dict[str, list[str]]:
    """The canonical URLs of the profiles on each resource type; those that are retired are left out."""
    filter = {"tokens": {"$all": _PROFILE, "$ne": "StructureDefinition.status|retired"}}
    found: dict[str, list[str]] = {}
    async for row in store.database["resources"].find(filter, {"tokens": True}):
        for type in _ends(row["tokens"], _TYPE):
            found.setdefault(type.rpartition("/")[2], []).extend(_ends(row["tokens"], _URL))
    return {type: sorted(urls) for type, urls in sorted(found.items())}


def _ends(tokens: list[str], prefix: str) -> list[str]:
    return [token.removeprefix(prefix) for token in tokens if token.startswith(prefix)]
