"""Referrals both ways: a ServiceRequest that asks, and a Task that tells what became of it (WS/T 790.16)."""
