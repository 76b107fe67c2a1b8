"""audit: verify the audit chain; check the store against its indexes and references."""

import argparse
import json
from dataclasses import asdict

from auth.audit.verify import verify
from fhir.consistency import check
from services.commands import Needs
from services.platform import Platform

NEEDS = Needs.DATABASE
_SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`verify` and `check`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, line in (
        ("verify", "was an audit record altered, removed or reordered?"),
        (
            "check",
            "does every resource stand in the index as it should, does every reference lead somewhere?",
        ),
    ):
        actions.add_parser(name, help=line).add_argument("--json", action="store_true", help="for a program")


async def run(arguments: argparse.Namespace, platform: Platform | None) -> int:
    """Print the report; exit status 1 where something is wrong."""
    assert platform is not None
    if arguments.action == "verify":
        report = await verify(platform.database, platform.store.vault)
        shown, wrong = asdict(report), [str(finding) for finding in report.findings]
    else:
        checked = await check(platform.store)
        shown, wrong = asdict(checked), [*checked.drifted, *checked.dangling]
    if arguments.json:
        print(json.dumps(shown, ensure_ascii=False, indent=2, default=str))
        return 1 if wrong else 0
    for each in wrong[:_SHOWN]:
        print(each)
    counts = {name: value for name, value in shown.items() if isinstance(value, int)}
    print("; ".join(f"{name}: {value}" for name, value in counts.items()))
    print(f"{len(wrong)} findings." if wrong else "Nothing is wrong.")
    return 1 if wrong else 0
