import os
import stat

import pytest

from services import residence
from services.failure import Failure
from services.residence import Resident


def test_nobody_lives_in_a_folder_that_is_not_there(tmp_path):
    assert residence.present(tmp_path / "data") is None
    assert not (tmp_path / "data").exists()


def test_a_platform_is_present_while_it_occupies_the_folder(tmp_path):
    with residence.occupy(tmp_path) as home:
        assert residence.present(tmp_path) is None, "it has not told its database yet"
        home.register("http://localhost:8080", "mongodb://u:secret@h/")
        assert residence.present(tmp_path) == Resident(
            os.getpid(), "http://localhost:8080", "mongodb://u:secret@h/"
        )
        assert stat.S_IMODE((tmp_path / "platform.json").stat().st_mode) == 0o600
    assert residence.present(tmp_path) is None
    assert not (tmp_path / "platform.json").exists()


def test_what_a_killed_platform_left_is_not_believed(tmp_path):
    with residence.occupy(tmp_path) as home:
        home.register("http://localhost:8080", "mongodb://h/")
        left = (tmp_path / "platform.json").read_text()
    (tmp_path / "platform.json").write_text(left)
    assert residence.present(tmp_path) is None


def test_a_second_platform_is_told_about_the_first(tmp_path):
    with residence.occupy(tmp_path) as home:
        home.register("http://localhost:8080", "mongodb://u:secret@h/")
        with pytest.raises(
            Failure, match=rf"already runs .*process {os.getpid()}, http://localhost:8080"
        ) as caught:
            residence.occupy(tmp_path).__enter__()
        assert "secret" not in str(caught.value)
        assert residence.present(tmp_path)


def test_the_folder_belongs_to_its_owner_alone(tmp_path):
    with residence.occupy(tmp_path / "a" / "data"):
        assert stat.S_IMODE((tmp_path / "a" / "data").stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Failure, match="cannot be used"):
        residence.occupy(tmp_path / "file" / "data").__enter__()
