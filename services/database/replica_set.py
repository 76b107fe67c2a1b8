"""A replica set of one member, on whatever port it has today.

MongoDB manual, replSetInitiate and replSetReconfig. The member's address is part of the configuration, so a
new port needs a forced reconfiguration through a direct connection before anyone looks for the primary.
`__system` is the identity that the keyfile gives; with it there is never a moment without a password.
"""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from pymongo import MongoClient
from pymongo.errors import AutoReconnect, OperationFailure, PyMongoError

from services.database.folder import Folder

NAME = "furong"
ACCOUNT = "furong"
_ROLES = ("readWriteAnyDatabase", "dbAdminAnyDatabase", "clusterMonitor")
_NOT_YET_INITIALIZED = 94
_USER_NOT_FOUND = 11

Client = MongoClient[dict[str, Any]]


def uri(folder: Folder, port: int) -> str:
    """The connection string of the account `furong`; it holds the password."""
    options = urlencode({"replicaSet": NAME, "authSource": "admin", "directConnection": "false"})
    return f"mongodb://{ACCOUNT}:{folder.password}@127.0.0.1:{port}/?{options}"


def configure(folder: Folder, port: int, patience: float) -> None:
    """Make the mongod on `port` the primary of its own replica set, with the account `furong`.

    Raises a PyMongoError when it does not answer within `patience` seconds.
    """
    with _direct(folder, port, patience) as client:
        _until(time.monotonic() + patience, lambda: _claim(client, f"127.0.0.1:{port}"))
        _await_primary(client, patience)
        _set_account(client, folder.password)


def answers(folder: Folder, port: int, patience: float) -> bool:
    """Whether the mongod on `port` is the primary and knows our keyfile."""
    try:
        with _direct(folder, port, patience) as client:
            hello = client.admin.command("hello")
            return bool(hello["isWritablePrimary"] and hello.get("me") == f"127.0.0.1:{port}")
    except PyMongoError:
        return False


def _direct(folder: Folder, port: int, patience: float) -> Client:
    return MongoClient(
        "127.0.0.1",
        port,
        directConnection=True,
        username="__system",
        password=folder.key,
        authSource="local",
        authMechanism="SCRAM-SHA-256",
        serverSelectionTimeoutMS=int(patience * 1000),
    )


def _claim(client: Client, address: str) -> None:
    """Make `address` the one member, in the configuration that the folder has or in a first one."""
    if client.local["system.replset"].find_one() is None:
        member = {"_id": 0, "host": address}
        client.admin.command("replSetInitiate", {"_id": NAME, "members": [member]})
        return
    configuration = client.admin.command("replSetGetConfig")["config"]
    configuration["members"] = [configuration["members"][0] | {"host": address}]
    configuration["version"] += 1
    client.admin.command("replSetReconfig", configuration, force=True)


def _until(deadline: float, attempt: Callable[[], None]) -> None:
    """Try again while mongod looks for itself at its old address (30 s when a silent stranger is there)."""
    while True:
        try:
            return attempt()
        except (AutoReconnect, OperationFailure) as error:
            passing = isinstance(error, AutoReconnect) or error.code == _NOT_YET_INITIALIZED
            if not passing or time.monotonic() > deadline:
                raise
        time.sleep(0.05)


def _await_primary(client: Client, patience: float) -> None:
    deadline = time.monotonic() + patience
    while not client.admin.command("hello")["isWritablePrimary"]:
        if time.monotonic() > deadline:
            raise PyMongoError("the replica set chose no primary")
        time.sleep(0.01)


def _set_account(client: Client, password: str) -> None:
    """Give the account today's password: so a lost password file heals at the next start."""
    rights: dict[str, Any] = {"pwd": password, "roles": list(_ROLES)}
    try:
        client.admin.command("updateUser", ACCOUNT, **rights)
    except OperationFailure as error:
        if error.code != _USER_NOT_FOUND:
            raise
        client.admin.command("createUser", ACCOUNT, **rights)
