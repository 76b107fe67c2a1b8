"""Searches as data, over a real store and for readers who see different residents.

Each JSON file beside this one holds `resources` and `cases`: `query` (decoded, `[path?]name=value&…`) with
`expect` (`Type/id` of the matches, in any order), or `refused` (an issue type and status). `sees` names the
owners whom the reader may see (all where it is missing), `denied` the types that his token may not touch,
`own` that a Patient stands for itself alone to him, `includes` what comes along, `ordered` that the order
counts, `why` what the case shows.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from fhir.access import Action, Deny, Permit
from fhir.interactions.context import Context
from fhir.interactions.search import search
from fhir.outcome import Refusal
from fhir.resource import parse
from fhir.store import EVERYONE, Store
from tests.support.access import Some
from tests.support.resources import put

BASE = "https://furong.example/fhir"
FILES = sorted(Path(__file__).parent.glob("*.json"))
CONTENTS = {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in FILES}
DIRECTORY = frozenset(
    {"Organization", "Practitioner", "Location", "ValueSet", "CodeSystem", "Questionnaire", "Medication"}
)


class Reader:
    """Sees the files of some residents and the directory; with `few` False they are too many to list."""

    def __init__(self, case: Mapping[str, Any], *, few: bool) -> None:
        self._denied = frozenset(case.get("denied", ()))
        self._some = Some(*case["sees"], few=few) if "sees" in case else EVERYONE

    async def decide(self, type: str, action: Action) -> Permit | Deny:
        if type in self._denied:
            return Deny("not this one")
        return Permit(EVERYONE if type in DIRECTORY else self._some)


async def answer(store: Store, case: Mapping[str, Any], *, few: bool) -> Any:
    path, _, rest = case["query"].partition("?")
    pairs = [each.partition("=") for each in rest.split("&") if each]
    parameters = [(name, value) for name, _, value in pairs]
    *about, type = path.split("/")
    compartment = (about[0], about[1]) if about else None
    context = Context(store, Reader(case, few=few), BASE, "r", linked="own" not in case)
    try:
        found = await search(
            context,
            None if type in ("", "*") else type,
            parameters,
            strict=case.get("strict", False),
            compartment=compartment,
        )
    except Refusal as refusal:
        return f"{refusal.issues[0].code} {refusal.status}"
    matches = [each.reference for each in found.matches]
    assert found.total == len(matches)
    if "includes" in case:
        included = [
            f"{each.reference}/{each.version}" if each.version > 1 else each.reference
            for each in found.included
        ]
        return matches, sorted(included)
    return matches


def expected(case: Mapping[str, Any]) -> Any:
    if "refused" in case:
        return case["refused"]
    return (case["expect"], case["includes"]) if "includes" in case else case["expect"]


def arranged(found: Any, case: Mapping[str, Any]) -> Any:
    if isinstance(found, str) or case.get("ordered"):
        return found
    return (sorted(found[0]), found[1]) if isinstance(found, tuple) else sorted(found)


@pytest.mark.parametrize("few", [True, False], ids=["listed", "asked"])
@pytest.mark.parametrize("name", CONTENTS)
async def test_every_case_finds_what_it_says(name: str, few: bool, store: Store) -> None:
    content = CONTENTS[name]
    for group in content.get("before", []), content["resources"]:
        await put(store, *(parse(json.dumps(each).encode()) for each in group))
    wrong = {}
    for case in content["cases"]:
        found = arranged(await answer(store, case, few=few), case)
        if found != arranged(expected(case), case):
            wrong[f"{case['query']} {case.get('sees', '')}"] = found
    assert content["cases"]
    assert wrong == {}
