"""From FHIR to HL7 v2: what an answer to a hospital's query is made of."""
