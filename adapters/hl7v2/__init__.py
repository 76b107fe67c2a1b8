"""HL7 version 2: messages as hospitals really send them, read tolerantly and answered exactly.

HL7 v2.1 to v2.9, chapter 2 (Control). Knows text and bytes only: no network, no store, no FHIR.
"""
