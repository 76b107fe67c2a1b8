import stat
from pathlib import Path

import pytest

from services.database import binary
from services.failure import Failure

VERSION = 'echo "db version v{}"'


def program(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o700)
    return path


@pytest.fixture
def places(tmp_path, monkeypatch):
    """A machine with no mongod: where a packaged one and one on PATH would be."""
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.setattr(binary, "_packaged", lambda: None)
    return tmp_path


def test_the_named_one_goes_before_the_packaged_one(places, monkeypatch):
    named = program(places / "named", VERSION.format("7.0.2"))
    packaged = program(places / "packaged", VERSION.format("6.0.5"))
    monkeypatch.setattr(binary, "_packaged", lambda: packaged)
    assert binary.find(named) == binary.Binary(named, "7.0.2")
    assert binary.find() == binary.Binary(packaged, "6.0.5")


def test_the_packaged_one_goes_before_path(places, monkeypatch):
    packaged = program(places / "packaged", VERSION.format("6.0.5"))
    on_path = program(places / "path" / "mongod", VERSION.format("8.0.1"))
    assert binary.find().path == on_path
    monkeypatch.setattr(binary, "_packaged", lambda: packaged)
    assert binary.find().path == packaged


def test_the_packaged_one_is_the_wheels():
    path = binary._packaged()
    assert path
    assert path.parts[-4:] == ("fiftyone", "db", "bin", "mongod")
    assert stat.S_IXUSR & path.stat().st_mode


@pytest.mark.parametrize("version", ["4.4.29", "5.0.1", "9.0.0"])
def test_another_version_is_refused(places, version):
    program(places / "path" / "mongod", VERSION.format(version))
    with pytest.raises(Failure, match=rf"is MongoDB {version}, which Furong does not support.*FURONG_MONGOD"):
        binary.find()


def test_none_at_all(places):
    with pytest.raises(Failure, match=r"no mongod for this machine.*FURONG_MONGOD.*--mongodb-uri"):
        binary.find()


def test_a_named_one_that_is_not_there(places):
    with pytest.raises(Failure, match="nowhere is not a program"):
        binary.find(places / "nowhere")


def test_a_named_one_that_cannot_be_run_is_not_replaced_by_another(places):
    program(places / "path" / "mongod", VERSION.format("6.0.5"))
    (places / "named").write_text("no program")
    with pytest.raises(Failure, match="named is not a program"):
        binary.find(places / "named")


def test_a_program_of_another_machine(places):
    foreign = places / "mongod"
    foreign.write_bytes(b"\x7fELF of another processor")
    foreign.chmod(0o700)
    with pytest.raises(Failure, match="cannot run on this machine"):
        binary.find(foreign)


LOADER = 'echo "$0: error while loading shared libraries: {}: cannot open shared object file" >&2; exit 127'


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (LOADER.format("libcurl.so.4"), r"libcurl is missing \(Debian and Ubuntu: apt install libcurl4\)"),
        (LOADER.format("libssl.so.3"), r"the library libssl\.so\.3 is missing"),
        ("kill -ILL $$", "lacks AVX instructions"),
        ("echo bad luck >&2; exit 3", "bad luck"),
        ("exit 3", "it ended with status 3"),
        ("echo something else", "it ended with status 0"),
    ],
)
def test_one_that_cannot_run_says_why_and_what_to_do(places, script, reason):
    with pytest.raises(Failure, match=rf"cannot run on this machine: .*{reason}.*FURONG_MONGOD"):
        binary.find(program(places / "mongod", script))


def test_the_series_decides_which_folders_it_opens():
    assert binary.Binary(Path("mongod"), "6.0.5").series == "6.0"
