"""Public messages (../shared/corpora/hl7v2, never copied here): what Furong makes of them."""
