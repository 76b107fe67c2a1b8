from auth.access.clearance import RESTRICTED, hidden_labels
from fhir.sensitivity import labels


def test_every_label_that_is_computed_hides_and_restricted_ones_do() -> None:
    assert labels() | RESTRICTED <= hidden_labels()
