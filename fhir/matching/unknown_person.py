"""Unknown person: what stands in the place of a name until somebody knows it (无名氏).

FHIR R4 patient.html; china.md. It names nobody: two such Patients do not agree in their names, and whoever is
recognised later does not contradict what came before.
"""

import re

_UNKNOWN = re.compile(r"[无無]名.*|[佚匿]名|未知|不[详詳]|[弃棄][婴嬰]|[男女][婴嬰]")


def is_unknown(name: str) -> bool:
    """Whether a whole name says only that it is not known."""
    return _UNKNOWN.fullmatch("".join(name.split())) is not None
