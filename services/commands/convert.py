"""convert: a dry run, the FHIR that a v2 message would become, and what would be dropped.

Nothing is stored and no database is needed; `--source` reads how a source is registered, and asks for one.
`--against-store` shows the difference to what is stored, so it is for whoever operates the platform.
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
from adapters.v2_to_fhir.map_version import map_version
from adapters.v2_to_fhir.merge import merge
from adapters.v2_to_fhir.source import Source
from fhir.identity import custom_id
from fhir.resource import serialize
from fhir.store import Store
from services import joining, sources
from services.commands import Needs
from services.concept_maps import ConceptMaps
from services.failure import Failure, WrongArgument
from services.inbox import inbox_of
from services.platform import Platform
from services.worker.processor import Processor
from services.worker.rehearsal import changes
from services.worker.unusable import Unusable

NEEDS = Needs.NOTHING


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which file, and as whose."""
    parser.add_argument("file", type=Path, metavar="FILE", help="a file with one or more v2 messages")
    parser.add_argument("--source", metavar="C", help="as this registered source sends it")
    parser.add_argument(
        "--against-store", action="store_true", help="what it would change in the health files"
    )


async def run(arguments: argparse.Namespace, platform: Platform | None) -> int:
    """Print one JSON object for each message."""
    if arguments.against_store:
        return await _against_store(arguments)
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
    faults = [f"{fault.place}: {fault.reason}" for fault in conversion.faults]
    return ({"faults": faults} if faults else {}) | {
        "charset": decoded.charset,
        "findings": [f"{error.location}: {error.text.english}" for error in check(message, None, "PTD")],
        "bundle": {"resourceType": "Bundle", "type": "collection", "entry": entries},
        "origins": {draft.reference: draft.origins for draft in conversion.drafts if draft.origins},
        "not_mapped": [str(each) for each in conversion.unmapped],
        "warnings": [str(each) for each in conversion.warnings],
        "counts": {name: list(each) for name, each in conversion.counts.items()},
        "maps": map_version(speaker),
    }


async def _against_store(arguments: argparse.Namespace) -> int:
    """For each message what it would change; 1 where one could not become FHIR."""
    status = 0
    async with joining.platform(arguments.settings) as platform:
        store = platform.store
        async with sources.Sources(
            platform.database, store.vault.identify, accept_unregistered=True
        ) as known:
            processor = Processor(store, await inbox_of(store), known)
            for block in split(_bytes(arguments.file)).messages:
                told = await _changes(block, arguments.source, store, processor)
                sys.stdout.write(serialize(told, pretty=True).decode() + "\n")
                status = status if "changes" in told else 1
    return status


async def _changes(block: bytes, code: str | None, store: Store, processor: Processor) -> dict[str, Any]:
    try:
        message = Message.parse(decode(block, "GB18030").text)
        registration = await processor.registration(code or sources.sender(message))
        if registration is None:
            return {"error": f"the source {code or sources.sender(message):.64} is not registered"}
        conversion = processor.mapped(registration, block)
        return {"changes": await changes(store, processor, registration, conversion)}
    except (CharsetError, MessageError) as error:
        return {"error": str(error)}
    except Unusable as unusable:
        return {"error": unusable.reason["text"], "issues": unusable.reason["issues"]}


async def _source(arguments: argparse.Namespace) -> Source | None:
    if arguments.source is None:
        return None
    async with joining.platform(arguments.settings) as platform:
        known = await sources.registered(platform.database)
        if arguments.source not in known:
            raise WrongArgument(
                f"--source: {arguments.source} is not registered ({', '.join(known) or 'none is'})"
            )
        return await ConceptMaps(platform.store).on(known[arguments.source].source)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Failure(f"{path}: {error.strerror}") from None


def _identify(text: str) -> str:
    """Ids of a dry run: stable, but not those of any platform, whose key is its own."""
    return custom_id(hashlib.sha256(text.encode()).digest()[:16])
