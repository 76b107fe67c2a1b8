"""demo: accounts and second-factor codes of the demonstration region."""

import argparse
import json
from dataclasses import asdict

from auth.login.factors import demonstration_code
from auth.roles import FACTORS, Factor, Role
from fhir.store import Store
from services.commands import Needs
from services.demo.cast import Member, members
from services.failure import Failure, WrongArgument
from services.platform import Platform

NEEDS = Needs.DATA


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`accounts`, or `code` and a login."""
    parser.add_argument(
        "what", choices=("accounts", "code"), help="list the accounts, or show one's present code"
    )
    parser.add_argument("login", nargs="?", help="whose code")
    parser.add_argument("--json", action="store_true", help="accounts as JSON")


async def run(arguments: argparse.Namespace, platform: Platform | None) -> int:
    """Print the accounts or the code."""
    assert platform is not None
    if arguments.what == "accounts":
        if arguments.login:
            raise WrongArgument("demo accounts takes no login.")
        _show(await members(platform.store), arguments.json)
        return 0
    if not arguments.login or arguments.json:
        raise WrongArgument("demo code takes one login and no --json.")
    print(await _code(platform.store, arguments.login))
    return 0


def table(accounts: list[Member]) -> str:
    """The accounts as lines for a terminal."""
    rows = [(each.login, each.password, _factor(each), each.role, each.name) for each in accounts]
    titles = ("login", "password", "factor", "role", "name")
    widths = [max(map(len, column)) for column in zip(titles, *rows, strict=True)]
    return "\n".join(
        "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (titles, *rows)
    )


def _factor(member: Member) -> str:
    if member.totp_secret:
        return "code"
    return "passkey" if FACTORS[Role(member.role)] is Factor.PASSKEY else "-"


def _show(accounts: list[Member], as_json: bool) -> None:
    if as_json:
        print(json.dumps([asdict(each) for each in accounts], ensure_ascii=False, indent=2))
    elif accounts:
        print(table(accounts))
    else:
        raise Failure("There is no demonstration in this database: ./furong serve --demo loads one.")


async def _code(store: Store, login: str) -> str:
    member = next((each for each in await members(store) if each.login == login.strip().casefold()), None)
    if member is None:
        raise WrongArgument(
            "there is no demonstration account of that login; ./furong demo accounts lists them."
        )
    if _factor(member) == "passkey":
        raise WrongArgument(
            f"{member.login} logs in with a passkey, which the browser makes at the first log-in."
        )
    if member.totp_secret is None:
        raise WrongArgument(f"{member.login} logs in without a second factor.")
    code = await demonstration_code(store.database, store.vault, member.login)
    if code is None:
        raise Failure("All present codes of this account have been used; a new one begins within 30 s.")
    return code
