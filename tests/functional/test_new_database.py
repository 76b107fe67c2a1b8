"""Each process makes in a new database what the databases of the tests have from the beginning."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from services.database.port import free_port
from tests.support.databases import Databases
from tests.support.mongo import MASTER_KEY
from tests.support.serving import CHECKOUT, wait_until


@pytest.mark.parametrize(
    ("module", "others"), [("services.web", {"inbox"}), ("services.feed", set()), ("services.worker", set())]
)
def test_a_process_makes_every_collection_and_index(
    databases: Databases,
    database: tuple[str, str],
    new_database: tuple[str, str],
    tmp_path: Path,
    module: str,
    others: set[str],
) -> None:
    built = databases.catalogue(database[1])
    wanted = {name: made for name, made in built.items() if name not in others}
    uri, name = new_database
    settings = {
        "FURONG_MONGODB_URI": uri,
        "FURONG_DATABASE": name,
        "FURONG_DATA": str(tmp_path),
        "FURONG_MASTER_KEY": MASTER_KEY.hex(),
        "FURONG_PORT": str(free_port()),
        "FURONG_MLLP_PORT": str(free_port()),
    }
    with subprocess.Popen(
        [sys.executable, "-m", module], cwd=CHECKOUT, env=os.environ | settings, stderr=subprocess.DEVNULL
    ) as process:
        try:
            wait_until(lambda: databases.catalogue(name).items() >= wanted.items())
        finally:
            process.terminate()
