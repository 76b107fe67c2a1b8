"""Shares: a resident lets somebody see a part of his file for some minutes, by a QR code."""
