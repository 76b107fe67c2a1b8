"""Newborn: born in the women's hospital as 某某之女 or 某某之子, then named and vaccinated at the centre.

No citizen number yet; the mother stands in NK1 and must not be taken for the child.
"""

from dataclasses import replace
from datetime import timedelta

from services.demo.stories import childhood
from services.demo.timeline import Timeline


def tell(life: Timeline) -> None:
    """From birth to the last day."""
    child = life.resident
    baby = "之女" if child.sex == "female" else "之子"
    life.resident = replace(child, family="", given=child.kin.name + baby, phone="")
    with life.stay(child.birth, "新生儿科", "newborn") as stay:
        stay.report(growth={"height": 50.0, "weight": life.random.uniform(2.9, 3.7), "head": 34.0})
        stay.vaccinate("hepb1", "bcg")
        stay.sleep(2)
        stay.report(blood_group={})
    life.resident = child
    life.register(child.birth + timedelta(days=21))
    childhood.vaccinations(life, youngest=1)
    childhood.checks(life)
