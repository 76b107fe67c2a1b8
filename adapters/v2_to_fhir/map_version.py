"""Map version: which maps made something of a message.

Checklist 56. It changes with the shipped maps, with what is registered of a source, with its overlay and
with its ConceptMaps, and only with them.
"""

import hashlib
import json
from functools import cache
from pathlib import Path

from adapters.v2_to_fhir.source import Source

_HERE = Path(__file__).parent
_LENGTH = 16


@cache
def shipped_version() -> str:
    """The version of the maps that ship: a digest of their files."""
    digest = hashlib.sha256()
    for folder in ("messages", "segments", "tables"):
        for path in sorted((_HERE / folder).glob("*.yaml")):
            digest.update(f"{folder}/{path.name}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:_LENGTH]


def map_version(source: Source) -> str:
    """The version of all maps that count for `source`."""
    own = [source.tables, source.systems, source.authorities]
    said = json.dumps([{**each} for each in own], sort_keys=True, default=dict)
    overlay = "" if source.overlay is None else source.overlay.digest
    parts = (shipped_version(), said, overlay, source.concepts.digest)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:_LENGTH]
