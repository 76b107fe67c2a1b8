"""Strict validation by hl7apy: the second opinion, on request only.

HL7 v2 chapter 2 (message structures). hl7apy is a hundred times too slow for the feed and loses segments in
its tolerant mode, so it never reads a message for us; it only says what it thinks of one.
"""

from typing import Any


def second_opinion(text: str) -> list[str]:
    """What hl7apy finds wrong with a message; its words, without values of the message where it allows."""
    from hl7apy.consts import VALIDATION_LEVEL
    from hl7apy.exceptions import HL7apyException
    from hl7apy.parser import parse_message

    normal = "\r".join(
        line for line in text.replace("\r\n", "\r").replace("\n", "\r").split("\r") if line.strip()
    )
    try:
        message: Any = parse_message(
            normal, validation_level=VALIDATION_LEVEL.STRICT, find_groups=True, force_validation=True
        )
        message.validate()
    except HL7apyException as error:
        return [" ".join(str(error).split())]
    except Exception as error:
        return [f"hl7apy can't read this message ({type(error).__name__})"]
    return []
