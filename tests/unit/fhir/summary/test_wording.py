from fhir.summary.wording import Wording, named


def coded(text: str, *displays: str) -> dict[str, object]:
    return {"text": text, "coding": [{"display": display} for display in displays]}


def test_each_language_gets_what_the_source_wrote_in_it() -> None:
    name = named(coded("Amlodipine", "Amlodipine", "苯磺酸氨氯地平片"))
    assert (name, name.within("zh-CN"), name.within("en")) == ("苯磺酸氨氯地平片",) * 2 + (
        "Amlodipine (苯磺酸氨氯地平片)",
    )


def test_one_language_alone_serves_both() -> None:
    assert named(coded("肺炎")).within("en") == "肺炎"
    assert named(coded("Pneumonia")).within("zh-CN") == "Pneumonia"
    assert named({"coding": [{"code": "J18"}]}) == "J18"


def test_another_source_adds_the_missing_language() -> None:
    name = named(coded("阿莫西林胶囊"), coded("Amoxicillin"))
    assert (name, name.english) == ("阿莫西林胶囊", "Amoxicillin (阿莫西林胶囊)")


def test_nothing_said_is_empty() -> None:
    assert named() == named(None) == named({}) == ""
    assert Wording("甲").english == "甲"


def test_what_the_local_name_says_more_is_never_lost_in_english() -> None:
    for text, display in (
        ("乳腺癌家族史", "Malignant neoplasm of breast"),
        ("华法林钠片2.5mg", "Warfarin 5 mg"),
    ):
        assert text in named(coded(text, display)).within("en")
