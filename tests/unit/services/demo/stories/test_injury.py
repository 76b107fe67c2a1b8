from services.demo.region import Region
from tests.unit.services.demo.stories.sense import events, residents


def test_a_broken_wrist_is_seen_three_times(region: Region) -> None:
    for resident in residents(region, "injury"):
        visits = [
            event.visit.kind for event in events(region, resident) if event.trigger == "A04" and event.visit
        ]
        assert visits[0] == "E"
        assert len(visits) <= 3
        assert "wrist" in {report.panel for event in events(region, resident) for report in event.reports}
