"""Record linkage: two records in, what becomes of them and by which rule out."""
