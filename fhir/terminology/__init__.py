"""Terminology: code systems, value sets and concept maps, shipped and stored.

FHIR R4 terminology-service.html.
"""
