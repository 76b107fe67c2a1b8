"""What runs: the only place where the core, the adapters and access control are wired together."""
