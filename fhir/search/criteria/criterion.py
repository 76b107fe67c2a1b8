"""A criterion: one search parameter of a query, with its modifier or chain, as a condition.

FHIR R4 3.1.1.3 (search.html#combining, #chaining, #has). The same reading serves the end of a chain, `_has`
and `_filter`, so that a parameter finds the same wherever it stands.
"""

from collections.abc import Callable

from fhir.definitions.search_parameters import types
from fhir.outcome import Fault, Refusal
from fhir.search import refused
from fhir.search.condition import Condition
from fhir.search.criteria import filter_condition, filter_expression, identity, listed, presence
from fhir.search.criteria.chain import Chained
from fhir.search.criteria.reverse_chain import ReferredBy
from fhir.search.refused import shown
from fhir.search.registry import SearchParameter, definitions
from fhir.search.types import (
    composite,
    date,
    hierarchy,
    near,
    number,
    quantity,
    reference,
    string,
    token,
    uri,
)
from fhir.search.value import alternatives, well_escaped

CONDITIONS: dict[str, Callable[[SearchParameter, str, list[str]], Condition]] = {
    "composite": composite.condition,
    "date": date.condition,
    "number": number.condition,
    "quantity": quantity.condition,
    "reference": reference.condition,
    "special": near.condition,
    "string": string.condition,
    "token": token.condition,
    "uri": uri.condition,
}
"""By type of parameter: what a query asks of the index."""

MOST_VALUES = 10_000
MOST_RANGES = 200
MOST_LINKS = 10
MOST_BRANCHES = 200
HAS = "_has"
FILTER = "_filter"
APART = frozenset({"AuditEvent"})
"""Types that are kept apart from the resources and searched by themselves."""
_EQUAL = frozenset({"reference", "token", "uri"})
"""Types whose values are looked up as they are; the values of others are ranges or patterns."""
_NOT_SERVED = {
    "_query": "there is no named query here",
    "_contained": "contained resources are not searched by themselves",
    "_containedType": "contained resources are not searched by themselves",
}
SPECIAL = frozenset({HAS, FILTER, listed.NAME, "_query", "_containedType"})
"""Parameters of every type that read no element."""


class Reading:
    """Reads the criteria of one search and counts what they ask for; `base` is the server's own URL.

    `types` are those that the criteria name beside the searched one: they must be open to the reader.
    """

    def __init__(self, base: str = "") -> None:
        self.types: set[str] = set()
        self._base = f"{base.rstrip('/')}/" if base else ""
        self._values = 0
        self._branches = 0

    def condition(self, type: str, given: str, value: str, links: int = 0) -> Condition | None:
        """What a parameter asks of resources of `type`, as it is `given`; None where it has no value."""
        if links > MOST_LINKS:
            raise refused.costly(shown(given), f"a chain has at most {MOST_LINKS} links")
        if given == HAS or given.startswith(f"{HAS}:"):
            return self._has(type, given, value, links)
        head, dot, rest = given.partition(".")
        name, _, modifier = head.partition(":")
        if dot:
            return self.chain(
                self.parameter(type, name),
                modifier,
                rest,
                lambda target: self.condition(target, rest, value, links + 1),
            )
        if name == listed.NAME:
            self.types.add("List")
            return listed.condition(type, modifier, value)
        if name == FILTER:
            return self._filter(type, modifier, value)
        parameter = self.parameter(type, name)
        if not well_escaped(value):
            raise refused.malformed(name, r"a backslash stands before one of , | $ \ only")
        values = alternatives(value)
        return self.compared(parameter, modifier, values) if values else None

    def parameter(self, type: str, name: str) -> SearchParameter:
        """The parameter `name` of `type`; a Refusal where there is none that is searched by."""
        if name in _NOT_SERVED:
            raise refused.unsupported(name, _NOT_SERVED[name])
        parameter = definitions(type).get(name)
        if parameter is None:
            raise refused.malformed(shown(name), f"{type} has no such parameter")
        if not parameter.searchable:
            raise refused.unsupported(name, f"it is not supported for {type}")
        return parameter

    def compared(self, parameter: SearchParameter, modifier: str, values: list[str]) -> Condition:
        """What `values`, of which one must be met, ask of a parameter."""
        self._count(parameter, values)
        if modifier == "missing":
            return presence.condition(parameter, values)
        if parameter.code == "_id":
            return identity.condition(parameter, modifier, values)
        if parameter.type == "reference":
            values = [value.strip().removeprefix(self._base) for value in values]
            if modifier in ("above", "below"):
                return hierarchy.condition(parameter, modifier, values)
        return CONDITIONS[parameter.type](parameter, modifier, values)

    def _count(self, parameter: SearchParameter, values: list[str]) -> None:
        most = MOST_VALUES if parameter.type in _EQUAL else MOST_RANGES
        self._values += len(values)
        if len(values) > most or self._values > MOST_VALUES:
            raise refused.costly(
                parameter.code, f"it takes at most {most} values, a search {MOST_VALUES} in all"
            )

    def chain(
        self,
        parameter: SearchParameter,
        target: str,
        rest: str,
        inner: Callable[[str], Condition | None],
    ) -> Condition | None:
        """What refers by `parameter` to a resource that meets `inner`; `rest` begins with its parameter."""
        if parameter.type != "reference":
            raise refused.malformed(parameter.code, "only a reference can be followed by a chain")
        if target and target not in parameter.targets:
            raise refused.modifier(parameter.code, target)
        named = {target} if target else parameter.targets
        first = rest.partition(".")[0].partition(":")[0]
        wanted = sorted(each for each in named - APART if first in definitions(each) or first in SPECIAL)
        if not wanted:
            raise refused.malformed(
                parameter.code, "nothing that it refers to has the parameter of the chain"
            )
        if len(named) == 1:
            self.types.update(wanted)
        found = self._branched(parameter.code, wanted, inner)
        return Chained(parameter, tuple(found), len(named) == 1) if found else None

    def _branched(
        self, name: str, targets: list[str], inner: Callable[[str], Condition | None]
    ) -> list[tuple[str, Condition]]:
        """The condition of each target; what one cannot be asked is left to those that can."""
        self._branch(name, len(targets))
        found: list[tuple[str, Condition]] = []
        faults: list[Refusal] = []
        empty = False
        for each in targets:
            try:
                condition = inner(each)
            except Refusal as refusal:
                if refusal.fault is Fault.TOO_COSTLY:
                    raise
                faults.append(refusal)
                continue
            empty = empty or condition is None
            found += [] if condition is None else [(each, condition)]
        if faults and not found and not empty:
            raise faults[0]
        return found

    def _has(self, type: str, given: str, value: str, links: int) -> Condition | None:
        """`_has:Type:parameter:` and what the other resource must have."""
        parts = given.split(":", 3)
        if len(parts) != 4 or not parts[3]:
            raise refused.malformed(HAS, "it is written _has:Type:parameter:parameter")
        _, referrer, code, rest = parts
        return self.has(type, referrer, code, lambda each: self.condition(each, rest, value, links + 1))

    def has(
        self, type: str, referrer: str, code: str, inner: Callable[[str], Condition | None]
    ) -> Condition | None:
        """What a `referrer` that meets `inner` refers to by its parameter `code`."""
        if referrer not in types():
            raise refused.malformed(HAS, "it names no resource type")
        if referrer in APART or type in APART:
            raise refused.unsupported(HAS, "AuditEvents are kept apart and are searched by themselves")
        parameter = definitions(referrer).get(code)
        if parameter is None or parameter.type != "reference" or type not in parameter.targets:
            raise refused.malformed(HAS, f"{referrer} has no parameter of that name that refers to {type}")
        self.types.add(referrer)
        self._branch(HAS, 1)
        condition = inner(referrer)
        return None if condition is None else ReferredBy(type, parameter, condition)

    def _branch(self, name: str, more: int) -> None:
        self._branches += more
        if self._branches > MOST_BRANCHES:
            raise refused.costly(
                name,
                f"it looks into more than {MOST_BRANCHES} other sets: name the types, as in subject:Patient",
            )

    def _filter(self, type: str, modifier: str, value: str) -> Condition | None:
        if modifier:
            raise refused.modifier(FILTER, modifier)
        tree = filter_expression.parse(value) if value.strip() else None
        return None if tree is None else filter_condition.condition(self, type, tree)
