"""Search: which parameters there are, what a resource is found by, what a query asks for.

FHIR R4 3.1.1 (search.html). Nothing here knows a database driver: `index` makes the tokens and dates that
the store keeps beside a resource, `query` makes the filter that finds them again.
"""
