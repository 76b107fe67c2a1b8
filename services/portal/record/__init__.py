"""Health file: FHIR resources turned into the lines that a page shows.

Pure functions from R4 resources to view models; nothing here reads a store, a request or a language.
"""
