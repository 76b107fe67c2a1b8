from services.demo.region import Region
from tests.unit.services.demo.stories.sense import drugs, events


def test_influenza_is_a_disease_of_winter(region: Region) -> None:
    months = {event.time.month for event in region.events if "influenza" in event.diagnoses}
    assert months
    assert months <= {12, 1, 2}


def test_nobody_gets_what_he_does_not_tolerate(region: Region) -> None:
    allergic = [each for each in region.residents if "penicillin" in each.allergies]
    assert len(allergic) > 3
    assert all("amoxicillin" not in drugs(region, each) for each in allergic)
    assert any("amoxicillin" in drugs(region, each) for each in region.residents)


def test_children_get_the_doses_of_children(region: Region) -> None:
    for resident in region.residents:
        if drugs(region, resident) & {"oseltamivir", "paracetamol"}:
            assert resident.age(events(region, resident)[-1].time.date()) >= 8
