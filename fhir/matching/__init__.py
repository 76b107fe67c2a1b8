"""Record linkage: which source Patients are one person."""
