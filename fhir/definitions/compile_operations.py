"""OperationDefinition: from the official R4 definitions to this project's own data.

`python -m fhir.definitions.compile_operations ../shared/data/fhir-r4` writes `data/operations.json`: by
canonical URL the code, the levels, the input parameters and the type of what is returned.
"""

import argparse
import gzip
import json
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
_OFFICIAL = "http://hl7.org/fhir/OperationDefinition/"
_LEVELS = ("system", "type", "instance")


def compile_operation(definition: dict[str, Any]) -> dict[str, Any]:
    """One OperationDefinition in the form that `fhir.definitions.operations` reads."""
    parameters = definition.get("parameter", ())
    returned = [each for each in parameters if each["use"] == "out" and each["name"] == "return"]
    row: dict[str, Any] = {
        "code": definition["code"],
        "levels": [level for level in _LEVELS if definition[level]],
        "inputs": {each["name"]: _parameter(each) for each in parameters if each["use"] == "in"},
    }
    return row | ({"returns": returned[0]["type"]} if returned else {})


def _parameter(given: dict[str, Any]) -> dict[str, Any]:
    """What is usual is left out: optional, at most once."""
    row: dict[str, Any] = {}
    if given["min"]:
        row["min"] = given["min"]
    if given["max"] != "1":
        row["max"] = given["max"]
    return row | ({"type": given["type"]} if "type" in given else {})


def write(file: Path, operations: dict[str, dict[str, Any]]) -> None:
    """Write JSON with one line an operation, in a fixed order."""
    lines = ",\n".join(
        f"{json.dumps(url)}: {json.dumps(row, sort_keys=True, separators=(',', ':'))}"
        for url, row in sorted(operations.items())
    )
    file.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")


def main() -> None:
    """Compile from the folder named on the command line."""
    parser = argparse.ArgumentParser(description="Compile the operation definitions.")
    parser.add_argument("folder", type=Path, help="the folder of the official definitions")
    with gzip.open(parser.parse_args().folder / "operation-definitions.json.gz") as file:
        definitions = [entry["resource"] for entry in json.load(file)["entry"]]
    official = [each for each in definitions if each["url"].startswith(_OFFICIAL)]
    write(DATA / "operations.json", {each["url"]: compile_operation(each) for each in official})


if __name__ == "__main__":
    main()
