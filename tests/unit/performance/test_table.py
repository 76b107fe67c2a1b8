import json

from tests.performance import table
from tests.performance.figure import NOT_SERVED, Figure, Goal, Tally, figure


def measured(what: str = "read", problem: str | None = None) -> Figure:
    tally = Tally(latencies=[0.0125, 0.250], units=2)
    if problem:
        tally.note(0, 1, problem)
    cores = {"api": 0.5, "feed": 0.0, "others": 1.25}
    return figure(what, tally, 2, connections=8, goal=Goal(p95=10), cores=cores)


def test_a_row_shows_latencies_rate_goal_and_cost() -> None:
    head, line, row = table.text([measured()]).splitlines()
    assert head.split()[:2] == ["what", "conn"]
    assert set(line) == {"-"}
    for part in ("12.5", "250", "1.0 requests/s", "p95 10 ms", "NO", "api 500"):
        assert part in row
    assert row.endswith("1.2")
    assert "feed" not in row


def test_each_error_is_named_below_with_its_number() -> None:
    assert table.text([measured(problem="status 500")]).splitlines()[-1] == "error: read: 1 x status 500"


def test_columns_stand_below_each_other_for_wide_characters_too() -> None:
    _, _, first, second = table.text([measured("读取"), measured("read")]).splitlines()
    assert first.replace("读取", "1234") == second.replace("read", "1234")


def test_as_json_what_has_no_value_is_null() -> None:
    (entry,) = json.loads(
        json.dumps(table.entries([figure("x", Tally(), 1, connections=1)]), allow_nan=False)
    )
    assert (entry["p95"], entry["met"], entry["connections"]) == (None, None, 1)


def test_what_is_not_served_is_named_and_is_no_error() -> None:
    tally = Tally()
    tally.note(0, 1, f"{NOT_SERVED}Patient?name:contains")
    alone = figure("strings", tally, 1, connections=1, goal=Goal(rate=1))
    row, last = table.text([alone]).splitlines()[2:]
    assert "not served" in row
    assert last == "not served: Patient?name:contains"
    assert (alone.errors, alone.met) == ({}, None)
    tally.note(0, 1)
    assert "in part" in table.text([figure("strings", tally, 1, connections=1)])
