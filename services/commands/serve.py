"""serve: start the platform and keep it running until Ctrl-C."""

import argparse
import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

from services import demonstration
from services.commands import Needs
from services.config import Settings
from services.failure import Failure
from services.platform import Platform
from services.readiness import await_ready
from services.residue import no_core_files
from services.supervisor import Supervisor, supervise

NEEDS = Needs.NOTHING
READY_SECONDS = 120.0
_OWN = frozenset({"audit-roots", "mongodb", "log", "metrics", "platform.json", "platform.lock"})
_OPTIONS = ("host", "port", "mllp_port", "base_url", "tls_certificate", "tls_key")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen, and whether to show the demonstration."""
    parser.add_argument("--host", help="address to listen on (default 127.0.0.1; 0.0.0.0 for every one)")
    parser.add_argument("--port", help="port of HTTP (default 8080)")
    parser.add_argument("--mllp-port", help="port of the hospitals' feeds (default 2575)")
    parser.add_argument("--base-url", metavar="URL", help="address under which others reach this platform")
    parser.add_argument("--tls-certificate", metavar="FILE", type=Path, help="certificate chain (PEM)")
    parser.add_argument("--tls-key", metavar="FILE", type=Path, help="private key of the certificate (PEM)")
    parser.add_argument("--demo", action="store_true", help="load the demonstration region (new folder)")


async def run(arguments: argparse.Namespace, platform: Platform | None) -> int:
    """Serve until SIGINT or SIGTERM; a second one ends the processes without draining them."""
    assert platform is None
    settings = _settings(arguments)
    os.umask(0o077)
    no_core_files()
    hurry = asyncio.Event()
    serving = asyncio.create_task(_serve(settings, arguments.demo, hurry))
    asked = [0]

    def stop() -> None:
        asked[0] += 1
        if asked[0] == 1:
            _say("Stopping ...")
            serving.cancel()
        else:
            hurry.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) == signal.SIG_IGN:
            continue  # started under nohup
        asyncio.get_running_loop().add_signal_handler(number, stop)
    try:
        await serving
    except asyncio.CancelledError:
        _say("Furong has stopped.")
    return 0


def _settings(arguments: argparse.Namespace) -> Settings:
    given = {name: getattr(arguments, name) for name in _OPTIONS if getattr(arguments, name) is not None}
    settings: Settings = arguments.settings
    return settings.changed(**(_demonstration(settings) if arguments.demo else {}), **given)


def _demonstration(settings: Settings) -> dict[str, Any]:
    """A demonstration takes what anyone sends, unless the environment says otherwise."""
    open_door = {"unregistered_sources": "accept", "processing_ids": "P,T,D"}
    return {name: value for name, value in open_door.items() if name not in settings.model_fields_set}


async def _serve(settings: Settings, demo: bool, hurry: asyncio.Event) -> None:
    _say("Starting ...")
    if demo:
        _demand_own_folder(settings)
    async with supervise(settings, _say, hurry) as supervisor:
        if demo:
            await demonstration.claim(supervisor.settings)
        supervisor.start()
        await _await_ready(supervisor)
        if demo:
            _say("Loading the demonstration region; the first time takes a minute or two ...")
        accounts = await demonstration.load(supervisor.settings) if demo else ""
        _say(f"{_where(settings)}\n{accounts}".rstrip())
        _say("Stop with Ctrl-C.")
        await asyncio.Event().wait()


def _demand_own_folder(settings: Settings) -> None:
    """A demonstration lives in a folder of its own: nothing is written beside what belongs to others."""
    names = {path.name for path in settings.data.iterdir()} if settings.data.is_dir() else set()
    foreign = sorted(names - _OWN)
    if foreign:
        raise Failure(
            f"{settings.data} holds other things ({foreign[0]}); --data names an empty or a new folder."
        )


async def _await_ready(supervisor: Supervisor) -> None:
    try:
        await asyncio.wait_for(await_ready(supervisor.settings), READY_SECONDS)
    except TimeoutError:
        raise Failure(
            f"The platform was not ready after {READY_SECONDS:g} s; its logs are in "
            f"{supervisor.settings.log_folder}."
        ) from None


def _where(settings: Settings) -> str:
    return "\n".join(
        (
            "Furong is ready.",
            f"  pages   {settings.address}/login",
            f"  FHIR    {settings.fhir_base}/metadata",
            f"  MLLP    localhost:{settings.mllp_port}",
            f"  data    {settings.data}",
        )
    )


def _say(text: str) -> None:
    try:
        print(text, flush=True)
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - the terminal has gone; the platform stays
