"""MLLP: the Minimal Lower Layer Protocol that carries HL7 v2 over TCP.

HL7 Transport Specification: MLLP, Release 1. Knows framing only, nothing of what is in a block.
"""
