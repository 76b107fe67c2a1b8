from auth.access.clearance import RESTRICTED, hidden_labels
from auth.principal import Kind, Principal
from fhir.sensitivity import labels


def test_every_label_that_is_computed_hides_and_restricted_ones_do() -> None:
    hides = hidden_labels(Principal(Kind.SYSTEM, "c", "c"))
    assert labels() | RESTRICTED <= hides
