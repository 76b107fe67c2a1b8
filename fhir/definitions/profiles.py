"""Profile: the official R4 profiles and extensions, known without being posted.

FHIR R4 profilelist.html. Read from the compiled data at first use.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import orjson

_FILE = Path(__file__).parent / "data" / "profiles.json"


@cache
def _profiles() -> dict[str, dict[str, Any]]:
    profiles: dict[str, dict[str, Any]] = orjson.loads(_FILE.read_bytes())
    return profiles


def profile(url: str) -> Mapping[str, Any] | None:
    """The profile `url`, which may end in `|4.0.1`; None where R4 has no such profile."""
    canonical, _, version = url.partition("|")
    found = _profiles().get(canonical)
    return found if found is not None and version in ("", found["version"]) else None
