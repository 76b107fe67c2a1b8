"""Type 2 diabetes: found in hospital, then followed every quarter by the community centre.

HbA1c and fasting glucose fall under metformin; blood fats and kidneys are looked at once a year.
"""

from services.demo.timeline import DAYS, Timeline


def tell(life: Timeline) -> None:
    """Two years of type 2 diabetes."""
    random = life.random
    begin, goal = random.uniform(8.8, 10.6), random.uniform(6.3, 6.9)
    weight = random.uniform(66, 84)
    life.register()
    _discovery(life, begin, weight)
    _yearly(life, begin)
    for number, (share, day) in enumerate(life.every(88, first=100)):
        hba1c = life.drift(begin - 0.6, goal, share, 0.08)
        with life.centre_visit(day, "diabetes") as visit:
            visit.vitals(systolic=random.gauss(130, 5), diastolic=random.gauss(80, 3))
            visit.report(diabetes={"hba1c": hba1c, "glucose": glucose_of(hba1c)})
            if number % 4 == 3:
                visit.report(
                    lipids={"ldl": life.drift(3.6, 2.2, share, 0.1)},
                    renal={},
                    albuminuria={"uacr": random.uniform(8, 26)},
                )
            if number % 2 == 0:
                visit.prescribe("metformin_full")
            if number % 4 == 2:
                visit.prescribe("atorvastatin")


def glucose_of(hba1c: float) -> float:
    """The fasting glucose (mmol/L) that goes with an HbA1c (%)."""
    return 1.59 * hba1c - 2.59 - 0.7


def _discovery(life: Timeline, hba1c: float, weight: float) -> None:
    with life.clinic(life.day(30), "内分泌科", "diabetes") as visit:
        visit.vitals(systolic=136, diastolic=84)
        visit.measure(weight, waist=life.random.uniform(88, 98))
        visit.report(
            diabetes={"hba1c": hba1c, "glucose": glucose_of(hba1c)}, urine={"urine_glucose": "阳性(++)"}
        )
        visit.report(lipids={"ldl": life.random.uniform(3.4, 4.2), "triglyceride": 2.4}, liver={})
        visit.prescribe("metformin")


def _yearly(life: Timeline, begin: float) -> None:
    for day, house in zip((430, 545), life.resident.hospitals, strict=False):
        hba1c = life.drift(begin - 0.6, 6.6, day / DAYS)
        with life.clinic(life.day(day), "内分泌科", "diabetes", house=house) as visit:
            visit.vitals()
            visit.report(diabetes={"hba1c": hba1c, "glucose": glucose_of(hba1c)}, albuminuria={})
            visit.report(cardiogram={"ecg": "窦性心律，正常心电图。"})
