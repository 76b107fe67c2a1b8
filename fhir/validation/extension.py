"""Extension.url: absolute, but in the parts of another extension.

FHIR R4 extensibility.html 2.4.0.1.
"""

import re
from collections.abc import Mapping
from typing import Any

from fhir.validation.finding import Check, Contained, Findings, fault

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:\S+").fullmatch


def absolute(whole: Check) -> Check:
    """The check of an extension of anything but an extension; `whole` checks its elements."""

    def check(value: Any, parent: Mapping[str, Any], contained: Contained) -> Findings:
        if (found := whole(value, parent, contained)) is not None:
            return found
        text = "the url of an extension must be absolute here"
        return None if _ABSOLUTE(value["url"]) else fault("value", text, ".url")

    return check
