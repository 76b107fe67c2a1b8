"""The store: every FHIR resource in MongoDB, encrypted, versioned, found by index tokens."""

from fhir.store.constraint import EVERYONE
from fhir.store.database import Store
from fhir.store.stored import Stored

__all__ = ["EVERYONE", "Store", "Stored"]
