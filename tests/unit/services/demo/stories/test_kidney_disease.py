from services.demo.region import Region
from tests.unit.services.demo.stories.sense import drugs, residents, values


def test_creatinine_rises_as_the_filtration_rate_falls(region: Region) -> None:
    for resident in residents(region, "kidney_disease"):
        creatinine, egfr = values(region, resident, "creatinine"), values(region, resident, "egfr")
        assert creatinine[-1] > creatinine[0] * 1.1
        assert egfr == sorted(egfr, reverse=True)
        assert egfr[-1] >= 30


def test_albumin_in_urine_falls_under_treatment(region: Region) -> None:
    for resident in residents(region, "kidney_disease"):
        uacr = values(region, resident, "uacr")
        assert uacr[0] - uacr[-1] > 80
        assert {"valsartan", "dapagliflozin"} <= drugs(region, resident)
