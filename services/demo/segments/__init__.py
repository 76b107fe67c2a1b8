"""Segments: each written as one house writes it, one module for each group of the standard's segments."""
