import pytest

from fhir.search.names.fold import LONGEST, fold, fold_contact, fold_identifier, fold_name, fold_text, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Health  WEST ", "health west"),
        ("Ève", "eve"),
        ("Ｆｕｌｌ　ｗｉｄｔｈ", "full width"),
        ("Straße", "strasse"),
        ("Łódź Øre Đỗ", "lodz ore do"),
        ("ﬁne", "fine"),
        ("买买提•阿不都", "买买提 阿不都"),
        ("བོད་", "བོད་"),
        ("가나", "가나"),
        ("ガ", "ガ"),
        ("𠮷", "𠮷"),
        ("", ""),
        (" · ", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_composed_and_decomposed_are_one() -> None:
    assert fold("Mu\u0308ller") == fold("M\u00fcller") == "muller"


def test_names_lose_their_spaces_and_dots() -> None:
    assert {
        fold_name(each) for each in ("买买提·阿不都", "买买提•阿不都", "买买提．阿不都", "买买提 阿不都")
    } == {"买买提阿不都"}
    assert fold_name("J. R.\u200b Tolkien") == "jrtolkien"
    assert words("Peter  James·Chalmers") == ["peter", "james", "chalmers"]


def test_what_stands_beyond_any_name_is_not_compared() -> None:
    assert fold("x" * 5000) == "x" * LONGEST


def test_identifiers_keep_everything_but_width_and_case() -> None:
    assert fold_identifier(" 51010819700101901x ") == "51010819700101901X"
    assert fold_identifier("５１ａ") == "51A"
    assert fold_identifier("a-b c") == "A-B C"


@pytest.mark.parametrize(
    "text",
    ["+86 138-0013-8000", "0086 13800138000", "138 0013 8000", "１３８００１３８０００", "(138)00138000"],
)
def test_telephone_numbers_are_their_digits(text: str) -> None:
    assert fold_contact(text) == "13800138000"


def test_other_contacts_are_folded_text() -> None:
    assert fold_contact("Zhang@Example.org") == "zhang@example.org"
    assert fold_contact("+44 20 7946 0000") == "+442079460000"
    assert fold_contact("86123") == "86123"


def test_a_text_is_folded_to_its_end() -> None:
    assert len(fold("É" * 3000)) == LONGEST
    assert fold_text("É  " * 3000) == ("e " * 3000).strip()


def test_a_name_in_traditional_characters_is_that_in_simplified_ones() -> None:
    assert fold_name("劉鳳蘭") == fold_name("刘 凤兰") == "刘凤兰"
    assert words("張 三") == ["张", "三"]
    assert fold_name("\ud842") == "\ud842"
