import os
import stat

import pytest

from services.database.folder import Folder, Running, write_private
from services.database.process import Process
from services.failure import Failure


@pytest.fixture
def folder(tmp_path):
    made = Folder(tmp_path / "a folder" / "mongodb")
    made.prepare()
    return made


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_the_folder_belongs_to_its_owner_alone(folder):
    assert mode(folder.path) == 0o700
    assert mode(folder.data) == 0o700


def test_an_open_folder_is_closed_to_others(folder):
    folder.path.chmod(0o755)
    folder.prepare()
    assert mode(folder.path) == 0o700


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Failure, match="file/mongodb cannot be used"):
        Folder(tmp_path / "file" / "mongodb").prepare()


def test_secrets_are_random_private_and_stay(folder):
    key, password = folder.key, folder.password
    assert key != password
    assert min(len(key), len(password)) >= 64
    assert mode(folder.keyfile) == mode(folder.path / "password") == 0o600
    again = Folder(folder.path)
    assert (again.key, again.password) == (key, password)


def test_secrets_opened_to_others_are_closed_again(folder):
    assert folder.key
    folder.keyfile.chmod(0o644)
    assert Folder(folder.path).key
    assert mode(folder.keyfile) == 0o600


def test_two_folders_have_two_passwords(folder, tmp_path):
    other = Folder(tmp_path / "other")
    other.prepare()
    assert other.password != folder.password


def test_a_record_of_a_living_process(folder):
    me = Process.of(os.getpid())
    assert me
    folder.record(Running(me, 27017), "6.0.5")
    assert folder.running == Running(me, 27017)
    assert folder.version == "6.0.5"
    assert mode(folder.path / "mongod.json") == 0o600


def test_a_record_of_a_dead_process(folder):
    folder.record(Running(Process(os.getpid(), "an earlier start"), 27017), "6.0.5")
    assert folder.running is None
    assert folder.version == "6.0.5"


@pytest.mark.parametrize("text", [None, "", "{", "[]"])
def test_without_a_readable_record_nothing_runs(folder, text):
    if text is not None:
        (folder.path / "mongod.json").write_text(text)
    assert folder.running is None
    assert folder.version is None


def test_another_program_in_the_lock_file_is_not_taken_for_mongod(folder):
    (folder.data / "mongod.lock").write_text(f"{os.getpid()}\n")
    assert folder.unrecorded() is None


def test_the_last_user_finds_it_unused(folder):
    first, second = folder.use(), folder.use()
    assert not folder.unused()
    first.close()
    assert not folder.unused()
    second.close()
    assert folder.unused()


def test_only_one_starts_at_a_time(folder):
    import fcntl

    with folder.starting(), (folder.path / "start.lock").open() as lock, pytest.raises(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)


def test_write_private_replaces_the_whole_file(tmp_path):
    path = tmp_path / "secret"
    write_private(path, "a long text")
    write_private(path, "short")
    assert path.read_text() == "short"
    assert mode(path) == 0o600
    assert os.listdir(tmp_path) == ["secret"]
