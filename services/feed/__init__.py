"""The feed: takes HL7 v2 from hospitals, makes it durable, acknowledges it."""
