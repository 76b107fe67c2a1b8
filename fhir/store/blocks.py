"""Blocking keys as index tokens of a Patient: which other Patients it is compared with.

`fhir.matching.blocking`. They are hashed with the platform's key like everything that names a person (ADR 3).
What is counted only, names, telephones and addresses, has tokens of its own.
"""

from collections.abc import Iterator

from fhir.matching.blocking import keys
from fhir.matching.features import Features, features
from fhir.resource import Resource
from fhir.search.entries import Keyed

VERSION = 1
"""To be raised when other keys are made: a database of an earlier one is indexed anew."""
_BLOCK, _COUNT = "Patient.~block|", "Patient.~count|"


def tokens(patient: Resource, keyed: Keyed) -> list[str]:
    """All tokens by which record linkage finds a Patient."""
    of = features(patient)
    return [*searched(of, keyed), *(count_token(each, keyed) for each in _counted(of))]


def searched(of: Features, keyed: Keyed) -> list[str]:
    """The tokens of those with whom a record is compared, the most telling first."""
    return [f"{_BLOCK}{keyed(f'block|{key}')}" for key in keys(of)]


def count_token(text: str, keyed: Keyed) -> str:
    """The token of all Patients with a name, a telephone or an address as compared."""
    return f"{_COUNT}{keyed(f'count|{text}')}"


def _counted(of: Features) -> Iterator[str]:
    yield from (name.text for name in of.names)
    yield from of.phones
    if of.address:
        yield of.address
