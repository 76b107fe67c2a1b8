"""`python -m tests.performance`: start the platform, load a region, measure, print a table, stop it all."""

import argparse
import asyncio
import json
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Any

import uvloop

from tests.performance import conditions, ladder, table
from tests.performance.access_cost import ACCESS
from tests.performance.bench import FEED, TOKENISING, VALIDATION, Bench
from tests.performance.figure import Figure
from tests.performance.matching import __main__ as linkage
from tests.performance.plan import FAMILY_NAMES, FULL, LADDER, QUICK
from tests.performance.platform import Platform
from tests.performance.processor_time import OTHERS
from tests.performance.region import Region
from tests.performance.soak import soak

LINKAGE = "linkage"
RESIDENTS = (100_000, 10_000)
"""Of the labelled population; the fewer for a quick look."""
_CLIENT = "The load client is this one process; it shares the cores with the server and the database."
_CPU = (
    "CPU ms each: processor time for each unit, by process; others: cores that other programs took meanwhile."
)
_COMMANDS = (
    "Commands each: MongoDB commands for each unit, by the server's count, without an idle platform's."
)
_LOOP = (
    "Closed loop: each connection asks again when it is answered; a lag counts from when a message was due."
)


def main() -> int:
    """Exit status 1 where a reply was wrong."""
    arguments = _arguments()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    if arguments.only == [LINKAGE]:
        return linkage.measure(RESIDENTS[arguments.quick])
    _say("Starting the platform ...")
    with Platform(arguments.folder) as platform, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        result = runner.run(_run(platform, arguments))
    print(_header(result["conditions"], result["machine"]))
    print(ladder.text(result["ladder"]) if result["ladder"] else table.text(result["figures"]))
    print(_busy(result["figures"]))
    if arguments.json:
        shown = {"figures": table.entries(result["figures"]), "ladder": ladder.entries(result["ladder"])}
        arguments.json.write_text(json.dumps(result | shown, ensure_ascii=False, indent=2) + "\n")
    whole = not (arguments.only or arguments.soak or arguments.ladder)
    linked = linkage.measure(RESIDENTS[arguments.quick]) if whole or LINKAGE in arguments.only else 0
    sound = (
        not linked
        and all(result["conditions"].values())
        and not any(each.errors for each in result["figures"])
    )
    return 0 if sound else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.performance", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a look of a minute instead of five")
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        choices=[VALIDATION, TOKENISING, *FAMILY_NAMES, ACCESS, FEED, LINKAGE],
        help="measure this alone",
    )
    parser.add_argument(
        "--ladder",
        nargs="?",
        const=ladder.SIZES,
        type=ladder.sizes,
        metavar="N,N,…",
        help="measure on a region of 1,000, then 4,000, then 16,000 residents instead",
    )
    parser.add_argument(
        "--soak",
        type=float,
        metavar="MINUTES",
        help="watch the memory of each process under a steady stream instead",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as well")
    parser.add_argument(
        "--folder",
        type=Path,
        metavar="DIR",
        help="where the temporary data lie (default: the system's place)",
    )
    return parser.parse_args()


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


async def _run(platform: Platform, arguments: argparse.Namespace) -> dict[str, Any]:
    scale = LADDER if arguments.ladder else QUICK if arguments.quick or arguments.soak else FULL
    region = Region(platform.settings)
    try:
        machine = await conditions.described(region, platform.folder)
        _say("Loading the region ...")
        began = time.perf_counter()
        await region.prepare(scale.size)
        machine["seconds of loading"] = round(time.perf_counter() - began, 1)
        found = {"machine": machine, "conditions": await conditions.switched_on(region)}
        if arguments.soak:
            await soak(platform, region, arguments.soak, _say)
            return found | {"ladder": [], "figures": []}
        bench = Bench(platform, region, scale, arguments.only)
        if arguments.ladder:
            rungs = await ladder.climb(bench, region, arguments.ladder, _say)
            return found | {"ladder": rungs, "figures": [each for rung in rungs for each in rung.figures]}
        return found | {"ladder": [], "figures": await _figures(platform, bench)}
    finally:
        await region.close()


async def _figures(platform: Platform, bench: Bench) -> list[Figure]:
    figures = []
    async for figure in bench.figures():
        _say(f"  {figure.what}: {figure.rate:.0f} {figure.unit}/s")
        figures.append(figure)
        if dead := platform.dead():
            raise SystemExit("\n".join(dead))
    return figures


def _header(found: dict[str, bool], machine: dict[str, Any]) -> str:
    lines = [
        "Furong, measured with (each tried, not claimed):",
        "  " + ", ".join(f"{name} {'on' if on else 'OFF'}" for name, on in found.items()),
        "on: " + ", ".join(f"{name} {value}" for name, value in machine.items()),
        _CLIENT,
        _LOOP,
        _CPU,
        _COMMANDS,
        "",
    ]
    return "\n".join(lines)


def _busy(figures: Sequence[Figure]) -> str:
    """A warning where the machine was not ours alone."""
    others = [figure.cores[OTHERS] for figure in figures if OTHERS in figure.cores]
    taken = sum(others) / len(others) if others else 0.0
    return f"Other programs took {taken:.1f} cores meanwhile: the rates are too low." if taken > 0.2 else ""


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
