"""The types of search parameters: what each leaves in the index, and what a query asks of it.

FHIR R4 3.1.1.4 (search.html#ptypes)."""
