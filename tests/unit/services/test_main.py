import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from pymongo import MongoClient

from services import __main__ as program
from services import residence
from services.commands import COMMANDS, Needs
from services.config import Settings
from services.database.embedded import EmbeddedMongo
from services.failure import Failure, WrongArgument

CHECKOUT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def bare(monkeypatch, tmp_path):
    """No setting but a data folder that is not there yet."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"FURONG_{name.upper()}", raising=False)
    monkeypatch.setenv("FURONG_DATA", str(tmp_path / "data"))


@pytest.fixture
def command(monkeypatch):
    """Let `furong send` be a command of the test's own."""

    def become(run, needs=Needs.NOTHING, add_arguments=lambda parser: None):
        module = SimpleNamespace(run=run, NEEDS=needs, add_arguments=add_arguments)
        monkeypatch.setattr(program.importlib, "import_module", lambda name: module)

    return become


def refused(capsys, *arguments):
    with pytest.raises(SystemExit) as caught:
        program.main(arguments)
    assert caught.value.code == 2
    return capsys.readouterr().err


def test_help_lists_every_command(capsys):
    with pytest.raises(SystemExit) as caught:
        program.main(["--help"])
    assert caught.value.code == 0
    listed = capsys.readouterr().out
    for name, line in COMMANDS.items():
        assert f"  {name} " in listed
        assert line in listed


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name, capsys):
    with pytest.raises(SystemExit) as caught:
        program.main([name, "--help"])
    assert caught.value.code == 0
    assert "--data DIR" in capsys.readouterr().out


def test_the_list_of_commands_loads_none_of_them():
    code = (
        "import contextlib, sys\n"
        "from services.__main__ import main\n"
        "with contextlib.suppress(SystemExit): main(['--help'])\n"
        "heavy = {'pymongo', 'fastapi', 'cryptography', 'fhir.store', 'services.commands.serve'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=CHECKOUT, check=True
    )
    assert done.stderr == "[]\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "required: COMMAND"),
        (["dance"], "invalid choice: 'dance'"),
        (["--loud"], "COMMAND"),
        (["serve", "--loud"], "unrecognized arguments: --loud"),
        (["serve", "--data", "a", "--mongodb-uri", "b"], "not allowed with argument"),
        (["serve", "--dat", "a"], "unrecognized arguments"),
    ],
)
def test_a_wrong_argument_is_one_line(capsys, arguments, message):
    said = refused(capsys, *arguments)
    assert message in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["serve", "--port", "http"], "furong: FURONG_PORT: "),
        (["serve", "--port", "2575"], "furong: port and mllp_port are the same"),
    ],
)
def test_a_wrong_value_is_one_line_too(capsys, arguments, message):
    assert program.main(arguments) == 2
    said = capsys.readouterr().err
    assert said.startswith(message)
    assert said.count("\n") == 1


def test_a_command_gets_its_arguments_and_the_settings(command, tmp_path):
    seen = []
    command(
        lambda arguments, platform: seen.append((arguments, platform)),
        add_arguments=lambda parser: parser.add_argument("file"),
    )
    assert program.main(["send", "--data", str(tmp_path / "x"), "a.hl7"]) == 0
    ((arguments, platform),) = seen
    assert (arguments.file, arguments.settings.data, platform) == ("a.hl7", tmp_path / "x", None)


def test_the_database_may_be_named_behind_a_sub_command_too(command, tmp_path):
    seen = []
    command(
        lambda arguments, platform: seen.append((arguments.what, arguments.settings.data)),
        add_arguments=lambda parser: parser.add_subparsers(dest="what").add_parser("verify"),
    )
    assert program.main(["send", "verify", "--data", str(tmp_path / "x")]) == 0
    assert program.main(["send", "--data", str(tmp_path / "y"), "verify"]) == 0
    assert seen == [("verify", tmp_path / "x"), ("verify", tmp_path / "y")]


async def _seven(arguments, platform):
    return 7


def test_a_command_may_be_asynchronous_and_says_its_status(command):
    command(_seven)
    assert program.main(["send"]) == 7


def test_a_folder_on_the_command_line_goes_before_a_database_in_the_environment(
    command, monkeypatch, tmp_path
):
    monkeypatch.setenv("FURONG_MONGODB_URI", "mongodb://elsewhere/")
    seen = []
    command(lambda arguments, platform: seen.append(arguments.settings.mongodb_uri))
    program.main(["send"])
    program.main(["send", "--data", str(tmp_path)])
    program.main(["send", "--mongodb-uri", "mongodb://here/"])
    assert [uri and uri.get_secret_value() for uri in seen] == [
        "mongodb://elsewhere/",
        None,
        "mongodb://here/",
    ]


def raising(error):
    def run(arguments, platform):
        raise error

    return run


@pytest.mark.parametrize(("failure", "status"), [(Failure("no luck"), 1), (WrongArgument("no luck"), 2)])
def test_a_failure_is_one_line(command, capsys, failure, status):
    command(raising(failure))
    assert program.main(["send"]) == status
    assert capsys.readouterr().err == "furong: no luck\n"


def test_the_unexpected_is_a_reference_and_its_places_are_in_the_log(command, capsys, tmp_path):
    command(raising(ValueError("HTEST-Zhang")))
    assert program.main(["send"]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    reference = said.split("reference ")[1][:8]
    log = (tmp_path / "data" / "log" / "furong.log").read_text()
    assert f"reference {reference} ValueError" in log
    assert "test_main.py" in log
    assert "HTEST" not in said + log


def test_with_debug_the_unexpected_is_shown(command, capsys, monkeypatch):
    monkeypatch.setenv("FURONG_DEBUG", "1")
    command(raising(ValueError("the whole story")))
    assert program.main(["send"]) == 1
    assert "the whole story" in capsys.readouterr().err


def test_without_a_place_for_a_log_the_unexpected_is_still_one_line(command, capsys, tmp_path):
    (tmp_path / "data").write_text("a file, no folder")
    command(raising(ValueError("HTEST")))
    assert program.main(["send"]) == 1
    assert capsys.readouterr().err.endswith("(FURONG_DEBUG=1 shows more).\n")


def test_ctrl_c_is_quiet(command, capsys):
    command(raising(KeyboardInterrupt()))
    assert program.main(["send"]) == 130
    assert capsys.readouterr().err == ""


def test_a_reader_that_has_gone_is_nothing_to_tell():
    code = "import sys; from services.__main__ import main; sys.exit(main(['--help']))"
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-c", code],
        stdout=write,
        stderr=subprocess.PIPE,
        text=True,
        cwd=CHECKOUT,
        check=False,
    )
    os.close(write)
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr


# The database of a command


async def _remember(arguments, platform):
    await platform.database.command("ping")
    await platform.database["kept"].insert_one({"text": arguments.text})
    platform.auth_database["kept"].insert_one({"text": arguments.text})
    return await platform.database["kept"].count_documents({})


def remembering(command):
    command(_remember, Needs.DATABASE, lambda parser: parser.add_argument("text"))


def test_a_command_starts_a_database_for_as_long_as_it_needs(command, tmp_path):
    remembering(command)
    assert program.main(["send", "a"]) == 2
    mongo = EmbeddedMongo(tmp_path / "data" / "mongodb")
    assert mongo.folder.running is None
    assert program.main(["send", "b"]) == 4


def test_a_command_uses_the_database_that_was_named(command, database, monkeypatch, tmp_path):
    uri, name = database
    monkeypatch.setenv("FURONG_DATABASE", name)
    remembering(command)
    assert program.main(["send", "--mongodb-uri", uri, "a"]) == 2
    assert not (tmp_path / "data").exists()


def test_a_command_joins_the_platform_that_runs_on_the_folder(command, database, monkeypatch, tmp_path):
    uri, name = database
    monkeypatch.setenv("FURONG_DATABASE", name)
    remembering(command)
    with residence.occupy(tmp_path / "data") as home:
        home.register("http://localhost:8080", uri)
        assert program.main(["send", "a"]) == 2
    assert not (tmp_path / "data" / "mongodb").exists()
    with MongoClient(uri) as client:
        assert client[name].kept.count_documents({"text": "a"}) == 2


@pytest.mark.parametrize(
    ("uri", "message"),
    [
        ("nonsense", "is not a connection string of MongoDB"),
        ("mongodb://h:port/", "is not a connection string of MongoDB"),
        ("mongodb://127.0.0.1:1/", "does not answer, or has no primary"),
    ],
)
def test_a_database_that_cannot_be_joined_is_one_line_without_its_password(
    command, capsys, monkeypatch, uri, message
):
    monkeypatch.setattr("services.platform.REACH_SECONDS", 0.2)
    remembering(command)
    uri = uri.replace("://", "://user:hidden@")
    assert program.main(["send", "--mongodb-uri", uri, "a"]) == 1
    said = capsys.readouterr().err.splitlines()[-1]
    assert message in said
    assert "hidden" not in said


def test_a_wrong_password_is_one_line(command, capsys, database):
    uri, _ = database
    remembering(command)
    assert program.main(["send", "--mongodb-uri", re.sub(":[^:@]+@", ":hidden@", uri), "a"]) == 1
    said = capsys.readouterr().err.splitlines()[-1]
    assert said == "furong: MongoDB refuses the account in FURONG_MONGODB_URI."


def test_another_master_key_is_refused(command, capsys, database, monkeypatch):
    uri, name = database
    monkeypatch.setenv("FURONG_DATABASE", name)
    remembering(command)
    monkeypatch.setenv("FURONG_MASTER_KEY", "00" * 32)
    assert program.main(["send", "--mongodb-uri", uri, "a"]) == 2
    monkeypatch.setenv("FURONG_MASTER_KEY", "11" * 32)
    assert program.main(["send", "--mongodb-uri", uri, "a"]) == 1
    assert "master key is not the one" in capsys.readouterr().err
