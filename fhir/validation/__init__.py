"""Validation of resources against the definitions of R4 4.0.1.

FHIR R4 validation.html: structure, cardinality, value domains, required bindings, references, invariants.
"""

from fhir.validation.resource import errors, validate

__all__ = ["errors", "validate"]
