"""Constraints of the conformance resources and the rule that computable names have.

FHIR R4 resourcelist.html: Conformance module; StructureDefinition and TestScript have modules of their own.
"""

import re
from collections.abc import Mapping
from typing import Any

from fhir.validation.invariant import (
    Rule,
    Rules,
    both,
    distinct,
    holds,
    needs,
    never_when,
    only_when,
    some,
)

_COMPUTABLE = re.compile(r"[A-Z]([A-Za-z0-9_]){0,254}").fullmatch


def _computable(element: Mapping[str, Any]) -> bool:
    name = element.get("name")
    return not isinstance(name, str) or _COMPUTABLE(name) is not None


def _kind(element: Mapping[str, Any]) -> bool:
    return element.get("kind") != "capability" or ("implementation" not in element and "software" in element)


def _distinct(members: str, key: str) -> Rule:
    return holds(lambda element: distinct(one[key] for one in element.get(members, ()) if key in one))


def _versions(element: Mapping[str, Any]) -> bool:
    resources = element.get("definition", {}).get("resource", ())
    known = set(element.get("fhirVersion", ()))
    return all(known.issuperset(one.get("fhirVersion", ())) for one in resources)


def _grouped(element: Mapping[str, Any]) -> bool:
    known = {one.get("id") for one in element.get("grouping", ())}
    named = (one["groupingId"] for one in element.get("resource", ()) if "groupingId" in one)
    return all(one in known for one in named)


COMPUTABLE_NAME = (
    "name.matches('[A-Z]([A-Za-z0-9_]){0,254}')"  # the expression of the constraint in all types
)
computable_name = holds(_computable)

RULES: Rules = {
    ("CapabilityStatement", "cpb-1"): some("rest", "messaging", "document"),
    ("CapabilityStatement", "cpb-2"): some("description", "software", "implementation"),
    ("CapabilityStatement", "cpb-3"): holds(
        lambda element: (
            element.get("kind") == "instance"
            or all("endpoint" not in messaging for messaging in element.get("messaging", ()))
        )
    ),
    ("CapabilityStatement", "cpb-7"): holds(
        lambda element: distinct((one.get("profile"), one.get("mode")) for one in element.get("document", ()))
    ),
    ("CapabilityStatement", "cpb-14"): holds(
        lambda element: element.get("kind") != "instance" or "implementation" in element
    ),
    ("CapabilityStatement", "cpb-15"): holds(_kind),
    ("CapabilityStatement", "cpb-16"): holds(
        lambda element: (
            element.get("kind") != "requirements"
            or ("implementation" not in element and "software" not in element)
        )
    ),
    ("CapabilityStatement.rest", "cpb-9"): _distinct("resource", "type"),
    ("CapabilityStatement.rest.resource", "cpb-12"): _distinct("searchParam", "name"),
    ("OperationDefinition.parameter", "opd-1"): some("type", "part"),
    ("OperationDefinition.parameter", "opd-2"): only_when("searchType", "type", "string"),
    ("OperationDefinition.parameter", "opd-3"): only_when("targetProfile", "type", "Reference", "canonical"),
    ("SearchParameter", "spd-1"): needs("xpath", "xpathUsage"),
    ("SearchParameter", "spd-2"): only_when("chain", "type", "reference"),
    ("MessageDefinition.focus", "md-1"): holds(
        lambda element: (limit := element.get("max")) is None or limit == "*" or limit.strip("0") > ""
    ),
    ("TerminologyCapabilities.codeSystem", "tcp-1"): holds(
        lambda element: (
            len(element.get("version", ())) < 2 or all("code" in one for one in element["version"])
        )
    ),
    ("TerminologyCapabilities", "tcp-2"): some("description", "software", "implementation"),
    ("TerminologyCapabilities", "tcp-3"): holds(
        lambda element: element.get("kind") != "instance" or "implementation" in element
    ),
    ("TerminologyCapabilities", "tcp-4"): holds(_kind),
    ("TerminologyCapabilities", "tcp-5"): both(
        never_when("software", "kind", "requirements"), never_when("implementation", "kind", "requirements")
    ),
    ("StructureMap.group.rule.target", "smp-1"): needs("element", "context"),
    ("StructureMap.group.rule.target", "smp-2"): needs("context", "contextType"),
    ("ImplementationGuide", "ig-2"): holds(_versions),
    ("ImplementationGuide.definition", "ig-1"): holds(_grouped),
}
