"""Placeholder: what a sender writes in a number's place where he has none (无, 0, -, NULL).

HL7 v2 chapter 2.A (CX, EI): a number names one thing. One of these would make one of all that have none.
"""

import re

_PLACEHOLDER = re.compile(
    r"[0０\-－—_/\\.*#?？]+|[暂尚]?无|不[详祥]|未知|未填|空|null|none|nil|n/?a|unk(?:nown)?|undefined",
    re.IGNORECASE,
)


def is_placeholder(number: str) -> bool:
    """Whether a number says only that there is none."""
    return _PLACEHOLDER.fullmatch(number.strip()) is not None
