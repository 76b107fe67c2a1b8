"""Chronic obstructive pulmonary disease: spirometry, inhalers, an exacerbation in winter."""

from datetime import date, timedelta

from services.demo.timeline import Timeline


def tell(life: Timeline) -> None:
    """Two years of COPD, with one stay in hospital."""
    random = life.random
    life.register()
    for share, day in life.every(180, first=random.randint(30, 70)):
        with life.clinic(day, "呼吸内科", "copd") as visit:
            visit.report(breathing={"saturation": random.uniform(93, 96)})
            visit.report(spirometry={"fev1": 1.62 - 0.08 * share, "fev1_ratio": 58 - share * 2})
            visit.prescribe("tiotropium", "salbutamol")
    winter = date(life.until.year - 1, 1, 5) + timedelta(days=random.randint(0, 40))
    exacerbation(life, winter if winter >= life.start else life.day(60))


def exacerbation(life: Timeline, day: date) -> None:
    """A stay for an acute exacerbation, over the emergency department to the ward."""
    with life.stay(day, "呼吸内科", "copd_exacerbation") as stay:
        stay.report(breathing={"temperature": 37.9, "saturation": 89.0, "respiratory_rate": 24.0})
        stay.report(blood_gas={"po2": 60.0, "pco2": 48.0}, blood={"leukocytes": 12.1, "neutrophils": 84.0})
        stay.report(inflammation={"crp": 46.0}, chest={"chest_xray": "双肺纹理增粗，肺气肿征象。"})
        stay.prescribe("prednisone", "moxifloxacin", "budesonide_formoterol")
        stay.sleep(3)
        stay.transfer("呼吸内科二病区", "1102")
        stay.sleep(4)
        stay.report(blood_gas={"po2": 76.0}, inflammation={"crp": 6.0})
