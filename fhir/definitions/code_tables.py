"""Code tables: which code system, and which version of it, the name of a Chinese table means.

china.md, "Code tables": a code counts by the name of its table. Real systems give one OID to two tables; such
an OID alone names neither, and nothing here guesses.
"""

from functools import cache
from typing import NamedTuple

from fhir.definitions.terminology import shipped
from fhir.resource import Resource
from fhir.terminology.code_system import is_reused
from fhir.terminology.table_name import NAMES, names_of, plain


class Table(NamedTuple):
    """A table: its code system, the version that stands for it, and the resource's id."""

    url: str
    version: str
    id: str


def table_named(name: str) -> Table | None:
    """The table of that name (`GB/T 2261.1-2003`, `CV04.50.005`, `ABO血型代码表`)."""
    return _named().get(plain(name)) if name else None


def is_shared(url: str) -> bool:
    """Do real systems give this OID to more than one table?"""
    return url in _shared()


@cache
def _tables() -> list[Resource]:
    mark = NAMES.encode()
    return [each.resource() for each in shipped("CodeSystem").values() if mark in each.body]


@cache
def _named() -> dict[str, Table]:
    known = [each for each in _tables() if "version" in each]
    tables = [(each, Table(each["url"], each["version"], each["id"])) for each in known]
    return {name: table for each, table in tables for name in names_of(each)}


@cache
def _shared() -> frozenset[str]:
    return frozenset(each["url"] for each in _tables() if is_reused(each))
