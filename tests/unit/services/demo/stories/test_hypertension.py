from services.demo.region import Region
from tests.unit.services.demo.stories.sense import drugs, residents, values


def test_blood_pressure_comes_under_control(region: Region) -> None:
    for resident in residents(region, "hypertension"):
        systolic, diastolic = values(region, resident, "systolic"), values(region, resident, "diastolic")
        assert len(systolic) >= 7
        assert systolic[0] > 140
        assert systolic[-1] < 142
        assert all(low < high for low, high in zip(diastolic, systolic, strict=True))
        assert drugs(region, resident) == {"amlodipine", "valsartan"}
