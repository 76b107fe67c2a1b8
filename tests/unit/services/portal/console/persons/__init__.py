"""Tests of the pages of persons."""
