"""account: add people who log in.

`account add` prints the login and its one-time password as JSON; the password is shown this once.
"""

import argparse
import json
from typing import Any

from auth.login import accounts, throttle
from auth.login.passwords import Passwords
from auth.roles import Factor, Role, demanded
from auth.store import accounts as stored
from services.authorization.references import existing
from services.commands import Needs
from services.failure import Failure, WrongArgument
from services.platform import Platform

NEEDS = Needs.DATABASE
_REFERENCES = {"practitioner": "Practitioner", "organization": "Organization", "patient": "Patient"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`add`, `reset`, `disable` and `unlock`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="a new account; prints login and one-time password")
    add.add_argument("--login", required=True, help="the name to log in with")
    add.add_argument(
        "--role", required=True, choices=[role.value for role in Role], help="what the person is"
    )
    add.add_argument("--name", required=True, help="the person's name, as it stands in the audit")
    for option, type in _REFERENCES.items():
        add.add_argument(f"--{option}", metavar="ID", help=f"the {type} of this person")
    for action, help in _ACTIONS.items():
        parser = actions.add_parser(action, help=help)
        parser.add_argument("--login", required=True)
        if action == "reset":
            parser.add_argument("--factors", action="store_true", help="take the second factors away too")


_ACTIONS = {
    "reset": "a new one-time password; open sessions end",
    "disable": "lock an account out at once",
    "unlock": "forget the failed log-ins of an account",
}


async def run(arguments: argparse.Namespace, platform: Platform | None) -> int:
    """Do it and print the result as JSON."""
    assert platform is not None
    try:
        result = await _do(arguments, platform)
    except stored.AccountRefused as refused:
        raise WrongArgument(f"{refused}") from None
    print(json.dumps(result, ensure_ascii=False, indent=2))
    return 0


async def _do(arguments: argparse.Namespace, platform: Platform) -> dict[str, Any]:
    login = stored.folded(arguments.login)
    match arguments.action:
        case "add":
            return await _add(arguments, platform)
        case "reset":
            password = await accounts.reset(platform.database, Passwords(), login, factors=arguments.factors)
            return {"login": login, "password": password}
        case "disable":
            if not await stored.disable(platform.database, login):
                raise Failure("There is no such account.")
            return {"login": login, "disabled": True}
        case _:
            await throttle.unlock(platform.database, login)
            return {"login": login, "unlocked": True}


async def _add(arguments: argparse.Namespace, platform: Platform) -> dict[str, Any]:
    role, name = Role(arguments.role), arguments.name.strip()
    if not name:
        raise WrongArgument("--name is empty")
    references = {
        option: await existing(platform, f"--{option}", type, getattr(arguments, option))
        for option, type in _REFERENCES.items()
        if getattr(arguments, option) is not None
    }
    account, password = await accounts.create(
        platform.database,
        Passwords(),
        login=arguments.login,
        name=name,
        roles=(role,),
        organization=references.get("organization"),
        practitioner=references.get("practitioner"),
        patient=references.get("patient"),
    )
    result = {"login": account.login, "password": password, "role": role.value, "name": account.name}
    if demanded((role,)) is Factor.PASSKEY:
        result["note"] = "the first log-in makes a passkey, without which this role does not log in"
    return result
