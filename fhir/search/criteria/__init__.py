"""Criteria: one parameter of a query with its modifier, chain, `_has` or `_filter`, read into a condition.

FHIR R4 3.1.1.3 (search.html#combining)."""
