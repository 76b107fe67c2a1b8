"""Hyperlipidaemia: LDL cholesterol falls under a statin; the liver is watched meanwhile."""

from services.demo.timeline import Timeline


def tell(life: Timeline) -> None:
    """Two years of a treated hyperlipidaemia."""
    begin = life.random.uniform(4.2, 5.4)
    life.register()
    for share, day in life.every(180, first=life.random.randint(25, 90)):
        ldl = life.drift(begin, 2.3, share, 0.08)
        with life.clinic(day, "心血管内科", "hyperlipidaemia") as visit:
            visit.vitals()
            visit.report(
                lipids={"ldl": ldl, "cholesterol": ldl + 1.9, "triglyceride": life.drift(2.9, 1.5, share)},
                liver={},
            )
            visit.prescribe("rosuvastatin")
