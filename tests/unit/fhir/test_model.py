import subprocess
import sys

import pytest
from pydantic import ValidationError

from fhir.model import model


def test_our_packages_and_the_library_share_the_name_fhir() -> None:
    import fhir.resources.R4B

    import fhir.validation

    assert "site-packages" in (fhir.resources.__file__ or "")
    assert "site-packages" not in (fhir.validation.__file__ or "")


def test_a_class_by_the_name_of_its_type() -> None:
    built = model("Patient")(gender="female", name=[{"family": "HTEST"}])
    assert built.model_dump(exclude_none=True)["name"][0]["family"] == "HTEST"


def test_data_types_too() -> None:
    assert model("Period")(start="2024").start is not None


def test_a_second_opinion() -> None:
    with pytest.raises(ValidationError):
        model("Patient").model_validate({"resourceType": "Patient", "surname": "x"})


@pytest.mark.parametrize("type", ["MedicinalProduct", "NoSuchType", ""])
def test_a_type_that_the_library_lacks(type: str) -> None:
    with pytest.raises(KeyError):
        model(type)


def test_the_library_is_not_imported_before_it_is_needed() -> None:
    code = "import sys, fhir.model, fhir.validation; print('fhir.resources' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
