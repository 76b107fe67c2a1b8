"""convert: a dry run, the FHIR that a v2 message would become, and what would be dropped.

Nothing is stored and no database is needed; `--source` reads how a source is registered, and asks for one.
"""

import argparse
import hashlib
import sys
from pathlib import Path
from typing import Any

from adapters.hl7v2.batch import split
from adapters.hl7v2.charset import CharsetError, decode
from adapters.hl7v2.check import check
from adapters.hl7v2.message import Message, MessageError
from adapters.v2_to_fhir.conversion import convert
from adapters.v2_to_fhir.merge import merge
from adapters.v2_to_fhir.source import Source
from fhir.identity import custom_id
from fhir.resource import serialize
from services import joining, sources
from services.commands import Needs
from services.failure import Failure, WrongArgument
from services.platform import Platform

NEEDS = Needs.NOTHING


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which file, and as whose."""
    parser.add_argument("file", type=Path, metavar="FILE", help="a file with one or more v2 messages")
    parser.add_argument("--source", metavar="C", help="as this registered source sends it")


async def run(arguments: argparse.Namespace, platform: Platform | None) -> int:
    """Print one JSON object for each message."""
    source = await _source(arguments)
    status = 0
    for block in split(_bytes(arguments.file)).messages:
        result = dry_run(block, source)
        sys.stdout.write(serialize(result, pretty=True).decode() + "\n")
        status = 1 if "error" in result else status
    return status


def dry_run(block: bytes, source: Source | None) -> dict[str, Any]:
    """What would become of the bytes of one message."""
    try:
        decoded = decode(block, source.charset if source else "GB18030")
        message = Message.parse(decoded.text)
    except (CharsetError, MessageError) as error:
        return {"error": str(error)}
    code = sources.sender(message)
    speaker = source or Source(code, f"Organization/{_identify(code)}")
    conversion = convert(message, speaker, _identify)
    entries = [{"resource": merge(None, {}, draft)[0]} for draft in conversion.drafts]
    return {
        "charset": decoded.charset,
        "findings": [f"{error.location}: {error.text.english}" for error in check(message, None, "PTD")],
        "bundle": {"resourceType": "Bundle", "type": "collection", "entry": entries},
        "origins": {draft.reference: draft.origins for draft in conversion.drafts if draft.origins},
        "not_mapped": [str(each) for each in conversion.unmapped],
        "warnings": [str(each) for each in conversion.warnings],
    }


async def _source(arguments: argparse.Namespace) -> Source | None:
    if arguments.source is None:
        return None
    async with joining.platform(arguments.settings) as platform:
        known = await sources.registered(platform.database)
    if arguments.source not in known:
        raise WrongArgument(
            f"--source: {arguments.source} is not registered ({', '.join(known) or 'none is'})"
        )
    return known[arguments.source].source


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Failure(f"{path}: {error.strerror}") from None


def _identify(text: str) -> str:
    """Ids of a dry run: stable, but not those of any platform, whose key is its own."""
    return custom_id(hashlib.sha256(text.encode()).digest()[:16])
