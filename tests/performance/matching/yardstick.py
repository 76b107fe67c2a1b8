"""splink (DuckDB) with its defaults, as a program of its own: a table in, clusters out.

`python -m tests.performance.matching.yardstick TABLE.csv CLUSTERS.json`. Comparisons of its library at their
defaults, `u` from random pairs and `m` by expectation maximisation, clusters at a match probability of 0.99.
"""

import json
import logging
import sys
import time
from pathlib import Path
from typing import Any

THRESHOLD = 0.99
_PAIRS = 5e6


def main(table: str, output: str) -> None:
    """Link the table, write {seconds, groups}."""
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.getLogger("splink").setLevel(logging.ERROR)
    began = time.perf_counter()
    settings = SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[
            block_on("number"),
            block_on("phone"),
            block_on("card"),
            block_on("name", "substr(birth, 1, 4)"),
            block_on("birth", "substr(name, 1, 1)"),
        ],
        comparisons=[
            cl.LevenshteinAtThresholds("number", [1, 2]),
            cl.NameComparison("name"),
            cl.DateOfBirthComparison("birth", input_is_string=True),
            cl.ExactMatch("sex"),
            cl.ExactMatch("phone"),
            cl.JaroWinklerAtThresholds("address", [0.9]),
            cl.ExactMatch("card"),
        ],
    )
    api = DuckDBAPI()
    linker: Any = Linker(api.register_from_csv(table), settings)
    training, inference = linker.training, linker.inference
    training.estimate_probability_two_random_records_match([block_on("number")], recall=0.8)
    training.estimate_u_using_random_sampling(max_pairs=_PAIRS)
    training.estimate_parameters_using_expectation_maximisation(block_on("number"))
    training.estimate_parameters_using_expectation_maximisation(block_on("name", "birth"))
    edges = inference.predict(threshold_match_probability=THRESHOLD)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(edges, THRESHOLD)
    groups: dict[str, list[int]] = {}
    for row in clusters.as_record_list():
        groups.setdefault(str(row["cluster_id"]), []).append(int(row["unique_id"]))
    found = {"seconds": time.perf_counter() - began, "groups": list(groups.values())}
    Path(output).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
