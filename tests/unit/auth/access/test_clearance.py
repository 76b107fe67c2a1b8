"""Which labels hide a resource, and from whom none does."""

import pytest

from auth.access.clearance import RESTRICTED, hidden_labels, left
from fhir.access import Filter
from fhir.sensitivity import ACT_CODE, labels
from fhir.store.facets import label
from fhir.store.in_memory import held


def test_every_label_that_is_computed_hides_and_restricted_ones_do() -> None:
    assert labels() | RESTRICTED <= hidden_labels()


HIV = (ACT_CODE, "HIV")
LABELLED = {"facets": [label(HIV)]}


@pytest.mark.parametrize(
    ("recorded", "shown"),
    [
        (None, {"plain"}),
        ({"recorder": "Organization/h"}, {"plain", "own"}),
        ({"recorder": {"$in": ["Organization/h", None]}}, {"plain", "own", "nobody's"}),
    ],
)
def test_no_label_hides_what_the_house_has_recorded(recorded: Filter | None, shown: set[str]) -> None:
    rows = {
        "plain": {"facets": [], "recorder": "Organization/x"},
        "own": LABELLED | {"recorder": "Organization/h"},
        "other's": LABELLED | {"recorder": "Organization/x"},
        "nobody's": LABELLED,
    }
    open, denied = left([HIV], None, recorded), left([HIV], {"recorder": "Organization/h"}, recorded)
    assert open is not None
    assert denied is not None
    assert {name for name, row in rows.items() if held(open, row)} == shown
    assert {name for name, row in rows.items() if held(denied, row)} == shown - {"own"}
