"""Pneumonia: admitted two days before the two years end, and still in bed."""

from datetime import timedelta

from services.demo.timeline import Timeline


def tell(life: Timeline) -> None:
    """A stay that is not over."""
    life.register()
    with life.stay(life.until - timedelta(days=2), "呼吸内科", "pneumonia") as stay:
        stay.report(breathing={"temperature": 38.8, "saturation": 92.0}, blood={"leukocytes": 13.8})
        stay.report(chest={"chest_xray": "右下肺斑片状影，考虑肺炎。"})
        stay.prescribe("moxifloxacin")
        stay.sleep(1)
        stay.report(breathing={"temperature": 37.6, "saturation": 95.0})
        stay.sleep(6)
