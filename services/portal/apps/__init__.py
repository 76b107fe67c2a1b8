"""Apps of others: the question whether one may act for somebody, and what was answered before."""
