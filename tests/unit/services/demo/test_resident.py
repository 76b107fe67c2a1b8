from dataclasses import replace
from datetime import date

from services.demo.region import Region


def test_age_counts_completed_years(region: Region) -> None:
    resident = replace(region.residents[0], birth=date(2000, 6, 15))
    assert resident.age(date(2026, 6, 14)) == 25
    assert resident.age(date(2026, 6, 15)) == 26


def test_each_house_numbers_its_patients_in_its_own_way(region: Region) -> None:
    resident = region.residents[0]
    numbers = [resident.hospital_number(house) for house in region.houses]
    assert len(set(numbers)) == len(numbers)
