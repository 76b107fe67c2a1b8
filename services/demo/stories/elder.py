"""Elder care: the yearly check-up of residents from 65 on, vaccines against influenza and pneumococci."""

from datetime import date, datetime, time, timedelta

from services.demo.event import Dose
from services.demo.stories import checkup
from services.demo.timeline import Timeline


def tell(life: Timeline) -> None:
    """A yearly check-up, vaccines in autumn, slightly high pressure that is watched."""
    life.register()
    first = life.random.randint(30, 330)
    for offset in (first, first + 364):
        checkup.examine(life, life.day(offset))
    autumn = date(life.until.year - 1, 10, 1) + timedelta(days=life.random.randint(9, 40))
    vaccinate(life, autumn, "influenza")
    if life.random.random() < 0.5:
        vaccinate(life, autumn + timedelta(days=35), "pneumococcal")
    with life.centre_visit(life.day(first + 180), "checkup") as visit:
        visit.vitals(systolic=life.random.uniform(132, 146), diastolic=life.random.uniform(76, 86))


def vaccinate(life: Timeline, day: date, vaccine: str) -> None:
    """One dose outside the children's schedule, if the day lies in the two years."""
    if life.start <= day <= life.until:
        life.vaccinate(day, Dose(vaccine, datetime.combine(day, time(9, 30)), f"LN{day:%y%m}07"))
