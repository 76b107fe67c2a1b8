"""Patient summary: the resources of one person turned into lines, for `$summary` and for every page.

IPS 2.0. `reading.py` reads a health file through the search interaction; all else is pure functions from R4
resources to lines, which know no store, no request and no language of a page.
"""
