"""persons: record linkage of the whole region at once, and how many wait for a clerk.

A platform that runs links every Patient a second after it is written. `link` is for a first load of many, or
for all anew under another model: it takes all cores for some minutes, and a few gigabytes for a million.
"""

import argparse
import json
import time
from dataclasses import asdict
from typing import Any

from auth.audit.record import Agent, AuditRecord, Interaction
from fhir.store.person_numbers import QUEUE
from fhir.store.possible_matches import State
from services.commands import Needs
from services.platform import Platform

NEEDS = Needs.DATA
_BY = Agent("system", "command-line", "./furong persons")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`count` and `link`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("count", help="how many possible matches are in each state, and who waits for linkage")
    link = actions.add_parser("link", help="compare all Patients with each other, and link who is one person")
    link.add_argument("--dry-run", action="store_true", help="count what would be linked; change nothing")


async def run(arguments: argparse.Namespace, platform: Platform | None) -> int:
    """Do it and print the result as JSON: numbers, and nothing of any person."""
    assert platform is not None
    shown = await (_count if arguments.action == "count" else _link)(platform, arguments)
    print(json.dumps(shown, indent=2))
    return 0


async def _count(platform: Platform, arguments: argparse.Namespace) -> dict[str, Any]:
    matches = platform.store.possible_matches
    counted = {state.value: await matches.count(state) for state in State}
    return counted | {"waiting": await platform.store.database[QUEUE].count_documents({})}


async def _link(platform: Platform, arguments: argparse.Namespace) -> dict[str, Any]:
    began, store = time.monotonic(), platform.store
    if not arguments.dry_run:
        await platform.recorder.record(
            AuditRecord(_BY, Interaction.CONFIGURE, reason="all records linked anew")
        )
    found = await store.linking_all.run(store.linking.model, dry=arguments.dry_run)
    return asdict(found) | {"seconds": round(time.monotonic() - began, 1), "changed": not arguments.dry_run}
