"""_list: what a List holds.

FHIR R4 3.1.1.4.9 (search.html#list): `_list=42`. The lists that a server computes (`$current-problems` …) are
not there.
"""

from dataclasses import dataclass

from fhir.resource import ID
from fhir.search import refused
from fhir.search.condition import Condition, Matches, Resolver, Unresolved
from fhir.search.value import alternatives, plain

NAME = "_list"


@dataclass(frozen=True, slots=True)
class HeldBy(Unresolved):
    """The resource, of `type`, is in one of these Lists (`List/id`)."""

    type: str
    lists: tuple[str, ...]

    async def resolve(self, resolver: Resolver) -> Condition:
        """The members of the Lists."""
        found: dict[str, None] = {}
        for each in self.lists:
            found |= dict.fromkeys(await resolver.members(each))
        mine = [each for each in found if each.startswith(f"{self.type}/")]
        return Matches(({"_id": {"$in": mine}},))


def condition(type: str, modifier: str, value: str) -> Condition | None:
    """What `_list` asks of resources of `type`; None where it names no List."""
    if modifier:
        raise refused.modifier(NAME, modifier)
    named = [plain(each).strip() for each in alternatives(value)]
    if any(each.startswith("$") for each in named):
        raise refused.unsupported(NAME, "lists that a server computes ($current-…) are not kept here")
    lists = tuple(each.removeprefix("List/") for each in named)
    if not all(ID.fullmatch(each) for each in lists):
        raise refused.malformed(NAME, "it is the id of a List")
    return HeldBy(type, tuple(f"List/{each}" for each in lists)) if lists else None
