import base64
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from services.config import Settings
from services.failure import Failure
from services.master_key import key_ring, read, replace

KEY = bytes(range(32))


@pytest.fixture
def settings(tmp_path, monkeypatch):
    monkeypatch.delenv("FURONG_MASTER_KEY", raising=False)
    return Settings.read(data=tmp_path / "data")


@pytest.mark.parametrize("text", [KEY.hex(), base64.b64encode(KEY).decode(), f" {KEY.hex().upper()}\n"])
def test_it_is_read_from_the_settings(settings, text):
    assert read(settings.changed(master_key=text)) == (KEY,)
    assert not settings.key_file.exists()


@pytest.mark.parametrize("text", ["short", KEY[:31].hex(), "g" * 64, base64.b64encode(KEY + KEY).decode()])
def test_anything_else_is_refused_without_being_shown(settings, text):
    with pytest.raises(Failure, match="FURONG_MASTER_KEY is not a master key") as caught:
        read(settings.changed(master_key=text))
    assert text not in str(caught.value)


def test_the_first_start_makes_a_private_one_beside_the_data_and_says_so(settings, capsys):
    (key,) = read(settings)
    assert len(key) == 32
    assert stat.S_IMODE(settings.key_file.stat().st_mode) == 0o600
    assert "Back it up" in capsys.readouterr().err
    assert not settings.data.exists()
    assert read(settings) == (key,)
    assert capsys.readouterr().err == ""


def test_of_several_programs_that_start_at_once_one_makes_it(settings):
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: read(settings), range(8)))) == 1


def test_a_missing_one_is_not_replaced_while_there_are_data(settings):
    settings.database_folder.mkdir(parents=True)
    with pytest.raises(Failure, match=r"data\.key of the data in .* is missing"):
        read(settings)
    assert not settings.key_file.exists()


def test_a_damaged_file_is_refused(settings):
    settings.key_file.write_text("")
    with pytest.raises(Failure, match=r"data\.key is not a master key"):
        read(settings)


def test_a_place_that_cannot_be(settings, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Failure, match="cannot be read: Not a directory"):
        read(settings.changed(master_key_file=tmp_path / "file" / "key"))


OTHER = bytes(range(32, 64))


@pytest.mark.parametrize("text", [f"{OTHER.hex()},{KEY.hex()}", f"{OTHER.hex()}\n\n {KEY.hex()} \n"])
def test_several_while_they_are_rotated(settings, text):
    assert read(settings.changed(master_key=text)) == (OTHER, KEY)


def test_a_ring_takes_over_what_is_written_into_the_file(settings):
    ring = key_ring(settings)
    replace(settings.key_file, [OTHER, *ring.keys])
    assert stat.S_IMODE(settings.key_file.stat().st_mode) == 0o600
    assert len(ring.keys) == 1
    ring.refresh()
    assert ring.keys[0] == OTHER
    assert list(settings.key_file.parent.glob(f"{settings.key_file.name}?*")) == []


def test_a_file_that_cannot_be_written_leaves_nothing_behind(tmp_path):
    (tmp_path / "key").mkdir()
    with pytest.raises(Failure, match="cannot be written: Is a directory"):
        replace(tmp_path / "key", [KEY])
    assert [each.name for each in tmp_path.iterdir()] == ["key"]
