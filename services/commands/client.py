"""client: register the systems and apps that may ask for tokens (OAuth 2.0 clients).

`client add` prints the client's id and its secret as JSON; the secret is shown this once. With --redirect-uri
it is an app, which acts for a person; without, a system, which acts for its organisation or the region.
"""

import argparse
import json
from pathlib import Path
from typing import Any

from auth.authorization_server import jwks, redirect_uri
from auth.authorization_server.registration import APP_SCOPE
from auth.smart.granting import INTROSPECT, OF_PERSONS, WORDS
from auth.smart.scope import parse
from auth.store import clients, registrations
from auth.store.clients import ClientRecord
from auth.store.registrations import Invitation
from services.authorization.references import existing
from services.commands import Needs
from services.failure import Failure, WrongArgument
from services.platform import Platform

NEEDS = Needs.DATABASE
DEFAULT_SCOPE = "system/*.rs"
_METHODS = {clients.SECRET: "client_secret_basic", clients.KEY: "private_key_jwt", clients.NONE: "none"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`add`, `patients`, `invite`, `list`, `approve` and `disable`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="register a client; prints client_id and client_secret")
    add.add_argument("--name", required=True, help="name of the system or app, as people see it")
    whose = add.add_mutually_exclusive_group()
    whose.add_argument("--organization", metavar="ID", help="the Organization that a system belongs to")
    whose.add_argument("--regional", action="store_true", help="a system that may read the whole region")
    add.add_argument(
        "--scope", help=f"SMART scopes (default {DEFAULT_SCOPE}; of an app everything that persons can grant)"
    )
    proof = add.add_mutually_exclusive_group()
    proof.add_argument("--secret", action="store_true", help="proves itself with a secret (the default)")
    proof.add_argument("--public", action="store_true", help="an app that can keep no secret")
    proof.add_argument(
        "--jwks", metavar="FILE", type=Path, help="proves itself with these public keys (JSON)"
    )
    proof.add_argument("--jwks-url", metavar="URL", help="proves itself with the public keys found there")
    add.add_argument(
        "--redirect-uri", metavar="URI", action="append", default=[], help="where an app gets its codes"
    )
    add.add_argument("--launch-url", metavar="URL", help="where doctors' pages start the app")
    add.add_argument("--intent", help="what it is started for (SMART `intent`)")
    add.add_argument(
        "--open-introspection",
        action="store_true",
        help="whoever holds a token of this client may ask what it stands for, without proof",
    )
    add.add_argument(
        "--own-patients-only",
        action="store_true",
        help="a Patient that it names means that very one, not all that are linked as the same person",
    )
    patients = actions.add_parser("patients", help="say what a Patient means that a client names")
    patients.add_argument("client_id", metavar="CLIENT_ID")
    patients.add_argument("meaning", choices=("linked", "own"), help="all of the person, or that very one")
    invite = actions.add_parser("invite", help="a token with which the maker of an app registers it, once")
    invite.add_argument("--note", default="", help="for whom it is")
    actions.add_parser("list", help="all clients")
    for name, help in (
        ("approve", "let an app in that was registered with an invitation"),
        ("disable", "end a client and its tokens at once"),
    ):
        actions.add_parser(name, help=help).add_argument("client_id", metavar="CLIENT_ID")


async def run(arguments: argparse.Namespace, platform: Platform | None) -> int:
    """Do it and print the result as JSON."""
    assert platform is not None
    result = await _ACTIONS[arguments.action](arguments, platform)
    print(json.dumps(result, ensure_ascii=False, indent=2))
    return 0


async def _add(arguments: argparse.Namespace, platform: Platform) -> dict[str, Any]:
    name = arguments.name.strip()
    if not name:
        raise WrongArgument("--name is empty")
    uris = _addresses(arguments)
    _check(arguments, app=bool(uris))
    organization = None
    if arguments.organization is not None:
        organization = await existing(platform, "--organization", "Organization", arguments.organization)
    client, secret = await clients.register(
        platform.database,
        name=name,
        scope=_scope(arguments.scope, app=bool(uris)),
        organization=organization,
        regional=arguments.regional,
        jwks=_keys(arguments.jwks) if arguments.jwks else None,
        jwks_uri=_web("--jwks-url", arguments.jwks_url),
        redirect_uris=uris,
        public=arguments.public,
        launch_url=_web("--launch-url", arguments.launch_url),
        intent=arguments.intent,
        open_introspection=arguments.open_introspection,
        linked=not arguments.own_patients_only,
    )
    shown = {"client_id": client.id} | ({"client_secret": secret} if secret else {})
    return shown | _shown(client)


def _shown(client: ClientRecord) -> dict[str, Any]:
    app = {"redirect_uris": list(client.redirect_uris), "launch_url": client.launch_url}
    return {
        "name": client.name,
        "organization": client.organization,
        "regional": client.regional,
        "scope": client.scope,
        "own_patients_only": not client.linked,
        "token_endpoint_auth_method": _METHODS[client.method],
        **(app if client.is_app else {}),
    }


async def _patients(arguments: argparse.Namespace, platform: Platform) -> dict[str, Any]:
    linked = arguments.meaning == "linked"
    if not await clients.link(platform.database, arguments.client_id, linked=linked):
        raise Failure("There is no such client.")
    return {"client_id": arguments.client_id, "own_patients_only": not linked}


async def _invite(arguments: argparse.Namespace, platform: Platform) -> dict[str, Any]:
    token = await registrations.invite(platform.database, Invitation("command line", arguments.note))
    address = f"{platform.settings.address}/oauth/register"
    return {"initial_access_token": token, "registration_endpoint": address}


async def _list(arguments: argparse.Namespace, platform: Platform) -> list[dict[str, Any]]:
    return [
        {"client_id": client.id, "pending": client.pending, "disabled": client.disabled} | _shown(client)
        for client in await clients.every(platform.database)
    ]


async def _approve(arguments: argparse.Namespace, platform: Platform) -> dict[str, Any]:
    if not await clients.approve(platform.database, arguments.client_id, "command line"):
        raise Failure("No client of this id waits for approval.")
    return {"client_id": arguments.client_id, "pending": False}


async def _disable(arguments: argparse.Namespace, platform: Platform) -> dict[str, Any]:
    if not await clients.disable(platform.database, arguments.client_id):
        raise Failure("There is no such client.")
    return {"client_id": arguments.client_id, "disabled": True}


_ACTIONS: dict[str, Any] = {
    "add": _add,
    "patients": _patients,
    "invite": _invite,
    "list": _list,
    "approve": _approve,
    "disable": _disable,
}


def _check(arguments: argparse.Namespace, *, app: bool) -> None:
    if not app and not (arguments.organization or arguments.regional):
        raise WrongArgument("a system needs --organization or --regional, an app --redirect-uri")
    for option in ("public", "launch_url", "intent"):
        if getattr(arguments, option) and not app:
            raise WrongArgument(f"--{option.replace('_', '-')} is for an app: name its --redirect-uri")


def _addresses(arguments: argparse.Namespace) -> tuple[str, ...]:
    if not arguments.redirect_uri:
        return ()
    try:
        return redirect_uri.check(arguments.redirect_uri)
    except redirect_uri.UnfitAddress as error:
        raise WrongArgument(f"--redirect-uri: {error}") from None


def _web(option: str, given: str | None) -> str | None:
    if given is None:
        return None
    try:
        return redirect_uri.check_web(given)
    except redirect_uri.UnfitAddress:
        raise WrongArgument(f"{option}: {given} is no https address") from None


def _scope(given: str | None, *, app: bool) -> str:
    text = given if given is not None else APP_SCOPE if app else DEFAULT_SCOPE
    levels = OF_PERSONS | {"system"} if app else {"system"}
    words = text.split()
    for word in words:
        read = parse(word)
        if read is None and word in (WORDS if app else (INTROSPECT,)):
            continue
        if read is None or read.level not in levels:
            example = "patient/Observation.rs" if app else "system/Observation.rs"
            kind = "SMART scope" if app else "SMART system scope"
            raise WrongArgument(f"--scope: {word} is not a {kind} such as {example}")
    if not words:
        raise WrongArgument("--scope is empty")
    return " ".join(dict.fromkeys(words))


def _keys(path: Path) -> dict[str, Any]:
    try:
        return jwks.check(json.loads(path.read_text("utf-8")))
    except OSError as error:
        raise WrongArgument(f"--jwks: {path}: {error.strerror}") from None
    except jwks.UnfitKeys as error:
        raise WrongArgument(f"--jwks: {error}") from None
    except ValueError:
        raise WrongArgument(f"--jwks: {path} is not JSON") from None
