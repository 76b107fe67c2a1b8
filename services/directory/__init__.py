"""The directory (IHE mCSD): houses, places, professionals and what they offer, from a CSV file."""
