"""Datatype maps of the guide: one file per v2 datatype, one plain function per FHIR type it becomes."""
