"""Hypothyroidism: TSH falls to normal under levothyroxine that is raised in steps."""

from services.demo.timeline import Timeline


def tell(life: Timeline) -> None:
    """Two years of hypothyroidism."""
    begin = life.random.uniform(14, 32)
    life.register()
    for share, day in life.every(120, first=life.random.randint(25, 60)):
        with life.clinic(day, "内分泌科", "hypothyroidism") as visit:
            visit.vitals()
            visit.report(
                thyroid={"tsh": max(1.2, life.drift(begin, 2.1, min(1.0, share * 2.2), 0.2)),
                         "ft4": 9.4 + min(7.0, share * 14)},
            )  # fmt: skip
            visit.prescribe("levothyroxine_start" if share < 0.12 else "levothyroxine")
