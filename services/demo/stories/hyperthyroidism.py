"""Hyperthyroidism: free T4 falls to normal under thiamazole; the white cells are watched meanwhile."""

from services.demo.timeline import Timeline


def tell(life: Timeline) -> None:
    """Two years of hyperthyroidism."""
    begin = life.random.uniform(44, 60)
    life.register()
    for share, day in life.every(110, first=life.random.randint(25, 60)):
        with life.clinic(day, "内分泌科", "hyperthyroidism") as visit:
            visit.vitals(heart_rate=life.drift(112, 74, share, 2))
            settled = min(1.0, share * 2)
            visit.report(
                thyroid={"tsh": 0.01 + 1.2 * settled**2, "ft4": life.drift(begin, 16, settled, 0.4),
                         "ft3": life.drift(19, 4.8, settled, 0.2)},
                blood={"leukocytes": life.random.uniform(3.9, 6.2)}, liver={},
            )  # fmt: skip
            visit.prescribe("thiamazole")
