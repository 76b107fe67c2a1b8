"""Citizen number: an invented one, made from its parts.

GB 11643: 6 area + 8 birth + 3 sequence + 1 check; an odd sequence means male.
"""

from datetime import date

from fhir.matching.citizen_number import check_digit


def citizen_number(area: str, birth: date, sequence: int) -> str:
    """The citizen number of these parts with its check digit; `sequence` is 0 to 999."""
    body = f"{area}{birth:%Y%m%d}{sequence:03d}"
    return body + check_digit(body)
