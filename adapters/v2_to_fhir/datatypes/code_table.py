"""CWE.3 and CWE.7: the code table that a code is of, by its name.

china.md, "Code tables". `3` is O in CV04.50.005 and AB in other tables under the same OID: a code of such an
OID counts only where the message, or the source's overlay, names the table, and where the words beside the
code do not name another of its concepts. Else it is the source's own code, kept as sent, and waits for a map.
"""

import re
from functools import cache, lru_cache
from typing import Any
from unicodedata import normalize

from adapters.hl7v2.field import Field
from adapters.v2_to_fhir.context import Context
from fhir.definitions.code_tables import Table, is_shared, table_named
from fhir.definitions.terminology import shipped

_BLOOD_GROUPS = frozenset({"882-1", "883-9", "884-7", "10331-7", "14578-9", "14579-7"})
"""LOINC codes of questions about a blood group."""
_ASIDE = re.compile(r"[型血\s]")
_TABLES = {"GB/T14396": ("ICD10CN", "ICD-10-CN"), "ICD-9-CM-3": ("ICD9CM3",)}
"""What feeds call tables beside their names."""


@lru_cache(maxsize=4096)
def system(name: str, version: str, usual: str) -> str:
    """The code system that CWE.3 and CWE.7 name: `usual`, unless two tables share it and neither is named."""
    table = _table(name, version)
    if table is not None and (not usual or usual == table.url):
        return table.url
    return "" if is_shared(usual) else usual


def definite(coding: dict[str, str], name: str, version: str, context: Context) -> dict[str, str]:
    """The coding with its table as its version, where its OID alone does not tell; the source's own where its
    words say something else than its code."""
    if not is_shared(coding.get("system", "")):
        return coding
    table = _table(context.source.systems.get(name, "").partition("|")[2] or name, version)
    if table is None or table.url != coding["system"]:
        context.warn("an OID that two tables share, and no name of a table")
        return {**coding, "system": context.source.local("code", name)}
    if not _agrees(table.id, coding["code"], coding.get("display", "")):
        context.warn("a code and its words that mean different things in the table that is named")
        return {**coding, "system": context.source.local("code", name)}
    head = {"system": coding["system"], "version": table.version}
    return head | {member: value for member, value in coding.items() if member != "system"}


def blood_group(field: Field, concept: dict[str, Any]) -> str:
    """The code of a question about a blood group; empty where OBX-3 asks something else."""
    codings = concept.get("coding", ())
    words = "".join([str(concept.get("text", "")), *(str(each.get("display", "")) for each in codings)])
    asked = "血型" in words or any(each.get("code") in _BLOOD_GROUPS for each in codings)
    return (field[1].value.strip() or "-") if asked else ""


def _table(name: str, version: str) -> Table | None:
    return table_named(version) or table_named(_usual_names().get(name, name))


@cache
def _usual_names() -> dict[str, str]:
    return {each: table for table, names in _TABLES.items() for each in names}


def _agrees(id: str, code: str, words: str) -> bool:
    """Is the code in the table, and do the words name no other concept of it?"""
    names = _names(id)
    if not names:
        return True
    if code not in names.values():
        return False
    said = _plain(words)
    named = {names[each] for each in _told(said, tuple(names))}
    return not named or named == {code}


@lru_cache(maxsize=1024)
def _told(said: str, names: tuple[str, ...]) -> list[str]:
    """The names that stand in a text, the longest at each place; Latin letters only as whole words."""
    parts = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return re.findall(rf"(?<![A-Z])(?:{parts})(?![A-Z])", said)


@cache
def _names(id: str) -> dict[str, str]:
    """Every name of a concept of a shipped table, with its code."""
    concepts = shipped("CodeSystem")[id].resource().get("concept", ())
    return {
        _plain(name): each["code"]
        for each in concepts
        for name in (each["display"], *(str(one["value"]) for one in each.get("designation", ())))
    }


def _plain(words: str) -> str:
    return _ASIDE.sub("", normalize("NFKC", words).upper())
