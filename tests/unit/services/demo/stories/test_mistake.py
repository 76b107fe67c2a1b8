from services.demo.region import Region
from tests.unit.services.demo.stories.sense import events, residents


def test_a_cancelled_stay_has_no_results(region: Region) -> None:
    for resident in residents(region, "mistake"):
        story = events(region, resident)
        cancelled = next(event.visit.number for event in story if event.trigger == "A11" and event.visit)
        triggers = [event.trigger for event in story if event.visit and event.visit.number == cancelled]
        assert triggers == ["A01", "A11"]
        stay = [event.trigger for event in story if event.visit and event.visit.kind == "I"]
        assert "A13" in stay
        assert stay[-2:] == ["A08", "A03"]
