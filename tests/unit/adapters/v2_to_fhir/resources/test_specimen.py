"""adapters.v2_to_fhir.resources.specimen: SPM, and OBR-15 of old versions."""

from tests.unit.adapters.v2_to_fhir.given import converted, resources

OBR = "OBR|1||F1|X||||||||||202601050900|BLD^血液"


def specimens(*segments: str) -> list[str]:
    made = converted("PID|||P1", *segments, kind="ORU^R01")
    return [str(one["type"]["text"]) for one in resources(made, "Specimen")]


def test_the_specimen_of_a_request() -> None:
    assert specimens(OBR) == ["血液"]
    assert specimens("OBR|1||F1|X") == []


def test_a_specimen_segment_replaces_it() -> None:
    made = converted("PID|||P1", OBR, "SPM|1|^S1||UR^尿液", kind="ORU^R01")
    assert [one["type"]["text"] for one in resources(made, "Specimen")] == ["尿液"]
    assert "OBR[1]-15" in made.unmapped


def test_collection() -> None:
    made = converted(
        "PID|||P1", "OBR|1||F1|X", "SPM|1|^S1||UR^尿液" + "|" * 13 + "20260105^20260106", kind="ORU^R01"
    )
    (one,) = resources(made, "Specimen")
    assert one["collection"]["collectedPeriod"] == {"start": "2026-01-05", "end": "2026-01-06"}
    wrong = converted("PID|||P1", "OBR|1||F1|X", "SPM|1|^S1||UR^尿液" + "|" * 13 + "x", kind="ORU^R01")
    assert "SPM[1]-17" in wrong.unmapped


def test_two_specimens_stay_two() -> None:
    assert len(specimens("OBR|1||F1|X", "SPM|1|||A^a", "SPM|2|||B^b")) == 2


def test_beside_one_specimen_a_request_fills_its_gaps() -> None:
    obr = "OBR|1||F1|X|||||5^mL|D9^李|||||BLD^血液"
    made = converted("PID|||P1", obr, "SPM|1|^S1||UR^尿液", kind="ORU^R01")
    (one,) = resources(made, "Specimen")
    assert (one["type"]["text"], one["collection"]["quantity"]["unit"]) == ("尿液", "mL")
    assert "collector" in one["collection"]
    two = converted("PID|||P1", obr, "SPM|1|^S1", "SPM|2|^S2", kind="ORU^R01")
    assert {"OBR[1]-9", "OBR[1]-10", "OBR[1]-15"} <= set(two.unmapped)
