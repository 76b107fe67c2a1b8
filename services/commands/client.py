"""client: register the systems that may ask for tokens (OAuth 2.0 clients).

`client add` prints the client's id and its secret as JSON; the secret is shown this once.
"""

import argparse
import json
from pathlib import Path
from typing import Any

from auth.authorization_server import jwks
from auth.smart import scope
from auth.store import clients
from services.authorization.references import existing
from services.commands import Needs
from services.failure import Failure, WrongArgument
from services.platform import Platform

NEEDS = Needs.DATABASE
DEFAULT_SCOPE = "system/*.rs"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`add` and `disable`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="register a client; prints client_id and client_secret")
    add.add_argument("--name", required=True, help="name of the system, as it stands in the audit")
    whose = add.add_mutually_exclusive_group(required=True)
    whose.add_argument("--organization", metavar="ID", help="the Organization that the client belongs to")
    whose.add_argument("--regional", action="store_true", help="may read the whole region")
    add.add_argument("--scope", default=DEFAULT_SCOPE, help=f"SMART system scopes (default {DEFAULT_SCOPE})")
    proof = add.add_mutually_exclusive_group()
    proof.add_argument("--secret", action="store_true", help="proves itself with a secret (the default)")
    proof.add_argument(
        "--jwks", metavar="FILE", type=Path, help="proves itself with these public keys (JSON)"
    )
    disable = actions.add_parser("disable", help="end a client and its tokens at once")
    disable.add_argument("client_id", metavar="CLIENT_ID")


async def run(arguments: argparse.Namespace, platform: Platform | None) -> int:
    """Do it and print the result as JSON."""
    assert platform is not None
    result = await (_add if arguments.action == "add" else _disable)(arguments, platform)
    print(json.dumps(result, ensure_ascii=False, indent=2))
    return 0


async def _add(arguments: argparse.Namespace, platform: Platform) -> dict[str, Any]:
    keys = _keys(arguments.jwks) if arguments.jwks else None
    name = arguments.name.strip()
    if not name:
        raise WrongArgument("--name is empty")
    organization = None
    if arguments.organization is not None:
        organization = await existing(platform, "--organization", "Organization", arguments.organization)
    client, secret = await clients.register(
        platform.database,
        name=name,
        scope=_scope(arguments.scope),
        organization=organization,
        regional=arguments.regional,
        jwks=keys,
    )
    shown = {"client_id": client.id} | ({"client_secret": secret} if secret else {})
    return shown | {
        "name": client.name,
        "organization": client.organization,
        "regional": client.regional,
        "scope": client.scope,
        "token_endpoint_auth_method": "private_key_jwt" if keys else "client_secret_basic",
    }


async def _disable(arguments: argparse.Namespace, platform: Platform) -> dict[str, Any]:
    if not await clients.disable(platform.database, arguments.client_id):
        raise Failure("There is no such client.")
    return {"client_id": arguments.client_id, "disabled": True}


def _scope(text: str) -> str:
    words = text.split()
    for word in words:
        read = scope.parse(word)
        if read is None or read.level != "system":
            raise WrongArgument(f"--scope: {word} is not a SMART system scope such as system/Observation.rs")
        if read.query is not None:
            raise WrongArgument(f"--scope: {word}: scopes with a query are not enforced yet")
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
