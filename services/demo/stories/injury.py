"""Injury: a broken wrist, seen in the emergency department and in the clinic afterwards."""

from datetime import timedelta

from services.demo.timeline import Timeline


def tell(life: Timeline) -> None:
    """One fall and its two controls."""
    life.register()
    day = life.day(life.random.randint(30, 640))
    with life.emergency(day, "fracture") as visit:
        visit.vitals(heart_rate=96.0)
        visit.report(wrist={"wrist_xray": "桡骨远端骨折，断端对位可。"})
        visit.prescribe("ibuprofen_child" if life.resident.age(day) < 14 else "paracetamol")
    for weeks in (2, 6):
        with life.clinic(day + timedelta(weeks=weeks), "急诊科", "fracture") as visit:
            visit.report(
                wrist={"wrist_xray": "骨折线模糊，骨痂形成。" if weeks == 6 else "石膏固定中，对位对线良好。"}
            )
