"""Source: a house as the feed knows it.

Everything that a house sends is labelled HTEST (v3-ActReason: test health data).
"""

from adapters.v2_to_fhir.source import Source
from services.demo.house import House


def source(house: House) -> Source:
    """The registration of a house; its numbers lie in its own namespace where it names no authority."""
    return Source(house.code, f"Organization/{house.id}", charset=house.dialect.charset.upper())
