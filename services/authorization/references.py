"""References given on the command line: they must exist in the store."""

from fhir.resource import ID
from fhir.store import EVERYONE
from services.failure import WrongArgument
from services.platform import Platform


async def existing(platform: Platform, option: str, type: str, given: str) -> str:
    """`Type/id` of an id or reference given for `option`; a WrongArgument when there is no such resource."""
    id = given.removeprefix(f"{type}/")
    if not ID.fullmatch(id):
        raise WrongArgument(f"{option}: {given} is not an id of {type}")
    found = await platform.store.resources.read(type, id, EVERYONE)
    if found is None or found.deleted:
        raise WrongArgument(f"{option}: there is no {type} with this id")
    return f"{type}/{id}"
