"""Intake: what every way in (MLLP, HTTP, a watched folder) does with the bytes that came."""
