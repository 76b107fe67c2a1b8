from services.demo.catalogue import drugs as medicines
from services.demo.region import Region
from tests.unit.services.demo.stories.sense import diagnoses, drugs, events, residents


def test_the_old_man_has_five_diseases_and_eight_medicines(region: Region) -> None:
    old_man = region.character("old_man")
    assert diagnoses(region, old_man) >= {"hypertension", "diabetes", "coronary", "copd", "prostate"}
    regular = max((event.prescriptions for event in events(region, old_man)), key=len)
    assert len({medicines()[each.drug].code for each in regular}) == 8


def test_the_stay_in_winter_has_all_that_can_happen(region: Region) -> None:
    for resident in residents(region, "multimorbidity"):
        triggers = [
            event.trigger for event in events(region, resident) if event.visit and event.visit.kind == "I"
        ]
        assert triggers[0] == "A01"
        assert "A02" in triggers
        assert triggers.index("A13") == triggers.index("A03") + 1
        assert triggers[-1] == "A03"


def test_a_wrong_result_is_corrected(region: Region) -> None:
    resident = region.character("old_man")
    reports = [each for event in events(region, resident) for each in event.reports if each.panel == "heart"]
    wrong = next(each for each in reports if each.status == "P")
    right = next(each for each in reports if each.status == "C")
    assert right.number == wrong.number
    assert (wrong.results, right.results) == ((("probnp", "4310"),), (("probnp", "431"),))


def test_men_and_women_are_treated_as_such(region: Region) -> None:
    for resident in residents(region, "multimorbidity"):
        assert ("tamsulosin" in drugs(region, resident)) == (resident.sex == "male")
