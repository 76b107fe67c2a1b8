"""Refiling: what was filed under the wrong patient goes to the right one, and whoever saw it is told."""
