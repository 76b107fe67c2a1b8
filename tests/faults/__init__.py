"""Faults: what is really injected into a running platform under load, and the count of what became of it."""
