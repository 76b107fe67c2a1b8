"""account: add people who log in, end their posts, take in a roster.

`account add` prints the login and its one-time password as JSON; the password is shown this once. What is
done here stands in the audit as done by the command line.
"""

import argparse
import json
import os
from datetime import date
from pathlib import Path
from typing import Any

from auth import moment
from auth.audit.record import Agent, AuditRecord, Interaction
from auth.login import accounts, throttle
from auth.login.passwords import Passwords
from auth.roles import Role
from auth.store import accounts as stored
from auth.store import posts
from auth.store.accounts import AccountRecord
from fhir.csv_file import BadFile
from services import roster
from services.authorization.references import existing
from services.commands import Needs
from services.failure import Failure, WrongArgument
from services.platform import Platform

NEEDS = Needs.DATABASE
_REFERENCES = {"practitioner": "Practitioner", "organization": "Organization", "patient": "Patient"}
_MOST = 50
_BY = Agent("system", "command-line", "./furong account")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`add`, `post`, `end`, `import`, `reset`, `disable`, `enable` and `unlock`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="a new account; prints login and one-time password")
    post = actions.add_parser("post", help="one more post of an account, or its holder's own file")
    for each in (add, post):
        _add_post(each)
    add.add_argument("--name", required=True, help="the person's name, as it stands in the audit")
    bring = actions.add_parser("import", help="accounts from a CSV file, one post a line")
    bring.add_argument("file", type=Path, metavar="FILE", help="login, name, role, organization, …")
    bring.add_argument(
        "--passwords", type=Path, required=True, metavar="FILE", help="where the one-time passwords go"
    )
    bring.add_argument("--partial", action="store_true", help="leave wrong lines out, take the others")
    for action, help in _ACTIONS.items():
        one = actions.add_parser(action, help=help)
        one.add_argument("--login", required=True)
        if action == "reset":
            one.add_argument("--factors", action="store_true", help="take the second factors away too")
        if action == "end":
            one.add_argument("--post", required=True, metavar="ID", help="as `account post` prints it")


def _add_post(parser: argparse.ArgumentParser) -> None:
    roles = [role.value for role in Role]
    parser.add_argument("--login", required=True, help="the name to log in with")
    parser.add_argument("--role", required=True, choices=roles, help="what the person is")
    for option, type in _REFERENCES.items():
        parser.add_argument(f"--{option}", metavar="ID", help=f"the {type} of this person")
    parser.add_argument("--begins", type=_day, metavar="DAY", help="the first day of the post (today)")
    parser.add_argument("--ends", type=_day, metavar="DAY", help="its last day (open)")
    parser.add_argument(
        "--administrator",
        action="store_true",
        help="keeps the accounts of the clinicians of the organization",
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("a day is written 2026-01-31") from None


_ACTIONS = {
    "end": "end a post now; the sessions under it end",
    "reset": "a new one-time password; open sessions end",
    "disable": "lock an account out at once",
    "enable": "let a disabled account in again",
    "unlock": "forget the failed log-ins of an account",
}


async def run(arguments: argparse.Namespace, platform: Platform | None) -> int:
    """Do it and print the result as JSON."""
    assert platform is not None
    try:
        if arguments.action == "import":
            return await _import(arguments, platform)
        result = await _do(arguments, platform)
    except stored.AccountRefused as refused:
        raise WrongArgument(f"{refused}") from None
    print(json.dumps(result, ensure_ascii=False, indent=2))
    return 0


async def _do(arguments: argparse.Namespace, platform: Platform) -> dict[str, Any]:
    database, login = platform.database, stored.folded(arguments.login)
    if arguments.action == "add":
        return await _add(arguments, platform)
    account = await stored.by_login(database, login)
    if account is None and arguments.action != "unlock":
        missing = "There is no such account."
        raise WrongArgument(missing) if arguments.action == "reset" else Failure(missing)
    id = account.id if account else "an unknown login"
    await _record(platform, f"{arguments.action} of {id}")
    match arguments.action, account:
        case "post", AccountRecord():
            return await _post(arguments, platform, account)
        case "end", AccountRecord():
            await stored.end_post(database, account, arguments.post, moment.now())
            return {"login": login, "ended": arguments.post}
        case "reset", _:
            password = await accounts.reset(database, Passwords(), login, factors=arguments.factors)
            return {"login": login, "password": password}
        case "disable", _:
            return {"login": login, "disabled": await stored.disable(database, login)}
        case "enable", _:
            return {"login": login, "enabled": await stored.enable(database, login)}
        case _:
            await throttle.unlock(database, login)
            return {"login": login, "unlocked": True}


async def _add(arguments: argparse.Namespace, platform: Platform) -> dict[str, Any]:
    name = arguments.name.strip()
    if not name:
        raise WrongArgument("--name is empty")
    post, patient = await _wanted(arguments, platform)
    account, password = await accounts.open_account(
        platform.database,
        Passwords(),
        login=arguments.login,
        name=name,
        held=[post] if post else [],
        patient=patient,
    )
    await _record(platform, f"account made: {account.id}")
    result = {"login": account.login, "password": password, "role": arguments.role, "name": account.name}
    if accounts.must_have_passkey(Role(arguments.role)):
        result["note"] = "the first log-in makes a passkey, without which this role does not log in"
    return result


async def _post(arguments: argparse.Namespace, platform: Platform, account: AccountRecord) -> dict[str, Any]:
    post, patient = await _wanted(arguments, platform)
    if post is not None:
        await stored.add_post(platform.database, account, post)
    else:
        await stored.add_patient(platform.database, account, str(patient))
    return {"login": account.login, "post": post.id if post else None, "role": arguments.role}


async def _wanted(arguments: argparse.Namespace, platform: Platform) -> tuple[posts.Post | None, str | None]:
    """The post that the options describe, or a resident's patient."""
    given = {
        option: await existing(platform, f"--{option}", type, getattr(arguments, option))
        for option, type in _REFERENCES.items()
        if getattr(arguments, option) is not None
    }
    if Role(arguments.role) is Role.RESIDENT:
        if "patient" not in given:
            raise WrongArgument("a resident needs a patient")
        return None, given["patient"]
    post = posts.fresh(
        Role(arguments.role),
        given.get("organization"),
        given.get("practitioner"),
        begins=posts.first_moment(arguments.begins) if arguments.begins else None,
        ends=posts.end_of(arguments.ends) if arguments.ends else None,
        administrator=arguments.administrator,
    )
    accounts.check_post(post)
    return post, None


async def _import(arguments: argparse.Namespace, platform: Platform) -> int:
    """All of a roster's accounts or, where a line is wrong, none of them (`--partial`: the others)."""
    try:
        checked = await roster.check(platform, arguments.file.read_bytes())
    except BadFile as bad:
        raise WrongArgument(f"{arguments.file.name}: {bad}") from None
    except OSError as error:
        raise WrongArgument(f"{arguments.file.name} can't be read: {error.strerror}") from None
    for fault in checked.faults[:_MOST]:
        print(f"{arguments.file.name}: {fault}")
    if len(checked.faults) > _MOST:
        print(f"{arguments.file.name}: and {len(checked.faults) - _MOST} more")
    if not checked.people or (checked.faults and not arguments.partial):
        raise Failure("No account was made.")
    _write(arguments.passwords, checked.credentials())
    try:
        await roster.make(platform, checked)
    except BaseException:
        arguments.passwords.unlink()
        raise
    await _record(platform, f"roster of {len(checked.people)} accounts, SHA-256 {checked.digest}")
    print(f"{len(checked.people)} accounts made; their one-time passwords: {arguments.passwords}")
    return 0


def _write(path: Path, text: str) -> None:
    """A new file that its owner alone may read, on the disk before it is relied on."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        raise WrongArgument(f"--passwords: {path.name} is there already") from None
    except OSError as error:
        raise WrongArgument(f"--passwords: {path.name} can't be written: {error.strerror}") from None


async def _record(platform: Platform, reason: str) -> None:
    await platform.recorder.record(AuditRecord(_BY, Interaction.CONFIGURE, reason=reason))
