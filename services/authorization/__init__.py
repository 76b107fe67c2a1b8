"""Authorization server over HTTP: the token endpoint and the discovery documents."""
