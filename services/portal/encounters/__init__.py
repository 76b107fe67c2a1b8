"""One visit: what was found, written and prescribed in it; one engine for residents and doctors."""
