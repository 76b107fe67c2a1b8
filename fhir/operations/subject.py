"""The subject of a terminology operation: the resource of the URL, the one sent along, or the one named.

FHIR R4 terminology-service.html. Whoever may read the type may ask; what is looked up by its canonical URL is
shared by all.
"""

from fhir.access import Action
from fhir.interactions.context import Context
from fhir.interactions.read import read
from fhir.operations.operation import Call, wrong
from fhir.outcome import Fault, Refusal
from fhir.resource import Resource
from fhir.terminology.canonical import canonical
from fhir.terminology.definitions import Definitions


async def subject(
    context: Context, known: Definitions, call: Call, type: str, inline: str, version: str
) -> Resource | None:
    """The resource of `type`; `inline` and `version` name its parameters. None where none is given."""
    await context.permit(type, Action.READ)
    given = [name for name in ("url", inline) if call.one(name) is not None]
    if call.id is not None:
        if given:
            raise wrong(given[0], "the resource of the URL is meant already")
        return (await read(context, type, call.id)).resource()
    if len(given) > 1:
        raise wrong(given[1], "there is a url as well")
    if (sent := call.resource(inline)) is not None:
        return sent
    if (url := call.text("url")) is None:
        return None
    return await known.require(type, canonical(url, call.text(version)), day(call))


def required(found: Resource | None, *names: str) -> Resource:
    """`found`; a Refusal that says how the subject is named where there is none."""
    if found is None:
        raise Refusal(Fault.REQUIRED, f"one of the parameters {', '.join(names)} is needed")
    return found


def day(call: Call) -> str | None:
    """The date as of which definitions are taken."""
    return call.text("date")
