"""Iron deficiency anaemia: haemoglobin and ferritin rise under iron."""

from services.demo.timeline import Timeline


def tell(life: Timeline) -> None:
    """Found at a check, treated for half a year, controlled once more."""
    life.register()
    begin = life.random.randint(40, 500)
    for step, hemoglobin in enumerate((86.0, 104.0, 119.0, 128.0)):
        with life.clinic(life.day(begin + 55 * step), "全科医疗科", "anaemia") as visit:
            visit.report(
                blood={
                    "hemoglobin": hemoglobin,
                    "hematocrit": hemoglobin * 0.31,
                    "erythrocytes": 3.4 + 0.25 * step,
                },
                iron={"ferritin": 6.0 + 14 * step},
            )
            if step < 3:
                visit.prescribe("iron")
