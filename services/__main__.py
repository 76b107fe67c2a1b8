"""The program `./furong`: one table of commands.

A Failure is shown in one line (exit status 1, of a wrong argument 2). Anything unexpected is shown as a
reference; its traceback goes to the log, without the error's text, which may hold a patient's data.
"""

import argparse
import asyncio
import importlib
import inspect
import os
import secrets
import signal
import sys
import traceback
from collections.abc import Awaitable, Sequence
from datetime import UTC, datetime
from typing import NoReturn, cast

from services.commands import COMMANDS, Command, Needs
from services.config import Settings
from services.failure import Failure


class Parser(argparse.ArgumentParser):
    """A parser that says in one line what is wrong with an argument."""

    def error(self, message: str) -> NoReturn:
        """Refuse (exit status 2)."""
        self.exit(2, f"{self.prog}: {' '.join(message.split())} (see {self.prog} --help)\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    try:
        try:
            return _run(sys.argv[1:] if arguments is None else arguments)
        finally:
            sys.stdout.flush()
    except Failure as failure:
        print(f"furong: {failure}", file=sys.stderr)
        return failure.status
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except BrokenPipeError:
        # The reader has gone; without this Python would complain once more when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    except Exception as error:
        return _unexpected(error)


def _run(arguments: Sequence[str]) -> int:
    name = _overview().parse_args(arguments[:1]).command
    command = cast(Command, importlib.import_module(f"services.commands.{name}"))
    parser = Parser(prog=f"furong {name}", description=f"{COMMANDS[name]}.", allow_abbrev=False)
    _add_place(parser)
    command.add_arguments(parser)
    # Read first, so that they may also stand behind a sub-command (`audit verify --data DIR`).
    place = Parser(prog=parser.prog, add_help=False, allow_abbrev=False)
    _add_place(place)
    found, others = place.parse_known_args(arguments[1:])
    parsed = parser.parse_args(others)
    parsed.data, parsed.mongodb_uri = found.data, found.mongodb_uri
    parsed.settings = _settings(parsed)
    return asyncio.run(_call(command, parsed)) or 0


def _add_place(parser: Parser) -> None:
    place = parser.add_argument_group("database").add_mutually_exclusive_group()
    place.add_argument("--data", metavar="DIR", help="folder of the embedded database (FURONG_DATA)")
    place.add_argument("--mongodb-uri", metavar="URI", help="a replica set of yours (FURONG_MONGODB_URI)")


def _overview() -> Parser:
    width = max(map(len, COMMANDS))
    lines = [f"  {name:{width}}  {line}" for name, line in COMMANDS.items()]
    parser = Parser(
        prog="furong",
        usage="furong COMMAND [arguments]",
        description="Furong, a regional health-information platform.",
        epilog="\n".join(["commands:", *lines, "", "furong COMMAND --help tells more."]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("command", choices=COMMANDS, metavar="COMMAND", help="one of the list below")
    return parser


def _settings(parsed: argparse.Namespace) -> Settings:
    settings = Settings.read(data=parsed.data, mongodb_uri=parsed.mongodb_uri)
    # A folder named on the command line goes before a database named in the environment.
    return settings.changed(mongodb_uri=None) if parsed.data else settings


async def _call(command: Command, parsed: argparse.Namespace) -> int | None:
    if command.NEEDS == Needs.NOTHING:
        return await _result(command.run(parsed, None))
    if command.NEEDS == Needs.DATA and not parsed.settings.mongodb_uri and not parsed.settings.data.exists():
        raise Failure(f"There is no data in {parsed.settings.data}: name the folder with --data.")
    from services import joining

    async with joining.platform(parsed.settings) as platform:
        return await _result(command.run(parsed, platform))


async def _result(value: Awaitable[int | None] | int | None) -> int | None:
    return await value if inspect.isawaitable(value) else value


def _unexpected(error: Exception) -> int:
    reference = secrets.token_hex(4)
    if os.environ.get("FURONG_DEBUG", "").lower() in ("1", "true", "yes", "on"):
        traceback.print_exception(error)
    place = _keep(reference, error)
    print(f"furong: an unexpected error, reference {reference}{place}.", file=sys.stderr)
    return 1


def _keep(reference: str, error: Exception) -> str:
    """Append the traceback to the log; returns how to say where it is."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    text = f"{datetime.now(UTC).isoformat()} reference {reference} {type(error).__name__}\n{frames}\n"
    try:
        folder = Settings.read().log_folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        log = os.open(folder / "furong.log", os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        with os.fdopen(log, "a", encoding="utf-8") as file:
            file.write(text)
    except (OSError, Failure):
        return " (FURONG_DEBUG=1 shows more)"
    return f" in {folder / 'furong.log'}"


if __name__ == "__main__":
    sys.exit(main())
