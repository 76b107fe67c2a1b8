"""Operation $summary of Patient: the International Patient Summary of one person.

IPS 2.0 OperationDefinition/summary. One document whatever the number of source Patients; it is made anew at
each call and kept nowhere.
"""

from fhir.access import Action
from fhir.definitions.operations import ParameterDefinition
from fhir.interactions.context import Context
from fhir.interactions.read import not_found
from fhir.interactions.search import search
from fhir.operations.operation import Call, Level, Operation, wrong
from fhir.outcome import Fault, Refusal
from fhir.resource import Resource
from fhir.search.value import escaped
from fhir.summary.ips import composition, document
from fhir.summary.ips.making import summary

_PROFILES = (document.PROFILE, composition.PROFILE)
_VERSION = "2.0.0"


async def run(context: Context, call: Call) -> Resource:
    """The document."""
    await context.permit("Patient", Action.READ)
    _check(call)
    made = await summary(context, call.id or await _named(context, call))
    context.trail.query = f"{context.trail.entity}/$summary"
    return made


def _check(call: Call) -> None:
    """A Refusal where another kind of summary is asked for than there is."""
    if (call.id is None) != (call.text("identifier") is not None):
        raise wrong("identifier", "it names the Patient where the address does not")
    if call.text("graph") is not None:
        raise Refusal(Fault.UNSUPPORTED_PARAMETER, "a summary is not shaped by a GraphDefinition here")
    profile, _, version = (call.text("profile") or document.PROFILE).partition("|")
    if profile not in _PROFILES or version not in ("", _VERSION):
        raise Refusal(
            Fault.UNSUPPORTED_PARAMETER,
            f"a summary is of the profile {document.PROFILE}|{_VERSION}, no other",
            expression="Parameters.parameter.profile",
        )


async def _named(context: Context, call: Call) -> str:
    """The Patient with the identifier; a Refusal where it is nobody's, or that of several persons."""
    system, _, value = (call.text("identifier") or "").partition("|")
    if not system or not value:
        raise wrong("identifier", "it is system|value")
    token = f"{escaped(system)}|{escaped(value)}"
    page = await search(context, "Patient", [("identifier", token), ("_count", "50")])
    references = [each.reference for each in page.matches]
    if not references:
        raise not_found()
    persons = await context.persons(references)
    if len({frozenset(persons[each]) for each in references}) > 1:
        raise Refusal(Fault.MULTIPLE_MATCHES, "several persons have this identifier")
    return references[0].removeprefix("Patient/")


OPERATION = Operation(
    name="summary",
    definition="http://hl7.org/fhir/uv/ips/OperationDefinition/summary",
    run=run,
    levels=frozenset({Level.TYPE, Level.INSTANCE}),
    types=frozenset({"Patient"}),
    more=(
        ParameterDefinition("identifier", "string"),
        ParameterDefinition("profile", "uri"),
        ParameterDefinition("graph", "uri"),
    ),
)
