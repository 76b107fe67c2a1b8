"""Access: who may see what. OAuth 2.0, SMART, accounts, access decisions, audit."""
