import pytest

from fhir.search.expression import ExpressionError, Path, Step, parse


@pytest.mark.parametrize(
    ("expression", "paths"),
    [
        ("Patient.birthDate", [Path("Patient", (Step("birthDate"),))]),
        ("name | alias", [Path("", (Step("name"),)), Path("", (Step("alias"),))]),
        ("value.as(Quantity)", [Path("", (Step("value", type="Quantity"),))]),
        ("%resource.a.b", [Path("%resource", (Step("a"), Step("b")))]),
        ("(Observation.value as Quantity)", [Path("Observation", (Step("value", type="Quantity"),))]),
        ("Observation.value as Period", [Path("Observation", (Step("value", type="Period"),))]),
        ("Condition.onset.as(Age)", [Path("Condition", (Step("onset", type="Age"),))]),
        ("A.b.ofType(Reference)", [Path("A", (Step("b", type="Reference"),))]),
        (
            "(Observation.value as CodeableConcept).text",
            [Path("Observation", (Step("value", type="CodeableConcept"), Step("text")))],
        ),
        (
            "Patient.telecom.where(system='email')",
            [Path("Patient", (Step("telecom", where=("system", "email")),))],
        ),
        ("Flag.subject.where(resolve() is Patient)", [Path("Flag", (Step("subject", resolves="Patient"),))]),
        (
            "Q.item.where(hasExtension('urn:e')).answer",
            [Path("Q", (Step("item", extended="urn:e"), Step("answer")))],
        ),
        ("Device.extension('urn:e')", [Path("Device", (Step("extension", where=("url", "urn:e")),))]),
        ("Bundle.entry[0].resource", [Path("Bundle", (Step("entry", index=0), Step("resource")))]),
        (
            "Patient.deceased.exists() and Patient.deceased != false",
            [Path("Patient", (Step("deceased"),), test=True)],
        ),
        ("A.b | A.c.where(x='|')", [Path("A", (Step("b"),)), Path("A", (Step("c", where=("x", "|")),))]),
    ],
)
def test_the_subset(expression: str, paths: list[Path]) -> None:
    assert list(parse(expression)) == paths


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "A.",
        "A.b(",
        "A.where(x>1)",
        "A.b.first()",
        "where(x='1')",
        "A.b as",
        "A.b and A.c",
        "A.b 'x'",
        "A.b + 1",
        "A.b.exists() and A.c != false",
        "A.b.where(resolve() = Patient)",
        "A[x]",
    ],
)
def test_anything_else_is_refused(expression: str) -> None:
    with pytest.raises((ExpressionError, ValueError)):
        parse(expression)
