"""Audit: who has seen or changed what, kept in chains that show every alteration."""
