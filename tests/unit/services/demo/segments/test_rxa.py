from services.demo.event import Event
from services.demo.region import Region
from services.demo.segments.rxa import administration


def dose(region: Region, historical: bool) -> tuple[Event, int]:
    return next(
        (event, number)
        for event in region.events
        for number, each in enumerate(event.doses)
        if each.historical == historical and event.house.dialect.loinc == "first"
    )


def test_a_dose_says_who_gave_it(region: Region) -> None:
    event, number = dose(region, historical=False)
    rxa = next(each for each in administration(event, event.doses[number], 1) if each.startswith("RXA"))
    fields = rxa.split("|")
    assert fields[5].split("^")[2] == "CVX"
    assert fields[9].startswith("00^")
    assert fields[10]


def test_what_another_house_gave_is_history(region: Region) -> None:
    event, number = dose(region, historical=True)
    rxa = next(each for each in administration(event, event.doses[number], 1) if each.startswith("RXA"))
    fields = rxa.split("|")
    assert fields[9].startswith("01^")
    assert not fields[10]
    assert fields[3] < f"{event.time:%Y%m%d}"
