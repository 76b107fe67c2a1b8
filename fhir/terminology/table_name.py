"""CodeSystem.identifier: the names that a code table goes by, beside its URL and its version.

FHIR R4 codesystem.html; china.md, "Code tables". A table of China is named by its number (`GB/T 2261.1`,
`CV04.50.005`), with or without the year, or by its title; an OID that two tables share names neither.
"""

from collections.abc import Iterator
from unicodedata import normalize

from fhir.resource import Resource

NAMES = "urn:furong:table"
"""The system of the identifiers that are names."""


def plain(name: str) -> str:
    """A name without what writers differ in: width, case, spaces, and that it is a table (表)."""
    return "".join(normalize("NFKC", name).upper().split()).removesuffix("表")


def names_of(resource: Resource) -> Iterator[str]:
    """What the table of a CodeSystem is called, plain."""
    if version := resource.get("version"):
        yield plain(version)
    for each in resource.get("identifier", ()):
        if each.get("system") == NAMES:
            yield plain(each["value"])


def is_version(resource: Resource, version: str) -> bool:
    """Is a CodeSystem (or any other resource) what `version` means: its version, or a name of its table?"""
    return resource.get("version") == version or plain(version) in names_of(resource)
