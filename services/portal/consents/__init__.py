"""Rules of a resident about who may see what: Consents in plain words, given, tried out and withdrawn."""
