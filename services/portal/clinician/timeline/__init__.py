"""The timeline of a resident: all visits and documents, the newest first, with filters."""
