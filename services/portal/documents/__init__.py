"""A document or report opened: its text, its results, its files; one engine for residents and doctors."""
