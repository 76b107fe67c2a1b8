"""Constraints of R4 4.0.1 by family, compiled by hand: a table each of (path, key) -> rule.

FHIR R4 conformance-rules.html 2.1.0.5. Severity and meaning come from the definitions; to add one, write its
row.
"""
