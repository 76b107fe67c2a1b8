"""validate: a v2 message (strictly, by hl7apy's tables beside our own checks) or a FHIR resource.

The exit status is 0 where nothing is wrong (warnings are not), 1 where something is, 2 for a wrong argument.
"""

import argparse
import json
from pathlib import Path

from adapters.hl7v2.batch import split
from adapters.hl7v2.charset import CharsetError, decode
from adapters.hl7v2.check import check
from adapters.hl7v2.error import Error
from adapters.hl7v2.message import Message, MessageError
from adapters.hl7v2.strict import beside, strict
from fhir.outcome import Issue, Refusal
from fhir.resource import Resource, parse
from fhir.validation import validate
from fhir.validation.profile import issues_from
from fhir.validation.profile.source import Official, Stored
from services import joining
from services.commands import Needs
from services.failure import WrongArgument
from services.platform import Platform

NEEDS = Needs.NOTHING
_SEVERITIES = {"E": "error", "W": "warning", "I": "information"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which file."""
    parser.add_argument("file", type=Path, metavar="FILE", help="HL7 v2 or FHIR JSON")
    parser.add_argument(
        "--profile",
        metavar="U",
        help="a profile: of R4, of the platform, or a file with a StructureDefinition",
    )
    parser.add_argument("--json", action="store_true", help="the findings as JSON")


async def run(arguments: argparse.Namespace, platform: Platform | None) -> int:
    """Print what is wrong, a line each."""
    content = _bytes(arguments.file)
    if content.lstrip()[:1] in (b"{", b"["):
        findings = await _resource(content, arguments)
    elif arguments.profile:
        raise WrongArgument("--profile: an HL7 v2 message has none")
    else:
        findings = _messages(content)
    if arguments.json:
        print(json.dumps(findings, ensure_ascii=False, indent=2))
    for each in [] if arguments.json else findings:
        print(f"{each['severity']}: {each['place']}: {each['text']}")
    if not findings and not arguments.json:
        print("Nothing is wrong.")
    return 1 if any(each["severity"] == "error" for each in findings) else 0


async def _resource(content: bytes, arguments: argparse.Namespace) -> list[dict[str, str]]:
    try:
        resource = parse(content)
        issues = validate(resource)
        if arguments.profile and all(issue.code != "structure" for issue in issues):
            issues += await _profile(resource, arguments)
    except Refusal as refusal:
        issues = list(refusal.issues)
    return [
        {"severity": each.severity, "place": each.expression or "the file", "text": each.diagnostics}
        for each in issues
    ]


async def _profile(resource: Resource, arguments: argparse.Namespace) -> list[Issue]:
    """Against a profile: of a file, of R4, or posted to the platform, which is joined only for that."""
    if (file := Path(arguments.profile)).is_file():
        definition = parse(_bytes(file))
        if definition["resourceType"] != "StructureDefinition" or "url" not in definition:
            raise WrongArgument(f"--profile: {file} holds no StructureDefinition with a url")
        url = str(definition["url"])
        return await issues_from(Official({url: definition}), resource, [url])
    if await Official().definition(arguments.profile) is not None:
        return await issues_from(Official(), resource, [arguments.profile])
    async with joining.platform(arguments.settings) as platform:
        source = Stored(platform.store, arguments.settings.address)
        if await source.definition(arguments.profile) is None:
            raise WrongArgument("--profile: neither R4 nor the platform knows this profile")
        return await issues_from(source, resource, [arguments.profile])


def _messages(content: bytes) -> list[dict[str, str]]:
    """What our checks and the standard's tables find; `2: PID-3` is in the second of several messages."""
    blocks = split(content).messages
    found = []
    for number, block in enumerate(blocks, 1):
        where = f"{number}: " if len(blocks) > 1 else ""
        found += [_finding(where, each) for each in _errors(block)]
    return found


def _errors(block: bytes) -> list[Error]:
    try:
        message = Message.parse(decode(block).text)
    except CharsetError as error:
        return [error.error]
    except MessageError:
        return check(None)
    found = strict(message)
    return found + beside(check(message, None, "PTD"), found)


def _finding(where: str, error: Error) -> dict[str, str]:
    return {
        "severity": _SEVERITIES[error.severity],
        "place": f"{where}{error.location or 'MSH'}",
        "code": error.code,
        "text": error.text.english,
        "chinese": error.text.chinese,
    }


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise WrongArgument(f"{path}: {error.strerror}") from None
