"""deploy/secrets/create."""

import shutil
import stat
import subprocess

import pytest
from pymongo.uri_parser import parse_uri

from services.config import Settings
from services.master_key import LENGTH, read
from tests.unit.deploy.files import DEPLOY, compose, services

NOT_MADE = {"tls_certificate", "tls_key"}


def create(folder):
    command = [shutil.which("sh") or "/bin/sh", DEPLOY / "secrets/create", folder]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def folder(tmp_path):
    create(tmp_path / "secrets")
    return tmp_path / "secrets"


def test_it_makes_every_secret_of_the_compose_file_but_the_certificate(folder):
    assert {path.name for path in folder.iterdir()} == set(compose()["secrets"]) - NOT_MADE


def test_the_folder_is_closed_to_others(folder):
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o444}


def test_furong_takes_the_master_key(folder, tmp_path):
    settings = Settings.read(data=tmp_path / "data", master_key_file=folder / "furong_master_key")
    assert [len(key) for key in read(settings)] == [LENGTH]


def test_mongodb_takes_its_key(folder):
    key = (folder / "mongodb_key").read_text().strip()
    assert 6 <= len(key) <= 1024
    assert key.isalnum()


def test_the_connection_string_names_the_account_and_the_members(folder):
    uri = parse_uri((folder / "furong_mongodb_uri").read_text().strip())
    assert uri["username"] == "furong"
    assert uri["password"] == (folder / "furong_mongodb_password").read_text().strip()
    assert [f"{host}:{port}" for host, port in uri["nodelist"]] == (
        services()["mongodb-init"]["environment"]["MEMBERS"].split(",")
    )
    assert uri["options"]["authSource"] == "admin"
    assert uri["options"]["replicaSet"] == "furong"


def test_a_second_run_changes_nothing(folder):
    before = {path: path.read_text() for path in folder.iterdir()}
    assert "made" not in create(folder)
    assert {path: path.read_text() for path in folder.iterdir()} == before


def test_two_places_get_different_secrets(folder, tmp_path):
    create(tmp_path / "other")
    for path in folder.iterdir():
        assert path.read_text() != (tmp_path / "other" / path.name).read_text()


def test_no_secret_of_the_checkout_is_committed_or_built_in():
    assert (DEPLOY / "secrets/.gitignore").read_text().splitlines()[0] == "*"
