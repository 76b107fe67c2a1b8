"""Observation values: what a test shows where a story says nothing, and how it is written.

Values lie within the reference range of the resident's sex; decimals are as the catalogue says.
"""

from random import Random

from services.demo.catalogue import Test, tests
from services.demo.resident import Resident

Value = float | str

_TEXT = {"ST": "阴性"}


def normal(test: Test, resident: Resident, random: Random) -> Value:
    """A value as a healthy person of that sex has it."""
    if test.key == "abo":
        return resident.blood[0]
    if test.key == "rhesus":
        return resident.blood[1]
    if test.type != "NM":
        return _TEXT.get(test.type, "未见明显异常。")
    low, high = test.range(resident.sex)
    if high is None:
        high = (low or 1.0) * 1.3
    if low is None:
        low = high * 0.2
    return random.uniform(low + (high - low) * 0.12, high - (high - low) * 0.12)


def written(key: str, value: Value) -> str:
    """The value as OBX-5 says it."""
    return value if isinstance(value, str) else f"{value:.{tests()[key].decimals}f}"


def flag(test: Test, value: str, sex: str) -> str:
    """OBX-8: H above the reference range, L below it, A for what should be absent, N else."""
    if test.type == "ST":
        return "N" if value.startswith("阴性") else "A"
    if test.type != "NM":
        return ""
    low, high = test.range(sex)
    if low is None and high is None:
        return ""
    number = float(value)
    return "L" if low is not None and number < low else "H" if high is not None and number > high else "N"
