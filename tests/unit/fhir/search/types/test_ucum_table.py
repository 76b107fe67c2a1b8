import subprocess
import sys
from fractions import Fraction

from fhir.search.types.ucum_table import table


def test_prefixes_and_base_units() -> None:
    assert table().prefixes["u"] == Fraction(1, 10**6)
    assert table().prefixes["Ki"] == 1024
    assert {code for code, atom in table().atoms.items() if atom.term is None} >= {
        "m", "s", "g", "rad", "K", "C", "cd", "[iU]", "[pH]",
    }  # fmt: skip


def test_temperatures_are_converted_and_synonyms_followed() -> None:
    assert table().atoms["[degF]"].offset == Fraction("459.67")
    assert table().atoms["[IU]"].term == "[iU]"


def test_the_unit_registry_of_ucumvert_is_not_loaded() -> None:
    code = (
        "import sys; from fhir.search.types.ucum import unit; unit('mg/dL'); assert 'pint' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
