"""What writes share: whether a resource is accepted, on which conditions, and what goes with it."""
