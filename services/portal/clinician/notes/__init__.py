"""Clinical notes: written, signed, amended; every version is kept."""
