"""One series of results: a large chart and every reading in a table."""
