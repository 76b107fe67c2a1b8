"""Hospital feeds: HL7 v2 in, FHIR out. Here an adapter is a feed, not an outward port."""
