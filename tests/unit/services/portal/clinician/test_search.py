import pytest

from services.portal.clinician.search import _parameter, escaped


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("王建国", ("name", "王建国")),
        ("wang jianguo", ("name", "wang jianguo")),
        ("510104195803129013", ("identifier", "510104195803129013")),
        ("５１０１０４１９５８０３１２９０１３", ("identifier", "510104195803129013")),
        ("510103480915003", ("identifier", "510103194809150031")),
        ("51010819700101901x", ("identifier", "51010819700101901X")),
        ("HC-00012345", ("identifier", "HC-00012345")),
        ("MZ0012345", ("identifier", "MZ0012345")),
        ("a,b|c", ("name", r"a\,b\|c")),
    ],
)
def test_numbers_are_identifiers_everything_else_is_a_name(query: str, parameter: tuple[str, str]) -> None:
    assert _parameter(query) == parameter


def test_no_character_of_a_name_is_an_operator() -> None:
    assert escaped("a\\b$c") == r"a\\b\$c"
