"""Who looks at the file of a resident for him: named by himself, or registered by an officer."""
