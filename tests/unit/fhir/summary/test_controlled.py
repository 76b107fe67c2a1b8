import csv
from importlib.resources import files

import pytest

from fhir.summary.controlled import controlled, diagnosed, operated, table
from fhir.summary.wording import Wording, speaks_chinese

KINDS = (
    "allergens",
    "departments",
    "documents",
    "facts",
    "names",
    "provinces",
    "reactions",
    "routes",
    "times",
)


@pytest.mark.parametrize("kind", KINDS)
def test_every_english_word_is_english(kind: str) -> None:
    assert not [said for said in table(kind).values() if speaks_chinese(said)]


def test_a_known_word_has_english_and_an_unknown_one_stays() -> None:
    assert controlled("reactions", "皮疹").english == "Rash"
    assert controlled("reactions", "皮疹，后好转").english == "皮疹，后好转"
    assert controlled("reactions", Wording("皮疹", "No rash")).english == "Rash", "what is known goes first"


def test_a_diagnosis_is_said_only_under_a_code_of_its_category() -> None:
    assert diagnosed(Wording("痛风"), "M10.900").english == "Gout"
    assert diagnosed(Wording("痛风"), None).english == "Gout"
    assert diagnosed(Wording("痛风"), "E11.900").english == "痛风"


def test_an_unknown_diagnosis_has_the_english_of_its_category_beside_its_own_words() -> None:
    assert diagnosed(Wording("痛风性肾病"), "M10.300").english == "Gout (痛风性肾病)"
    assert diagnosed(Wording("痛风性肾病"), None).english == "痛风性肾病"
    assert (
        diagnosed(Wording("痛风性肾病", "Gouty kidney (痛风性肾病)"), "M10.3").english
        == "Gouty kidney (痛风性肾病)"
    )
    assert diagnosed(Wording("HTEST"), "M10.300").english == "HTEST"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("考虑肺癌", "C34.900"), ("倾向肺癌", "C34.900"), ("肺癌高危", "C34.900"), ("曾患肺癌", "C34.900"),
        ("肺癌切除后", "C34.900"), ("肺癌化疗后", "C34.900"), ("肺癌不能确定", "C34.900"),
        ("肺癌（否）", "C34.900"),
        ("非高血压", "I10.x00"), ("没有高血压", "I10.x00"), ("母亲高血压", "I10.x00"),
        ("糖尿病风险", "E11.900"),
        ("排除高血压", "I10.x00"), ("肺癌待排", "C34.900"), ("肺恶性肿瘤家族史", "C34.900"),
        ("脑梗死？", "I63.900"),
        ("桡骨远端骨折术后", "S52.500"), ("疑似高血压病2级", "I10.x00"), ("不考虑痛风性肾病", "M10.300"),
        ("肺腺癌", "M81400"),
    ],
)  # fmt: skip
def test_what_the_words_may_deny_has_no_english_of_the_code(said: str, code: str) -> None:
    assert diagnosed(Wording(said), code).english == said


def test_a_usual_ending_of_the_tables_denies_nothing() -> None:
    assert diagnosed(Wording("未特指的痛风性肾病"), "M10.300").english == "Gout (未特指的痛风性肾病)"


def test_the_longest_beginning_of_a_code_names_a_procedure() -> None:
    assert operated(Wording("腔镜切胆"), "51.2300").english == "Laparoscopic cholecystectomy (腔镜切胆)"
    assert operated(Wording("切胆"), "51.2200").english == "Cholecystectomy (切胆)"
    assert operated(Wording("胆囊切除术"), None).english == "Cholecystectomy"
    assert operated(Wording("未知术"), "51.8800").english == "未知术"


def test_the_words_of_the_demonstration_are_known() -> None:
    data = files("services.demo") / "data"
    rows = {
        name: list(csv.DictReader((data / f"{name}.csv").read_text("utf-8").splitlines()))
        for name in ("diagnoses", "allergies", "vaccines")
    }
    assert all(diagnosed(Wording(row["zh"]), row["icd10"]).english != row["zh"] for row in rows["diagnoses"])
    assert all(controlled("allergens", row["zh"]).english != row["zh"] for row in rows["allergies"])
    assert all(
        controlled("reactions", row["reaction"]).english != row["reaction"] for row in rows["allergies"]
    )
    assert all(controlled("names", row["zh"]).english != row["zh"] for row in rows["vaccines"])
