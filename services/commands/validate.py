"""validate: a v2 message (strictly, by hl7apy beside our own checks) or a FHIR resource.

The exit status is 0 only where nothing is wrong.
"""

import argparse
import json
from pathlib import Path

from adapters.hl7v2.batch import split
from adapters.hl7v2.charset import CharsetError, decode
from adapters.hl7v2.check import check
from adapters.hl7v2.message import Message, MessageError
from adapters.hl7v2.strict import second_opinion
from fhir.outcome import Refusal
from fhir.resource import parse
from fhir.validation import validate
from services.commands import Needs
from services.failure import WrongArgument
from services.platform import Platform

NEEDS = Needs.NOTHING


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which file."""
    parser.add_argument("file", type=Path, metavar="FILE", help="HL7 v2 or FHIR JSON")
    parser.add_argument("--profile", metavar="U", help="a profile to check against (not supported yet)")
    parser.add_argument("--json", action="store_true", help="the findings as JSON")


def run(arguments: argparse.Namespace, platform: Platform | None) -> int:
    """Print what is wrong, a line each."""
    if arguments.profile:
        raise WrongArgument("--profile: profiles are not supported yet")
    content = _bytes(arguments.file)
    findings = _resource(content) if content.lstrip()[:1] in (b"{", b"[") else _messages(content)
    if arguments.json:
        print(json.dumps(findings, ensure_ascii=False, indent=2))
    for each in [] if arguments.json else findings:
        print(f"{each['severity']}: {each['place']}: {each['text']}")
    if not findings and not arguments.json:
        print("Nothing is wrong.")
    return 1 if any(each["severity"] == "error" for each in findings) else 0


def _resource(content: bytes) -> list[dict[str, str]]:
    try:
        issues = validate(parse(content))
    except Refusal as refusal:
        issues = list(refusal.issues)
    return [
        {"severity": each.severity, "place": each.expression or "the file", "text": each.diagnostics}
        for each in issues
    ]


def _messages(content: bytes) -> list[dict[str, str]]:
    found = []
    for block in split(content).messages:
        try:
            text = decode(block).text
            message = Message.parse(text)
        except (CharsetError, MessageError) as error:
            found.append({"severity": "error", "place": "MSH", "text": str(error)})
            continue
        found += [
            {"severity": "error", "place": str(each.location), "text": each.text.english}
            for each in check(message, None, "PTD", strict=True)
        ]
        found += [{"severity": "error", "place": "hl7apy", "text": each} for each in second_opinion(text)]
    return found


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise WrongArgument(f"{path}: {error.strerror}") from None
