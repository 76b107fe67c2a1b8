"""The FHIR API over HTTP."""
