"""Mistakes at the window: a visit cancelled (A11), a discharge taken back (A13), a result corrected."""

from datetime import timedelta

from services.demo.stories import checkup
from services.demo.timeline import Timeline


def tell(life: Timeline) -> None:
    """A stay for pneumonia with what can go wrong at a desk."""
    life.register()
    day = life.day(life.random.randint(60, 640))
    with life.stay(day, "呼吸内科", "pneumonia") as wrong:
        wrong.cancel()
    with life.stay(day + timedelta(days=1), "呼吸内科", "pneumonia") as stay:
        stay.report(breathing={"temperature": 38.7, "saturation": 93.0}, blood={"leukocytes": 14.2})
        stay.correct("renal", {"potassium": 6.9}, {"potassium": 4.1})
        stay.report(chest={"chest_xray": "左下肺斑片状影，考虑肺炎。"})
        stay.prescribe("moxifloxacin")
        stay.sleep(5)
        stay.discharge_and_return()
        stay.sleep(1)
        stay.update()
    checkup.examine(life, day + timedelta(days=40))
