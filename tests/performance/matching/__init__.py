"""Record linkage, measured on a labelled population, beside splink on the same records."""
