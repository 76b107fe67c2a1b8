"""The Consents as they would be."""

from collections.abc import Collection, Mapping
from typing import Any

from auth.access.supposed import Supposed

HERS = {"id": "a", "patient": {"reference": "Patient/p"}}


class Known:
    async def of(self, patients: Collection[str]) -> Mapping[str, Any]:
        return {each: (HERS,) for each in patients if each == "Patient/p"}


async def test_one_more_stands_beside_the_others() -> None:
    more = {"id": "draft", "patient": {"reference": "Patient/q"}}
    supposed = Supposed(Known(), more)
    assert await supposed.of(["Patient/p", "Patient/q"]) == {"Patient/p": (HERS,), "Patient/q": (more,)}
    assert await supposed.of(["Patient/p"]) == {"Patient/p": (HERS,)}


async def test_a_changed_one_takes_its_place() -> None:
    changed = HERS | {"status": "inactive"}
    assert await Supposed(Known(), changed).of(["Patient/p"]) == {"Patient/p": (changed,)}
