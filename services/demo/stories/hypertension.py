"""Essential hypertension: at least four follow-ups a year at the community centre.

National basic public health: blood pressure at each visit, one check-up a year, treatment until
it is controlled.
"""

from services.demo.timeline import Timeline


def tell(life: Timeline) -> None:
    """Two years of hypertension that comes under control; one in three stays away in the end."""
    random = life.random
    systolic, diastolic = random.uniform(156, 172), random.uniform(94, 106)
    life.register()
    if random.random() < 0.4:
        _first_look(life, systolic, diastolic)
    lapsed = life.resident.index % 3 == 0
    for number, (share, day) in enumerate(life.every(90, first=random.randint(22, 60))):
        if lapsed and share > 0.85:
            break
        with life.centre_visit(day, "hypertension") as visit:
            visit.vitals(
                systolic=life.drift(systolic, 131, share, 3), diastolic=life.drift(diastolic, 81, share, 2)
            )
            if number % 3 == 0:
                visit.prescribe("amlodipine")
            if number % 3 == 1:
                visit.prescribe("valsartan")
            if number % 4 == 2:
                visit.measure(random.uniform(56, 80))
                visit.report(renal={}, lipids={}, glucose={})
    if random.random() < 0.3:
        life.move(life.day(random.randint(300, 700)), f"154{random.randrange(10**8):08d}")


def _first_look(life: Timeline, systolic: float, diastolic: float) -> None:
    with life.clinic(life.day(21), "心血管内科", "hypertension") as visit:
        visit.vitals(systolic=systolic, diastolic=diastolic)
        visit.report(cardiogram={"ecg": "窦性心律，左心室高电压。"})
        visit.report(renal={}, blood={})
