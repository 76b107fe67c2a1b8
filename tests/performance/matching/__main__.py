"""`python -m tests.performance.matching`: link a labelled population, print how well; the same by splink.

`--train FILE` writes a model of the records instead.
"""

import argparse
import importlib.util
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from fhir.matching.linkage import Records, link
from fhir.matching.model import blank, shipped
from fhir.matching.training import train
from tests.performance.matching.labelled import Labelled
from tests.performance.matching.quality import HEADER, Quality, quality

SEED, TRAINING_SEED = 11, 7
"""The model that ships is trained on other people than those it is measured on."""


def main() -> int:
    """Exit status 1 where the false-merge rate or the recall misses its goal."""
    arguments = _arguments()
    if arguments.train:
        arguments.train.write_text(_trained(arguments.residents, arguments.version), encoding="utf-8")
        return 0
    return measure(arguments.residents, arguments.seed)


def measure(residents: int, seed: int = SEED) -> int:
    """Print the table; the exit status."""
    labelled = Labelled.drawn(residents, seed)
    print(f"{residents:,} residents, {len(labelled.patients):,} records, model {shipped().version}; " + _GOAL)
    print(HEADER)
    ours = furong(labelled)
    print(ours.line(), flush=True)
    theirs = splink(labelled)
    print(theirs.line() if theirs else "splink is not installed: make yardstick")
    return 0 if ours.false <= ours.merges / 100_000 and ours.recall >= _RECALL else 1


_RECALL = 0.98
_GOAL = "goal: at most 1 false merge in 100,000 at a recall of 98 %"


def furong(labelled: Labelled) -> Quality:
    """Our own linkage, from FHIR Patients in memory to persons."""
    began = time.perf_counter()
    found = link(Records(labelled.features(), shipped()))
    seconds = time.perf_counter() - began
    right = sum(labelled.people[pair.one] == labelled.people[pair.other] for pair in found.reviews)
    told = {"reviews": len(found.reviews), "reviews_right": right}
    return quality("Furong", labelled.people, found.groups, seconds, **told)


def splink(labelled: Labelled) -> Quality | None:
    """splink with its defaults; None where it is not installed."""
    if importlib.util.find_spec("splink") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        table, output = Path(folder) / "records.csv", Path(folder) / "clusters.json"
        labelled.write(table)
        program = [sys.executable, "-m", "tests.performance.matching.yardstick", str(table), str(output)]
        subprocess.run(program, check=True, stdout=subprocess.DEVNULL)
        found = json.loads(output.read_text(encoding="utf-8"))
    return quality("splink, defaults, p 0.99", labelled.people, found["groups"], found["seconds"])


def _trained(residents: int, version: str) -> str:
    records = Labelled.drawn(residents, TRAINING_SEED).features()
    return train(Records(records, blank()), version).text


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.performance.matching", description=__doc__)
    parser.add_argument("--residents", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--train", type=Path, metavar="FILE")
    parser.add_argument("--version", default="untold")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
