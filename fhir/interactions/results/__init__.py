"""What a search gives: the types it reaches, pages in their order, what is included, the links."""
