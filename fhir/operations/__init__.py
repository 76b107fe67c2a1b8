"""Operations of FHIR R4 (operations.html), one file each."""
