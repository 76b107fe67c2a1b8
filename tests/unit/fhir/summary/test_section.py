from fhir.summary.section import Emptiness, Section
from fhir.summary.source import Origin

SAID = Origin("医院", None)


def test_none_known_must_be_said_by_somebody() -> None:
    assert Section().emptiness is Emptiness.NO_DATA
    assert Section(earlier=["x"]).emptiness is Emptiness.NO_DATA
    assert Section(denied=[SAID]).emptiness is Emptiness.NONE_KNOWN
    assert Section(current=["x"], denied=[SAID]).emptiness is None
