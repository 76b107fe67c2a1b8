"""Multimorbidity: five diseases and eight medicines in one old person.

Hypertension, diabetes, coronary disease, COPD and (in men) the prostate; one stay in winter for an
exacerbation.
"""

from datetime import date, timedelta

from services.demo.stories.diabetes import glucose_of
from services.demo.stories.elder import vaccinate
from services.demo.timeline import Timeline

_DISEASES = ("hypertension", "diabetes", "coronary", "copd")
_DRUGS = ("amlodipine", "metformin", "aspirin", "atorvastatin", "bisoprolol", "tiotropium")


def tell(life: Timeline) -> None:
    """Two years between the community centre, the clinics and one stay."""
    male = life.resident.sex == "male"
    diseases = (*_DISEASES, "prostate" if male else "gout")
    drugs = (*_DRUGS, *(("tamsulosin", "finasteride") if male else ("febuxostat", "valsartan")))
    life.register()
    for number, (share, day) in enumerate(life.every(58, first=24)):
        with life.centre_visit(day, *diseases) as visit:
            visit.vitals(systolic=life.drift(154, 136, share, 4), diastolic=life.drift(86, 76, share, 3))
            if number % 2 == 0:
                hba1c = life.drift(8.2, 7.1, share, 0.1)
                visit.report(
                    diabetes={"hba1c": hba1c, "glucose": glucose_of(hba1c)}, renal=_kidney(life, share)
                )
            if number % 3 == 0:
                visit.prescribe(*drugs)
    _specialists(life)
    _winter(life, diseases)
    vaccinate(life, date(life.until.year - 1, 10, 18), "influenza")


def _kidney(life: Timeline, share: float) -> dict[str, float]:
    return {"creatinine": 88 + 14 * share + life.random.gauss(0, 3), "egfr": 72 - 10 * share, "urea": 7.2}


def _specialists(life: Timeline) -> None:
    with life.clinic(life.day(150), "心血管内科", "coronary", house=life.resident.hospitals[-1]) as visit:
        visit.report(cardiogram={"ecg": "窦性心律，ST-T改变。"})
        visit.report(heart={"probnp": 210.0}, lipids={"ldl": 1.9})
        visit.prescribe("aspirin", "atorvastatin")
    if life.resident.sex == "male":
        with life.clinic(life.day(260), "泌尿外科", "prostate") as visit:
            visit.report(prostate={"psa": 3.1}, urine={})
            visit.prescribe("tamsulosin")


def _winter(life: Timeline, diseases: tuple[str, ...]) -> None:
    day = date(life.until.year - 1, 12, 9) + timedelta(days=life.random.randint(0, 30))
    if not life.start <= day <= life.until:
        day = life.day(365)
    with life.stay(day, "呼吸内科", "copd_exacerbation", *diseases) as stay:
        stay.report(breathing={"temperature": 38.1, "saturation": 88.0, "respiratory_rate": 26.0})
        stay.report(blood_gas={"po2": 58.0, "pco2": 49.0, "ph": 7.36}, blood={"leukocytes": 13.4})
        stay.correct("heart", {"probnp": 4310.0}, {"probnp": 431.0})
        stay.report(chest={"chest_xray": "慢支炎、肺气肿征象，右下肺少许炎性渗出。"})
        stay.prescribe("moxifloxacin", "prednisone", "budesonide_formoterol")
        stay.sleep(4)
        stay.transfer("老年医学科病区", "0803")
        stay.report(blood_gas={"po2": 74.0, "pco2": 44.0}, blood={})
        stay.sleep(5)
        stay.discharge_and_return()
        stay.sleep(1)
        stay.report(breathing={"saturation": 94.0})
