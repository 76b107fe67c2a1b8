"""Seasonal infections: influenza and colds in winter, the stomach in summer, tonsils at any time.

Antibiotics respect the resident's allergies; a child gets the doses of a child.
"""

from datetime import date, timedelta

from services.demo.course import Course
from services.demo.stories import checkup
from services.demo.timeline import Timeline


def tell(life: Timeline) -> None:
    """One to three infections in two years, and for adults one check-up."""
    life.register()
    for _ in range(life.random.choice((1, 1, 2))):
        catch(life, life.day(life.random.randint(25, 725)))
    if life.resident.age(life.until) >= 18 and life.random.random() < 0.4:
        checkup.examine(life, life.day(life.random.randint(100, 700)))


def catch(life: Timeline, day: date) -> None:
    """The infection that goes round at that time of the year."""
    if day.month in (12, 1, 2):
        _influenza(life, day)
    elif day.month in (6, 7, 8, 9):
        _stomach(life, day)
    else:
        _tonsils(life, day)


def _child(life: Timeline) -> bool:
    return life.resident.age(life.until) < 14


def _open(life: Timeline, day: date, diagnosis: str) -> Course:
    if life.random.random() < 0.35:
        return life.emergency(day, diagnosis)
    return life.centre_visit(day, diagnosis)


def _influenza(life: Timeline, day: date) -> None:
    with _open(life, day, "influenza") as visit:
        visit.report(fever={"temperature": life.random.uniform(38.4, 39.6), "heart_rate": 104.0})
        visit.report(influenza={"influenza_a": "阳性"}, blood={"leukocytes": 4.2, "lymphocytes": 18.0})
        if _child(life):
            visit.prescribe("oseltamivir_child", "ibuprofen_child")
        else:
            visit.prescribe("oseltamivir", "paracetamol")


def _stomach(life: Timeline, day: date) -> None:
    with _open(life, day, "gastroenteritis") as visit:
        visit.report(fever={"temperature": life.random.uniform(37.0, 38.2)})
        visit.report(blood={"leukocytes": life.random.uniform(9.6, 12.5), "neutrophils": 78.0})
        visit.prescribe("smectite")


def _tonsils(life: Timeline, day: date) -> None:
    with _open(life, day, "tonsillitis") as visit:
        visit.report(fever={"temperature": life.random.uniform(38.0, 39.2)})
        visit.report(
            blood={"leukocytes": life.random.uniform(11, 16), "neutrophils": 82.0, "lymphocytes": 13.0},
            inflammation={"crp": life.random.uniform(18, 60)},
        )
        visit.prescribe("azithromycin" if "penicillin" in life.resident.allergies else "amoxicillin")
    if life.random.random() < 0.3:
        with life.centre_visit(day + timedelta(days=7), "respiratory_infection") as visit:
            visit.report(blood={})
