"""A store with a small code system of its own, and a context on it."""

from typing import Any

import pytest

from fhir.interactions.context import Context
from fhir.store import Store
from tests.support.access import Granted
from tests.support.resources import put

SYSTEM = "http://a.example/animals"


def code_system(*concepts: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "CodeSystem", "id": "animals", "url": SYSTEM, "version": "1", "name": "Animals",
        "status": "active", "content": "complete", "caseSensitive": True, "concept": list(concepts),
    } | more  # fmt: skip


def value_set(id: str, *includes: dict[str, Any], **compose: Any) -> dict[str, Any]:
    return {
        "resourceType": "ValueSet", "id": id, "url": f"http://a.example/{id}", "status": "active",
        "compose": {"include": list(includes), **compose},
    }  # fmt: skip


ANIMALS = code_system(
    {"code": "animal", "display": "Animal", "concept": [
        {"code": "dog", "display": "Dog", "concept": [{"code": "poodle", "display": "Poodle"}]},
        {"code": "cat", "display": "Cat"},
    ]},
    {"code": "stone", "display": "Stone"},
)  # fmt: skip


@pytest.fixture
async def context(store: Store) -> Context:
    await put(store, ANIMALS, value_set("all", {"system": SYSTEM}))
    return Context(store, Granted(), "https://x.example/fhir", "r")
