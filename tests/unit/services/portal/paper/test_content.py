from fhir.resource import Resource
from services.portal.paper.content import Content, content
from tests.support.documents import file_of
from tests.support.people import TODAY, allergy, concept, five_diseases, nobody_knows, patient


def paper(*resources: Resource, language: str = "zh-CN") -> Content:
    return content(file_of(patient(), *resources), TODAY, language)


def test_the_red_bar_says_the_worst_with_its_source() -> None:
    made = content(five_diseases(), TODAY, "zh-CN")
    assert made.warned
    assert made.warnings[0] == "过敏: 青霉素 (严重, 过敏性休克) · 芙蓉市第一人民医院 2024-09-14"
    assert any(line.startswith("危急值") for line in made.warnings)
    assert any(line.startswith("血型: A") for line in made.warnings)


def test_no_data_and_none_known_are_different() -> None:
    assert "不等于没有过敏" in paper().warnings[0]
    none = allergy(code={"coding": [{"code": "716186003"}]})
    assert paper(none).warnings == ["已询问：无已知过敏"]
    assert not paper(none).warned


def test_numbers_are_masked_and_the_name_is_there() -> None:
    made = paper()
    assert made.name == "王建国"
    told = " ".join(made.facts)
    assert "510104********9013" in told
    assert "510104195803129013" not in told


def test_english_where_it_is_known() -> None:
    made = content(five_diseases(), TODAY, "en")
    assert made.title == "Patient summary"
    assert [table.title for table in made.tables][:2] == ["Allergies and Intolerances", "Problem List"]
    assert made.tables[0].rows[0][-1] == "Source and date"
    assert content(nobody_knows(), TODAY, "en").tables[1].below == ["No information on problems."]


def test_a_column_in_which_nothing_stands_is_left_out() -> None:
    (table, *_) = paper(allergy("青霉素")).tables
    assert table.rows[0] == ["过敏原", "来源和日期"]
    assert (
        len(paper(allergy("青霉素", reaction=[{"manifestation": [concept("皮疹")]}])).tables[0].rows[0]) == 3
    )


def test_what_was_left_out_is_said() -> None:
    assert content(five_diseases(), TODAY, "zh-CN", incomplete=True).incomplete.startswith("记录很多")
