"""The pages of persons: which records are one person's, as a data steward decides it."""
