import csv
from importlib.resources import files

import pytest

from fhir.summary.drug_name import drug_name
from fhir.summary.wording import Wording


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("盐酸二甲双胍片", "Metformin hydrochloride tablets"),
        ("二甲双胍片 0.5g", "Metformin tablets 0.5g"),
        ("阿托伐他汀钙片", "Atorvastatin calcium tablets"),
        ("盐酸坦索罗辛缓释胶囊", "Tamsulosin hydrochloride prolonged-release capsules"),
        ("二甲双胍格列本脲片", "二甲双胍格列本脲片"),
        ("阿莫西林克拉维酸钾片", "阿莫西林克拉维酸钾片"),
        ("氨氯地平阿托伐他汀钙片", "氨氯地平阿托伐他汀钙片"),
    ],
)
def test_is_english_where_every_part_is_known(chinese: str, english: str) -> None:
    assert drug_name(Wording(chinese)).english == english


def test_what_is_known_goes_before_the_english_of_a_source() -> None:
    assert drug_name(Wording("阿莫西林胶囊", "Nifedipine")).english == "Amoxicillin capsules"
    assert drug_name(Wording("阿莫西林膏", "Amoxil")).english == "Amoxil"


def test_the_drugs_of_the_demonstration_are_known() -> None:
    rows = csv.DictReader((files("services.demo") / "data" / "drugs.csv").read_text("utf-8").splitlines())
    assert [row["zh"] for row in rows if drug_name(Wording(row["zh"])).english == row["zh"]] == []
