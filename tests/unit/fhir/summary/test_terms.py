from fhir.summary import terms
from fhir.summary.terms import Term


def known(term: Term | None) -> Term:
    assert term is not None
    return term


def test_the_longest_prefix_of_a_diagnosis_wins() -> None:
    assert known(terms.diagnosis("E11.900")).plain.zh == "血糖高"
    assert known(terms.diagnosis("e11.200")).plain.zh == "血糖高，伤到了肾"
    assert known(terms.diagnosis("I10.x00")).chronic
    assert terms.diagnosis("W99") is None
    assert terms.diagnosis(None) is None


def test_results_have_a_standard_term_beside() -> None:
    term = terms.result("4548-4")
    assert term is not None
    assert term.name is not None
    assert term.name.within("en") == "Haemoglobin A1c"
    assert term.name.within("zh-CN") == "糖化血红蛋白"
    assert terms.result(None) is None


def test_drugs_by_a_word_in_the_name() -> None:
    assert known(terms.drug("盐酸二甲双胍片")).plain.zh == "降血糖"
    assert known(terms.drug("阿托伐他汀钙片")).plain.zh == "降血脂"
    assert terms.drug("氯化钙注射液") is None


def test_every_word_is_there_in_both_languages() -> None:
    for kind, entries in terms._terms().items():
        for key, entry in entries.items():
            for words in (entry["plain"], entry.get("name", ["x", "x"])):
                assert len(words) == 2, (kind, key)
                assert all(isinstance(word, str) and word for word in words), (kind, key)
