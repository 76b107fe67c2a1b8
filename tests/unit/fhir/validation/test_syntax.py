import pytest

from fhir.validation.syntax import GRAMMARS

BASE = "http://hl7.org/fhir/ValueSet/"


@pytest.mark.parametrize(
    ("name", "code", "known"),
    [
        ("mimetypes", "text/plain", True),
        ("mimetypes", "application/fhir+json; charset=utf-8", True),
        ("mimetypes", 'text/plain;a="b c"', True),
        ("mimetypes", "json", True),
        ("mimetypes", "text", False),
        ("mimetypes", "text/", False),
        ("mimetypes", "text/plain;", False),
        ("mimetypes", "text/plain charset", False),
        ("all-languages", "zh", True),
        ("all-languages", "zh-Hans-CN", True),
        ("all-languages", "i-klingon", True),
        ("all-languages", "zh_CN", False),
        ("all-languages", "Chinese language", False),
        ("all-languages", "abcdefghi", False),
        ("ucum-units", "mm[Hg]", True),
        ("ucum-units", "10*9/L", True),
        ("ucum-units", "mm Hg", False),
        ("ucum-units", "µg", False),
    ],
)
def test_a_code_is_told_by_its_syntax(name: str, code: str, known: bool) -> None:
    assert bool(GRAMMARS[BASE + name].match(code)) is known
