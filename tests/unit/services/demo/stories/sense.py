"""Reading a story back: what was measured, prescribed and diagnosed, for tests."""

from services.demo.event import Event
from services.demo.region import Region
from services.demo.resident import Resident


def events(region: Region, resident: Resident) -> list[Event]:
    return [event for event in region.events if event.resident.index == resident.index]


def residents(region: Region, story: str) -> list[Resident]:
    found = [each for each in region.residents if each.story == story]
    assert found
    return found


def values(region: Region, resident: Resident, test: str) -> list[float]:
    """The final numbers of one test in order of time."""
    return [
        float(value)
        for event in events(region, resident)
        for report in event.reports
        for key, value in report.results
        if key == test and report.status != "P"
    ]


def drugs(region: Region, resident: Resident) -> set[str]:
    return {each.drug for event in events(region, resident) for each in event.prescriptions}


def diagnoses(region: Region, resident: Resident) -> set[str]:
    return {key for event in events(region, resident) for key in event.diagnoses}
