"""Chronic kidney disease: creatinine rises slowly, the filtration rate falls, slower under treatment."""

from services.demo.timeline import Timeline


def tell(life: Timeline) -> None:
    """Two years of CKD stage 3, seen every quarter by the nephrologists."""
    random = life.random
    creatinine = random.uniform(118, 132) if life.resident.sex == "female" else random.uniform(138, 152)
    life.register()
    for number, (share, day) in enumerate(life.every(90, first=random.randint(25, 50))):
        with life.clinic(day, "肾内科", "kidney", "hypertension") as visit:
            visit.vitals(systolic=life.drift(148, 130, share, 3), diastolic=life.drift(90, 79, share, 2))
            visit.report(
                renal={"creatinine": creatinine * (1 + 0.22 * share), "egfr": 48 - 10 * share,
                       "urea": 9.1 + 2 * share, "urate": 430.0, "potassium": 4.6 + 0.5 * share},
                albuminuria={"uacr": life.drift(420, 230, share, 15)},
            )  # fmt: skip
            if number % 2 == 0:
                visit.report(blood={"hemoglobin": 112 - 6 * share, "hematocrit": 34 - 2 * share})
            visit.prescribe("valsartan", "dapagliflozin")
            if share > 0.5:
                visit.prescribe("sodium_bicarbonate")
