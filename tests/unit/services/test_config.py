import re
from contextlib import nullcontext
from pathlib import Path

import pytest

from services.config import Settings, table
from services.failure import Failure, WrongArgument

CHECKOUT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def bare(monkeypatch):
    """An environment without a setting."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"FURONG_{name.upper()}", raising=False)


def test_the_page_of_settings_is_the_class():
    assert (CHECKOUT / "docs" / "settings.md").read_text() == table()


def test_every_setting_is_on_the_page_and_every_row_is_a_setting():
    rows = re.findall(r"^\| `FURONG_(\w+)` \|", (CHECKOUT / "docs" / "settings.md").read_text(), re.MULTILINE)
    assert {name.lower() for name in rows} == set(Settings.model_fields)


def test_every_setting_says_what_it_is():
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_the_environment_sets_and_an_option_goes_before_it(monkeypatch):
    monkeypatch.setenv("FURONG_PORT", "9000")
    assert Settings.read().port == 9000
    assert Settings.read(port="9001").port == 9001
    assert Settings.read(port=None).port == 9000


def test_an_empty_variable_is_no_setting(monkeypatch):
    monkeypatch.setenv("FURONG_MONGODB_URI", "")
    assert Settings.read().mongodb_uri is None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"port": "http"}, "FURONG_PORT: "),
        ({"port": "70000"}, "FURONG_PORT: "),
        ({"workers": "0"}, "FURONG_WORKERS: "),
        ({"cache_gigabytes": "0.1"}, "FURONG_CACHE_GIGABYTES: "),
        ({"log_level": "LOUD"}, "FURONG_LOG_LEVEL: "),
        ({"unregistered_sources": "perhaps"}, "FURONG_UNREGISTERED_SOURCES: "),
        ({"processing_ids": "P,X"}, "FURONG_PROCESSING_IDS: "),
        ({"base_url": "furong.example"}, "FURONG_BASE_URL: "),
        ({"base_url": "https://furong.example/?a=b"}, "FURONG_BASE_URL: "),
        ({"port": "2575"}, "port and mllp_port are the same"),
        ({"tls_certificate": "a.pem"}, "tls_certificate and tls_key go together"),
        ({"tls_client_ca": "a.pem"}, "tls_client_ca needs tls_certificate"),
        ({"data": "d", "master_key_file": "d/key"}, "master_key_file lies in the data folder"),
    ],
)
def test_a_wrong_setting_is_named_in_one_line(options, message):
    with pytest.raises(WrongArgument) as caught:
        Settings.read(**options)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_addresses():
    assert Settings.read().address == "http://localhost:8080"
    assert Settings.read(port=9000).fhir_base == "http://localhost:9000/fhir"
    assert (
        Settings.read(base_url="https://furong.example/region/").fhir_base
        == "https://furong.example/region/fhir"
    )
    assert Settings.read(tls_certificate="c", tls_key="k").address == "https://localhost:8080"


def test_paths_do_not_depend_on_the_directory_of_later(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = Settings.read(data="a folder")
    assert settings.data == tmp_path / "a folder"
    assert settings.key_file == tmp_path / "a folder.key"
    assert settings.database_folder == tmp_path / "a folder" / "mongodb"
    assert settings.log_folder == tmp_path / "a folder" / "log"


def test_the_default_key_lies_beside_the_data(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert Settings.read().key_file == tmp_path / ".furong.key"


def test_another_process_gets_the_same_settings(monkeypatch):
    settings = Settings.read(
        data="d", mongodb_uri="mongodb://u:p@h/", processing_ids="P,D", debug=True, drain_seconds=3, port=9000
    )
    for name, value in settings.environment().items():
        monkeypatch.setenv(name, value)
    assert Settings.read() == settings


def test_a_change_keeps_the_rest_and_can_unset(monkeypatch):
    monkeypatch.setenv("FURONG_PORT", "9000")
    monkeypatch.setenv("FURONG_MONGODB_URI", "mongodb://h/")
    changed = Settings.read(data="d").changed(mongodb_uri=None, mllp_port=2576)
    assert (changed.port, changed.mllp_port, changed.mongodb_uri) == (9000, 2576, None)
    assert changed.data.name == "d"


def test_secrets_do_not_show():
    settings = Settings.read(mongodb_uri="mongodb://u:hidden@h/", master_key="hidden")
    assert "hidden" not in repr(settings)


@pytest.mark.parametrize(
    ("options", "secure"),
    [
        ({}, True),
        ({"host": "::1"}, True),
        ({"host": "0.0.0.0"}, False),
        ({"host": "192.0.2.7"}, False),
        ({"host": "0.0.0.0", "mllp_plaintext": "accept"}, True),
        ({"host": "0.0.0.0", "mllp_tls_certificate": "c", "mllp_tls_key": "k"}, True),
    ],
)
def test_line_5_plain_text_beyond_this_machine_has_to_be_asked_for(
    options: dict[str, str], secure: bool
) -> None:
    settings = Settings.read(**options)
    with nullcontext() if secure else pytest.raises(Failure, match="FURONG_MLLP_PLAINTEXT=accept"):
        settings.demand_secure_feed()
