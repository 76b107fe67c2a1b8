"""The worker: turns what the feed has received into FHIR, in each patient's order."""
