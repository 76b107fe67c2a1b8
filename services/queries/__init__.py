"""Queries: what hospitals ask of the person index by HL7 v2 (PIX and PDQ), answered on the spot."""
