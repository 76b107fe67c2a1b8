"""What batch and transaction share: entries, their reads and writes, and what is answered.

FHIR R4 3.1.0.11 (http.html#transaction)."""
