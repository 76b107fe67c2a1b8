"""The public corpora, and what a message of theirs becomes."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from adapters.hl7v2.charset import decode
from adapters.hl7v2.message import Message
from adapters.v2_to_fhir.conversion import Conversion, convert
from adapters.v2_to_fhir.merge import merge
from adapters.v2_to_fhir.source import Source
from fhir.resource import Resource
from tests.unit.adapters.v2_to_fhir.given import identify

FOLDER = Path(__file__).parents[4] / "shared" / "corpora" / "hl7v2"
CDC = sorted((FOLDER / "cdc").rglob("*.hl7"))
MICROSOFT = sorted((FOLDER / "microsoft").glob("*.hl7"))
SOURCE = Source("CORPUS", "Organization/corpus", timezone="UTC", charset="UTF-8")
NEEDED = pytest.mark.skipif(not CDC, reason="the public messages (../shared/corpora/hl7v2) are not here")


def name(path: Path | None) -> str:
    """How a test names a file."""
    return str(path.relative_to(FOLDER).with_suffix("")) if path else ""


@cache
def text(path: Path) -> str:
    """The characters of a file."""
    return decode(path.read_bytes(), SOURCE.charset).text


def conversion(path: Path) -> tuple[Message, Conversion]:
    """The message of a file and what came of it."""
    message = Message.parse(text(path))
    return message, convert(message, SOURCE, identify)


def resources(made: Conversion) -> list[Resource]:
    """What an empty store would hold afterwards."""
    return [merge(None, {}, draft)[0] for draft in made.drafts]


def unaccounted(message: Message, made: Conversion) -> list[str]:
    """Results, comments, diagnoses, allergies, documents and Z segments that are nowhere: checklist 62."""
    listed = {place.split("-")[0] for place in made.unmapped}
    counted: dict[str, int] = {}
    missing = []
    kept = made.represented
    for segment in message.segments:
        counted[segment.name] = counted.get(segment.name, 0) + 1
        place = f"{segment.name}[{counted[segment.name]}]"
        if segment.name not in ("MSH", "EVN") and segment.index not in kept and place not in listed:
            missing.append(place)
    return missing


def elements(resource: Any) -> Any:
    """A resource without its id: what stays when keys change."""
    return {key: value for key, value in resource.items() if key != "id"}
