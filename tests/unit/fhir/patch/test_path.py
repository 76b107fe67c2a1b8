import pytest

from fhir.patch.path import PathError, places, split

PATIENT = {
    "resourceType": "Patient",
    "name": [{"given": ["a", "b"]}, {"given": ["c"], "use": "old"}],
    "deceasedBoolean": True,
    "_birthDate": {"extension": [{"url": "u", "valueCode": "x"}]},
    "birthDate": "1990",
}


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("Patient", [PATIENT]),
        ("name.given", ["a", "b", "c"]),
        ("Patient.name[1].given[0]", ["c"]),
        ("Patient.name[7]", []),
        ("Patient.name.where(use = 'old').given", ["c"]),
        ("Patient.name.where(use.empty()).given.first()", ["a"]),
        ("Patient.deceased", [True]),
        ("Patient.deceased.ofType(dateTime)", []),
        ("Patient.birthDate.extension('u').value", ["x"]),
        ("Patient.contact.name", []),
    ],
)
def test_where_a_path_leads(path: str, values: list[object]) -> None:
    """Checklist line 23."""
    assert [place.value for place in places(PATIENT, path)] == values


@pytest.mark.parametrize(
    "path",
    ["Patient.x", "Observation.status", "Patient..name", "Patient.name[-1]", "Patient.name | Patient.active",
     "Patient.name.where(given.matches('(a+)+'))", "Patient.name.repeat(x)", "Patient.name." + "a" * 1000],
)  # fmt: skip
def test_what_is_no_path(path: str) -> None:
    with pytest.raises(PathError):
        places(PATIENT, path)


def test_the_last_element_of_a_path() -> None:
    assert split("Patient.name[0].given") == ("Patient.name[0]", "given")
    for path in ("Patient", "Patient.name[0]"):
        with pytest.raises(PathError):
            split(path)
