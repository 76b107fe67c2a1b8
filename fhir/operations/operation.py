"""OperationDefinition: an operation as this server offers it, and one call of it.

FHIR R4 3.2.0 (operations.html#executing). Parameters come as a Parameters resource, in the URL, or as one
bare resource; here they are the same list.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from fhir.definitions.operations import OperationDefinition, ParameterDefinition, operation_definitions
from fhir.definitions.structures import resource_types
from fhir.interactions.context import Context
from fhir.interactions.writes.writing import Written
from fhir.outcome import Fault, Refusal
from fhir.resource import Resource

Pairs = Sequence[tuple[str, str]]
_TRUTH = {"true": True, "false": False, True: True, False: False}


class Level(StrEnum):
    """Where an operation is called: `/$name`, `/Type/$name`, `/Type/id/$name`, `…/_history/vid/$name`."""

    SYSTEM = "system"
    TYPE = "type"
    INSTANCE = "instance"
    VERSION = "version"


class Parameter(NamedTuple):
    """One parameter: `value` is a value[x] as JSON (text where it came in the URL), a resource, or None.

    `member` is where it stood in the Parameters resource (`valueCode`, `resource`), None in the URL.
    """

    name: str
    value: Any = None
    parts: tuple["Parameter", ...] = ()
    member: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One call of an operation. `query` is what stood in the URL; a `safe` one must change nothing (GET).

    Of one that was `posted`, or stood in a Bundle, no link shows a value that may tell of a person.
    """

    type: str | None = None
    id: str | None = None
    parameters: tuple[Parameter, ...] = ()
    query: tuple[tuple[str, str], ...] = ()
    strict: bool = False
    version: str | None = None
    safe: bool = False
    posted: bool = False

    @property
    def level(self) -> Level:
        """Where it is called."""
        if self.version is not None:
            return Level.VERSION
        return Level.SYSTEM if self.type is None else Level.TYPE if self.id is None else Level.INSTANCE

    def all(self, name: str) -> list[Any]:
        """The values of every parameter `name`, in their order."""
        return [each.value for each in self.parameters if each.name == name and each.value is not None]

    def one(self, name: str) -> Any:
        """The value of the parameter `name`, None where it is not given; a Refusal where it stands twice."""
        found = self.all(name)
        if len(found) > 1:
            raise wrong(name, "it is given twice")
        return found[0] if found else None

    def text(self, name: str) -> str | None:
        """The same, of a primitive that is a text in JSON."""
        value = self.one(name)
        if value is not None and not isinstance(value, str):
            raise wrong(name, "a text is expected")
        return value or None

    def flag(self, name: str) -> bool | None:
        """The same, of a boolean."""
        value = self.one(name)
        if value is None:
            return None
        if not isinstance(value, str | bool) or value not in _TRUTH:
            raise wrong(name, "it is true or false")
        return _TRUTH[value]

    def number(self, name: str, *, most: int = 10**6) -> int | None:
        """The same, of a whole number from 0 to `most`."""
        value = self.one(name)
        if value is None or (type(value) is int and 0 <= value <= most):
            return value
        if isinstance(value, str) and value.isascii() and value.isdigit() and int(value[:18]) <= most:
            return int(value)
        raise wrong(name, f"it is a whole number from 0 to {most}")

    def resource(self, name: str) -> Resource | None:
        """The same, of a resource."""
        value = self.one(name)
        if value is not None and not (isinstance(value, dict) and "resourceType" in value):
            raise wrong(name, "a resource is expected")
        return value

    def complex(self, name: str) -> dict[str, Any] | None:
        """The same, of a data type (Coding, CodeableConcept, Meta)."""
        value = self.one(name)
        if value is not None and (not isinstance(value, dict) or "resourceType" in value):
            raise wrong(name, "a value of a data type is expected, so POST a Parameters resource")
        return value


Run = Callable[[Context, Call], Awaitable[Resource | Written]]


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation: where it is offered, its definition, and what carries it out.

    `types` are those that it is offered on (empty: on every type); `changes` says that it needs POST;
    `resource` names the parameter that a bare resource as the body stands for. `run` gives the resource
    to send: a Parameters, or the one resource that the parameter `return` holds; a Written where that
    resource was created. `more` are parameters beyond those of the definition, `searches` says that all
    search parameters of the type belong to them, `stores` that a POST may keep what it makes.
    """

    name: str
    definition: str
    run: Run
    levels: frozenset[Level]
    types: frozenset[str] = frozenset()
    changes: bool = False
    resource: str | None = None
    more: tuple[ParameterDefinition, ...] = ()
    searches: bool = False
    stores: bool = False

    @property
    def inputs(self) -> dict[str, ParameterDefinition]:
        """The parameters that it takes."""
        return {**self._defined().inputs, **{each.name: each for each in self.more}}

    @property
    def returns(self) -> str | None:
        """The type of the one resource that it gives; None where it gives a Parameters."""
        return self._defined().returns

    @property
    def posted_only(self) -> bool:
        """Does it change something, or need a parameter that no address can hold? (FHIR R4 3.2.0.1)"""
        return self.changes or not all(each.primitive for each in self.inputs.values() if each.min)

    def _defined(self) -> OperationDefinition:
        known = operation_definitions().get(self.definition)
        return known or OperationDefinition(self.definition, self.name)

    def offered(self, type: str | None, level: Level) -> bool:
        """Is it offered there?"""
        return level in self.levels and (type is None or not self.types or type in self.types)


def wrong(name: str, why: str) -> Refusal:
    """The parameter `name` of an operation is not what it should be."""
    return Refusal(Fault.PARAMETER, f"parameter {name!r}: {why}", expression=f"Parameters.parameter.{name}")


def check_types(name: str, types: Iterable[str]) -> None:
    """Refuse a parameter that names what is no resource type."""
    if not resource_types.issuperset(types):
        raise wrong(name, "it names what is no resource type of FHIR R4")


def read_parameters(resource: Resource, operation: Operation) -> tuple[Parameter, ...]:
    """The parameters in the body of a POST: a Parameters resource, or the bare resource itself."""
    if resource["resourceType"] == "Parameters":
        return _parameters(resource.get("parameter") or [])
    if operation.resource is None:
        raise Refusal(Fault.MALFORMED, f"${operation.name} takes a Parameters resource")
    return (Parameter(operation.resource, resource, member="resource"),)


def _parameters(given: Any) -> tuple[Parameter, ...]:
    if not isinstance(given, list):
        raise Refusal(Fault.MALFORMED, "a list is expected", expression="Parameters.parameter")
    return tuple(_parameter(position, each) for position, each in enumerate(given))


def _parameter(position: int, given: Any) -> Parameter:
    if not isinstance(given, dict) or not isinstance(given.get("name"), str):
        raise Refusal(
            Fault.MALFORMED, "a parameter has a name", expression=f"Parameters.parameter[{position}]"
        )
    members = [member for member in given if member == "resource" or member.startswith("value")]
    member = members[0] if members else None
    value = given[member] if member else None
    return Parameter(given["name"], value, _parameters(given.get("part") or []), member)


def output(*parameters: tuple[str, str, Any]) -> Resource:
    """A Parameters resource of (name, member, value), such as ("result", "valueBoolean", True)."""
    listed = [{"name": name, member: value} for name, member, value in parameters]
    return {"resourceType": "Parameters", "parameter": listed} if listed else {"resourceType": "Parameters"}
