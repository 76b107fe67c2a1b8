from tests.performance.validation import figures


def test_what_is_measured_is_valid_and_fast_enough_to_be_told() -> None:
    measured = {figure.what: figure for figure in figures()}
    assert set(measured) == {"validate a Patient", "validate an Observation", "validate a Bundle of 100"}
    assert all(not figure.errors and figure.count > 0 for figure in measured.values())
    assert measured["validate an Observation"].p50 < 1  # ms: ten times the goal, for a machine that is busy
