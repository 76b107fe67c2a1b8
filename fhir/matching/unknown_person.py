"""Unknown person: what stands in the place of a name until somebody knows it (无名氏).

FHIR R4 patient.html; china.md. It names nobody: two such Patients do not agree in their names, and whoever is
recognised later does not contradict what came before.
"""

import re
import unicodedata

_UNKNOWN = re.compile(
    r"[无無]名.*|[佚匿]名.*|[未不]知(?:姓?名|道|身份|[男女]|人.*|患者)?\d*|[身份]*不[详詳明].*|[弃棄][婴嬰].*|[男女][婴嬰].*"
    r"|.{0,2}某.{0,3}|三[无無].*|(?:急[诊診救]|[抢搶]救|[伤傷]|病|死|患)[者人员員].*|急[诊診].*|[抢搶]救.*"
    r"|流浪.*|走失.*|待[查定].*"
    r"|unknown.*|unidentified.*|anonymous.*|noname.*|j(?:oh|a)ne?doe.*|[\W_x]+|n/?a"
)


def is_unknown(name: str) -> bool:
    """Whether a whole name says only that it is not known."""
    plain = unicodedata.normalize("NFKC", "".join(name.split())).casefold()
    return _UNKNOWN.fullmatch(plain) is not None
