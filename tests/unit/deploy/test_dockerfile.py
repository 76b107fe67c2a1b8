"""deploy/Dockerfile and .dockerignore."""

import re
import shutil
import subprocess
import tomllib
from importlib import util
from pathlib import Path

from services.config import Settings
from tests.unit.deploy.files import DEPLOY, ROOT, furong_services, text

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LAST_STAGE = text("Dockerfile").rpartition("\nFROM ")[2]


def instruction(word: str) -> str:
    found = re.findall(rf"^{word} (.+)$", LAST_STAGE, re.MULTILINE)
    assert len(found) == 1, f"one {word}"
    return str(found[0])


def test_every_stage_has_the_same_supported_python():
    versions = set(re.findall(r"^FROM python:(\d+\.\d+)-slim", text("Dockerfile"), re.MULTILINE))
    assert versions == {PROJECT["requires-python"].removeprefix(">=")}


def test_the_packages_are_pinned_by_hash():
    assert "--require-hashes --only-binary :all: --requirement /requirements.txt" in text("Dockerfile")


def test_the_embedded_database_that_is_left_out_is_one_that_was_pinned():
    left_out = re.search(r"pip uninstall .* (\S+)$", text("Dockerfile"), re.MULTILINE)
    assert left_out
    assert f"\n{left_out[1]}==" in (ROOT / "requirements.txt").read_text()


def test_it_runs_as_the_same_fixed_user_everywhere():
    user = instruction("USER")
    uid, gid = user.split(":")
    assert int(uid) >= 10_000
    assert f"--uid {uid}" in LAST_STAGE
    assert f"--gid {gid}" in LAST_STAGE
    assert {each["user"] for each in furong_services().values()} == {user}


def test_the_program_is_found_in_app_alone():
    assert "PYTHONPATH=/app " in LAST_STAGE
    assert "PYTHONSAFEPATH=1 " in LAST_STAGE
    assert instruction("STOPSIGNAL") == "SIGTERM"
    assert instruction("CMD") == '["python", "-m", "services", "serve"]'


def test_its_ports_and_its_health_check_are_those_of_the_settings():
    port, mllp = (Settings.model_fields[name].default for name in ("port", "mllp_port"))
    assert instruction("EXPOSE") == f"{port} {mllp}"
    assert f"http://127.0.0.1:{port}/healthz" in LAST_STAGE


def test_only_named_files_reach_the_image_and_all_that_it_needs():
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    admitted = {rule[1:] for rule in rules if rule.startswith("!")}
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert packages <= admitted
    assert {"requirements.txt", "deploy/entrypoint"} <= admitted
    assert not any(rule.startswith(("data", ".", "tests", "deploy/secrets")) for rule in admitted)
    assert all((ROOT / rule).exists() for rule in admitted)


def entered(folder: Path, **environment: str) -> str:
    shell = shutil.which("sh") or "/bin/sh"
    done = subprocess.run(
        [shell, DEPLOY / "entrypoint", "sh", "-c", 'printf %s "${FURONG_MONGODB_URI-unset}"'],
        env={"PATH": "/usr/bin:/bin", "SECRETS": str(folder), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_the_entrypoint_reads_the_connection_string_from_its_file(tmp_path):
    assert entered(tmp_path) == "unset"
    (tmp_path / "furong_mongodb_uri").write_text("mongodb://u:p@h/?a=b&c=d\n")
    assert entered(tmp_path) == "mongodb://u:p@h/?a=b&c=d"
    assert entered(tmp_path, FURONG_MONGODB_URI="mongodb://other/") == "mongodb://other/"


def test_the_processes_that_are_started_exist():
    for name, each in furong_services().items():
        if each["command"][0] == "python":
            assert util.find_spec(each["command"][2]), name
