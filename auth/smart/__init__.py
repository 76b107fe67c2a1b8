"""SMART App Launch 2.2: scopes and the discovery document."""
