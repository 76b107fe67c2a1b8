"""RestfulInteractions: which interactions of R4 this server does, and on which types.

FHIR R4 http.html; CapabilityStatement and OpenAPI description are made from these tables.
"""

from fhir.definitions.structures import resource_types

INTERACTIONS = (
    "read",
    "vread",
    "update",
    "patch",
    "delete",
    "history-instance",
    "history-type",
    "create",
    "search-type",
)
"""Of one type."""

SYSTEM_INTERACTIONS = ("transaction", "batch", "search-system", "history-system")
"""Of all types together."""

CONDITIONAL: dict[str, bool | str] = {
    "conditionalCreate": True,
    "conditionalRead": "full-support",
    "conditionalUpdate": True,
    "conditionalDelete": "single",
}
"""The conditional forms, in the members of CapabilityStatement.rest.resource."""

PATCH_FORMATS: tuple[str, ...] = ("application/json-patch+json", "application/fhir+json")
"""Media types of patches."""

SPECIAL: tuple[str, ...] = ("_filter", "_list")
"""Parameters of every search that read no element (`_list`, `_filter`)."""

RESULTS = (
    "_count", "_elements", "_include", "_revinclude", "_sort", "_summary", "_total",
)  # fmt: skip
"""Parameters that say what of the matches is shown."""

COMPARTMENTS: tuple[str, ...] = ("Device", "Encounter", "Patient", "Practitioner", "RelatedPerson")
"""Compartments that can be searched."""

SERVED = frozenset(resource_types) - {"OperationOutcome", "Parameters"}
"""The types that are stored: those two are what requests and replies are made of."""

READ_ONLY: dict[str, tuple[str, ...]] = {"AuditEvent": ("read", "search-type")}
"""Types that the platform alone writes, with what may be asked of them."""

READ_ONLY_PARAMETERS: dict[str, tuple[str, ...]] = {
    "AuditEvent": (
        "_id", "_lastUpdated", "action", "address", "agent", "agent-name", "agent-role", "date", "entity",
        "entity-name", "entity-role", "entity-type", "outcome", "patient", "policy", "site", "subtype",
        "type",
    )
}  # fmt: skip


def interactions(type: str) -> tuple[str, ...]:
    """The interactions of one type."""
    return READ_ONLY.get(type, INTERACTIONS)
