"""HL7 v2 to FHIR R4: one message in, drafts of resources out.

HL7 Version 2 to FHIR Implementation Guide 1.0.0 (hl7.fhir.uv.v2mappings). Maps are data in the guide's words
(`messages/`, `segments/`, `tables/`) and plain functions (`datatypes/`, `resources/`); README.md says how to
add one and which policies hold where the guide is silent. Pure: no input or output, no clock.
"""
