"""HTTP ingest: HL7 v2 messages over HTTP, for whoever cannot open a socket to the feed."""
