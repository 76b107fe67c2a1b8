"""Comparisons: for each feature how far two records agree in it, as one of a few levels.

Fellegi and Sunter 1969; a level is a number, the place of its name in `LEVELS`. The last is that one of the
records does not tell.
"""
