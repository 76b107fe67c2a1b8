"""Childhood: the national immunisation programme and the well-child checks of the community centre.

Doses given before the two years began are told once, as history (RXA-9 01), when the child is registered.
"""

from datetime import date, datetime, time, timedelta

from services.demo.catalogue import Vaccine, vaccines
from services.demo.event import Dose
from services.demo.stories import infection
from services.demo.timeline import Timeline

_CHECK_MONTHS = (1, 3, 6, 8, 12, 18, 24, 30, 36, 48, 60, 72)


def tell(life: Timeline) -> None:
    """A child's two years: vaccinations, checks, and now and then a cold."""
    life.register(max(life.start, life.resident.birth + timedelta(days=10)))
    vaccinations(life)
    checks(life)
    if life.resident.age(life.until) >= 2 and life.random.random() < 0.6:
        infection.catch(life, life.day(life.random.randint(400, 720)))


def due(birth: date, months: int) -> date:
    """The day on which a child of that birth is `months` old."""
    years, month = divmod(birth.month - 1 + months, 12)
    return date(birth.year + years, month + 1, min(birth.day, 28))


def vaccinations(life: Timeline, youngest: int = 0) -> None:
    """VXU for each dose of the schedule from that age in months on, those of one day together."""
    past: list[Dose] = []
    now: dict[date, list[Dose]] = {}
    for vaccine in vaccines().values():
        if vaccine.age_months is None or vaccine.age_months < youngest:
            continue
        day = _given(life, vaccine)
        dose = Dose(
            vaccine.key, _at_nine(day), f"YM{day:%y%m}{life.random.randint(10, 99)}", day < life.start
        )
        (past if dose.historical else now.setdefault(day, [])).append(dose)
    if past:
        life.vaccinate(life.start + timedelta(days=24), *past)
    for day, doses in sorted(now.items()):
        life.vaccinate(day, *doses)


def _given(life: Timeline, vaccine: Vaccine) -> date:
    months = vaccine.age_months or 0
    delay = 0 if months == 0 else 3 + (life.resident.index * 5 + months) % 9
    return due(life.resident.birth, months) + timedelta(days=delay)


def _at_nine(day: date) -> datetime:
    return datetime.combine(day, time(9, 0))


def checks(life: Timeline) -> None:
    """Well-child checks at the ages of the national programme: length, weight, head."""
    for months in _CHECK_MONTHS:
        day = due(life.resident.birth, months) + timedelta(days=4)
        if life.start <= day <= life.until:
            with life.centre_visit(day, "child_check") as visit:
                visit.report(growth=growth(months, life.resident.sex))
                if months in (8, 18, 36):
                    visit.report(blood={"hemoglobin": 118.0, "leukocytes": 7.9})


def growth(months: int, sex: str) -> dict[str, float]:
    """Height (cm), weight (kg) and head circumference (cm) of a child that grows as most do."""
    boy = 1 if sex == "male" else 0
    if months <= 12:
        height, weight = 50 + 26 * (months / 12) ** 0.6, 3.3 + 6.2 * (months / 12) ** 0.65
    else:
        height, weight = 76 + (months - 12) * 0.62, 9.5 + (months - 12) * 0.185
    head = 34 + 12 * min(1.0, months / 14) ** 0.6 + max(0, months - 14) * 0.06
    return {"height": height + boy, "weight": weight + boy * 0.4, "head": head + boy * 0.6}
