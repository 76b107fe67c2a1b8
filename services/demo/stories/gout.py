"""Gout: one attack, then urate that falls under febuxostat."""

from services.demo.timeline import Timeline


def tell(life: Timeline) -> None:
    """An attack at night, then four controls."""
    begin = life.random.uniform(540, 620)
    life.register()
    attack = life.random.randint(60, 200)
    with life.emergency(life.day(attack), "gout") as visit:
        visit.report(renal={"urate": begin}, inflammation={"crp": 38.0}, blood={})
        visit.prescribe("colchicine")
    for share, day in life.every(120, first=attack + 21):
        with life.clinic(day, "内分泌科", "gout") as visit:
            visit.report(renal={"urate": life.drift(begin, 330, min(1.0, share * 1.4), 8)})
            visit.prescribe("febuxostat")
