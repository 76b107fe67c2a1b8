"""SearchParameter.url: the canonical URLs of R4's own search parameters.

`python -m fhir.definitions.compile_canonicals ../shared/data/fhir-r4` writes `data/canonicals.json`: by base
type and code the id at the end of the URL, where it is not `base-code`.
"""

import argparse
import gzip
import json
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
BEFORE = "http://hl7.org/fhir/SearchParameter/"


def exceptions(definitions: list[dict[str, Any]]) -> dict[str, dict[str, str]]:
    """The ids that do not follow from base and code."""
    found: dict[str, dict[str, str]] = {}
    for each in definitions:
        id = each["url"].removeprefix(BEFORE)
        for base in each.get("base", ()):
            if each["url"].startswith(BEFORE) and id != f"{base}-{each['code']}":
                found.setdefault(base, {})[each["code"]] = id
    return found


def write(file: Path, table: dict[str, dict[str, str]]) -> None:
    """Write JSON with one line a type, in a fixed order."""
    lines = (
        f"{json.dumps(base)}: {json.dumps(rows, sort_keys=True)}" for base, rows in sorted(table.items())
    )
    file.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def main() -> None:
    """Compile from the folder named on the command line."""
    parser = argparse.ArgumentParser(description="Compile the canonical URLs of search parameters.")
    parser.add_argument("folder", type=Path, help="the folder of the official definitions")
    with gzip.open(parser.parse_args().folder / "search-parameters.json.gz") as file:
        definitions = [entry["resource"] for entry in json.load(file)["entry"]]
    core = [each for each in definitions if not each["id"].startswith("example")]
    core = [each for each in core if "-extensions-" not in each["id"] and "-genetic-" not in each["id"]]
    write(DATA / "canonicals.json", exceptions(core))


if __name__ == "__main__":
    main()
