"""Alarms: what somebody must be told of. Stored first, then sent by webhook and mail; no patient data."""
