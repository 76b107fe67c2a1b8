"""Pregnancy and birth: check-ups from the twelfth week, glucose tolerance, the delivery.

The mother's story ends with the visit on the forty-second day; her child has a story of its own (newborn.py).
"""

from datetime import date, timedelta

from services.demo.timeline import DAYS, Timeline

_WEEKS = (12, 16, 20, 24, 28, 32, 36, 38)
_TERM = 39 * 7 + 2


def tell(life: Timeline) -> None:
    """A pregnancy whose child is born within the two years."""
    child = life.resident.child
    assert child is not None
    checkups(life, child.birth - timedelta(days=_TERM))
    with life.stay(child.birth - timedelta(days=1), "产科", "pregnancy") as stay:
        stay.report(antenatal=_antenatal(life, 39), blood={"hemoglobin": 116.0})
        stay.transfer("产房", "0101")
        stay.sleep(1)
        stay.diagnoses = ("delivery",)
        stay.update()
        stay.transfer("产后病区", "0602")
        stay.vitals(systolic=112, diastolic=70)
        stay.sleep(2)
        stay.report(blood={"hemoglobin": 108.0})
        stay.prescribe("iron")
    with life.centre_visit(child.birth + timedelta(days=42), "postpartum") as visit:
        visit.vitals(systolic=114, diastolic=72)
        visit.report(blood={"hemoglobin": 121.0})


def checkups(life: Timeline, conception: date) -> None:
    """The antenatal check-ups of a pregnancy dated from the last period."""
    life.register(max(life.start, conception + timedelta(days=60)))
    for week in _WEEKS:
        day = conception + timedelta(weeks=week)
        if day >= life.start and (day - life.start).days <= DAYS:
            _checkup(life, day, week)


def _checkup(life: Timeline, day: date, week: int) -> None:
    with life.clinic(day, "产科", "pregnancy") as visit:
        visit.report(antenatal=_antenatal(life, week))
        if week == 12:
            visit.report(blood_group={}, hepatitis={}, blood={"hemoglobin": 124.0})
            visit.prescribe("folic_acid")
        if week == 24:
            visit.report(
                tolerance={"glucose": life.random.uniform(4.2, 4.9), "glucose_2h": life.random.uniform(6, 8)}
            )
            visit.report(
                fetal={"fetal_ultrasound": f"宫内单活胎，约孕{week}周大小，胎心律齐，未见明显异常。"}
            )
        if week in (16, 28, 36):
            visit.report(urine={}, blood={"hemoglobin": 118.0 - week / 4})
        if week == 28:
            visit.prescribe("iron", "calcium")


def _antenatal(life: Timeline, week: int) -> dict[str, float]:
    values: dict[str, float] = {
        "gestation": week,
        "systolic": life.random.gauss(112, 4),
        "diastolic": life.random.gauss(70, 3),
        "weight": 54 + max(0, week - 10) * 0.42,
        "fetal_heart_rate": life.random.gauss(144, 4),
        "fundal_height": max(10, week - 1),
    }
    return values
