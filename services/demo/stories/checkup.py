"""Health examination of adults: what a healthy person's year leaves in the file.

Men from fifty on are offered a prostate marker; nobody else is.
"""

from datetime import date

from services.demo.timeline import Timeline


def tell(life: Timeline) -> None:
    """A healthy adult with a yearly check-up."""
    life.register()
    first = life.random.randint(25, 300)
    examine(life, life.day(first))
    if life.random.random() < 0.4:
        examine(life, life.day(first + life.random.randint(355, 390)))
    if life.random.random() < 0.15:
        life.move(life.day(life.random.randint(400, 700)), f"154{life.random.randrange(10**8):08d}")


def examine(life: Timeline, day: date) -> None:
    """One health examination."""
    male = life.resident.sex == "male"
    with life.centre_visit(day, "checkup") as visit:
        visit.vitals()
        visit.measure(life.random.uniform(60, 76) if male else life.random.uniform(48, 62))
        visit.report(blood={}, urine={})
        visit.report(glucose={}, lipids={}, liver={})
        if male and life.resident.age(day) >= 50:
            visit.report(prostate={})
