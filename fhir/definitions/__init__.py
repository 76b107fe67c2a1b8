"""Conformance definitions of FHIR R4 (4.0.1), compiled into compact package data and loaded lazily.

FHIR R4 conformance-module.html; README.md says how the data are made and under which licence.
"""
