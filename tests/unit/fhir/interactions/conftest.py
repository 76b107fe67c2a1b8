"""Contexts over a store with two residents: p1 with o1, p2 with o2."""

from collections.abc import Callable

import pytest

from fhir.interactions.context import Context
from fhir.store import Store
from tests.support.access import Granted, Some
from tests.support.resources import observation, organization, patient, put

BASE = "https://x.example/fhir"
Contexts = Callable[..., Context]


@pytest.fixture
async def contexts(store: Store) -> Contexts:
    """A context that sees the owners named, or everything where none is."""
    await put(store, organization(), patient("p1"), patient("p2"))
    await put(store, observation("o1", "p1"), observation("o2", "p2"))

    def make(*owners: str, denied: tuple[str, ...] = (), reader: str = "r") -> Context:
        granted = Granted(Some(*owners), denied) if owners else Granted(denied=denied)
        return Context(store, granted, BASE, reader)

    return make


@pytest.fixture
def regional(contexts: Contexts) -> Context:
    return contexts()


@pytest.fixture
def clinic(contexts: Contexts) -> Context:
    return contexts("Patient/p1")
