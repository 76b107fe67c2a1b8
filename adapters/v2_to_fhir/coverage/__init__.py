"""Coverage: which rows of the official guide our maps follow, as a report that is generated."""
