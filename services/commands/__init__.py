"""The commands of `./furong`: one module each, loaded only when it is called.

A module has `add_arguments(parser)`, `run(arguments, platform)` (plain or asynchronous; its result is the
exit status, None for 0) and `NEEDS`. `arguments.settings` are the Settings; `platform` is the Platform where
the command needs the database, otherwise None.
"""

import argparse
from collections.abc import Awaitable
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from services.platform import Platform


class Needs(StrEnum):
    """What a command needs before it can run."""

    NOTHING = "nothing"
    DATABASE = "database"
    DATA = "data"
    """A database that is there: what only reads makes none, and no master key."""


class Command(Protocol):
    """The module of a command."""

    NEEDS: Needs

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments."""

    def run(
        self, arguments: argparse.Namespace, platform: "Platform | None"
    ) -> Awaitable[int | None] | int | None:
        """Do it."""


COMMANDS = {
    "serve": "start the platform",
    "demo": "accounts and second-factor codes of the demonstration region",
    "client": "register clinic systems and apps (OAuth2 clients)",
    "file": "the life of a health file: home institution, family doctor, end; what is kept too long",
    "account": "add people who log in",
    "directory": "load houses, places, professionals and what they offer from a CSV file",
    "source": "register senders of HL7 v2 messages",
    "send": "send HL7 v2 files over MLLP and show each acknowledgement",
    "inbox": "what became of the messages that came in; dead letters; process again; take merges back",
    "persons": "link the records of the whole region; how many wait for a clerk",
    "map": "try and activate a source's own fields and codes over the shipped v2 maps",
    "codes": "load code systems that a site licenses (ICD-10, ICD-9-CM-3, LOINC, ATC, drugs), and list them",
    "convert": "show the FHIR that a v2 message would become, and what would be dropped",
    "validate": "check a v2 message or a FHIR resource",
    "audit": "verify the audit chain; check the store against its indexes and references",
    "key": "the master key: what lies under it, and its rotation",
}
"""The name of each command, which is its module's too, and its line in the help."""
