"""Handmade R4 resources for the presenters and the templates; nobody in them exists (HTEST)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from auth.audit.access_log import AccessEntry
from auth.audit.record import Interaction, Outcome
from fhir.resource import Resource
from fhir.summary.file import HealthFile
from fhir.summary.file import health_file as health_file

TODAY = date(2026, 11, 23)
LOINC, ICD10 = "http://loinc.org", "http://hl7.org/fhir/sid/icd-10-cn"
HUAXI, JINJIANG, JIANYANG = "Organization/huaxi", "Organization/jinjiang", "Organization/jianyang"
NAMES = {HUAXI: "芙蓉市第一人民医院", JINJIANG: "锦水街道社区卫生服务中心", JIANYANG: "石桥中心卫生院"}


def ago(days: int) -> str:
    return (TODAY - timedelta(days=days)).isoformat()


def organizations() -> list[Resource]:
    return [
        {"resourceType": "Organization", "id": ref.split("/")[1], "name": name} for ref, name in NAMES.items()
    ]


def patient(id: str = "p1", organization: str = HUAXI, **more: Any) -> Resource:
    return {
        "resourceType": "Patient",
        "id": id,
        "meta": {"lastUpdated": "2026-11-20T08:00:00.000Z", "security": [{"code": "HTEST"}]},
        "identifier": [{"system": "urn:oid:2.16.156.10011.1.3", "value": "510104195803129013"}],
        "name": [{"text": "王建国"}],
        "gender": "male",
        "birthDate": "1958-03-12",
        "telecom": [{"system": "phone", "value": "13800005678"}],
        "managingOrganization": {"reference": organization},
    } | more


def concept(text: str, system: str | None = None, code: str | None = None) -> Resource:
    coding = [{"system": system, "code": code, "display": text}] if code and system else []
    return {"text": text} | ({"coding": coding} if coding else {})


def of(patient: str = "p1", **more: Any) -> Resource:
    return {
        "subject": {"reference": f"Patient/{patient}"},
        "meta": {"lastUpdated": "2026-11-22T01:30:00.000Z"},
    } | more


def allergy(text: str = "青霉素", patient: str = "p1", days: int = 800, **more: Any) -> Resource:
    return {
        "resourceType": "AllergyIntolerance",
        "patient": {"reference": f"Patient/{patient}"},
        "code": concept(text),
        "recordedDate": ago(days),
    } | more


def condition(text: str, code: str, days: int = 30, patient: str = "p1", **more: Any) -> Resource:
    base = {"resourceType": "Condition", "code": concept(text, ICD10, code), "recordedDate": ago(days)}
    return of(patient) | base | more


def request(text: str, dose: str = "", days: int = 20, patient: str = "p1", **more: Any) -> Resource:
    return (
        of(patient)
        | {
            "resourceType": "MedicationRequest",
            "status": "active",
            "intent": "order",
            "medicationCodeableConcept": {"text": text},
            "authoredOn": ago(days),
            "dosageInstruction": [{"text": dose}] if dose else [],
        }
        | more
    )


def observation(
    loinc: str,
    text: str,
    value: str,
    unit: str,
    days: int,
    low: str = "",
    high: str = "",
    patient: str = "p1",
    **more: Any,
) -> Resource:
    span: dict[str, Any] = {}
    if low:
        span["low"] = {"value": Decimal(low)}
    if high:
        span["high"] = {"value": Decimal(high)}
    return (
        of(patient)
        | {
            "resourceType": "Observation",
            "status": "final",
            "code": concept(text, LOINC, loinc),
            "valueQuantity": {"value": Decimal(value), "unit": unit},
            "effectiveDateTime": f"{ago(days)}T09:15:00+08:00",
            "referenceRange": [span] if span else [],
        }
        | more
    )


def encounter(
    kind: str, days: int, reason: str, organization: str = HUAXI, patient: str = "p1", **more: Any
) -> Resource:
    return (
        of(patient)
        | {
            "resourceType": "Encounter",
            "status": "finished",
            "class": {"code": kind},
            "period": {
                "start": f"{ago(days)}T08:30:00+08:00",
                "end": f"{ago(max(days - 6, 0) if kind == 'IMP' else days)}T10:00:00+08:00",
            },
            "serviceProvider": {"reference": organization},
            "reasonCode": [{"text": reason}],
            "serviceType": {"text": "内分泌科"},
            "participant": [{"individual": {"display": "周敏"}}],
        }
        | more
    )


LABORATORY = [
    ("4548-4", "糖化血红蛋白", "%", "4.0", "6.0", "9.1 8.8 8.4 8.1 7.9 7.6 7.2 7.4"),
    ("14771-0", "空腹血糖", "mmol/L", "3.9", "6.1", "10.2 9.8 8.9 8.8 7.6 7.4 7.1 6.9"),
    ("8480-6", "收缩压", "mmHg", "90", "139", "168 160 158 150 146 142 138 136"),
    ("8462-4", "舒张压", "mmHg", "60", "89", "98 96 92 90 88 86 84 82"),
    ("14682-9", "肌酐", "μmol/L", "57", "97", "90 92 99 104 108 111 115 119"),
    ("62238-1", "估算肾小球滤过率", "mL/min/1.73m2", "90", "130", "82 78 71 66 63 60 57 55"),
    ("22748-8", "低密度脂蛋白胆固醇", "mmol/L", "1.5", "3.4", "4.2 3.9 3.1 2.9 2.6 2.5 2.4 2.3"),
    ("718-7", "血红蛋白", "g/L", "130", "175", "141 139 138 136 134 133 131 129"),
    ("6690-2", "白细胞计数", "10^9/L", "3.5", "9.5", "6.1 5.8 6.6"),
    ("777-3", "血小板计数", "10^9/L", "125", "350", "201 210 190"),
    ("29463-7", "体重", "kg", "", "", "74.5 73.0 72.4"),
]
"""LOINC, name, unit, low, high, and one value a quarter up to now."""


def _laboratory() -> list[Resource]:
    """The values of LABORATORY, told by two institutions in turn."""
    series = [
        observation(
            code, text, value, unit, 720 - 90 * (8 - len(values.split()) + i), low, high,
            patient=("p1", "p2")[i % 2],
        )
        for code, text, unit, low, high, values in LABORATORY
        for i, value in enumerate(values.split())
    ]  # fmt: skip
    critical = [{"coding": [{"code": "HH"}]}]
    potassium = observation("2823-3", "钾", "6.40", "mmol/L", 3, "3.5", "5.3", interpretation=critical)
    blood = observation("883-9", "ABO血型", "0", "", 600) | {"valueCodeableConcept": {"text": "A型"}}
    del blood["valueQuantity"]
    return [potassium, blood, *series]


def _problems() -> list[Resource]:
    return [
        allergy(
            criticality="high",
            reaction=[{"manifestation": [{"text": "过敏性休克"}], "severity": "severe"}],
        ),
        allergy("磺胺类", "p2", 300, reaction=[{"manifestation": [{"text": "皮疹"}]}]),
        condition("2型糖尿病性肾病", "E11.200", 40),
        condition("原发性高血压", "I10.x00", 40),
        condition("原发性高血压", "I10.x00", 12, "p2"),
        condition("原发性高血压", "I10.x00", 200, "p3"),
        condition("冠状动脉粥样硬化性心脏病", "I25.101", 100),
        condition("慢性阻塞性肺疾病", "J44.900", 150, "p3"),
        condition("前列腺增生", "N40.x00", 220),
        condition("急性上呼吸道感染", "J06.900", 500, "p2"),
    ]


def _medicines() -> list[Resource]:
    return [
        request("盐酸二甲双胍片", "每次0.5 g，每日2次，口服", 40),
        request("二甲双胍片 0.5g", "每次1.0 g，每日2次，口服", 12, "p2"),
        request("苯磺酸氨氯地平片", "每次5 mg，每日1次，口服", 40),
        request("苯磺酸氨氯地平片", "每次5 mg，每日1次，口服", 12, "p2"),
        request("阿托伐他汀钙片", "每次20 mg，每晚1次，口服", 40),
        request("阿司匹林肠溶片", "每次100 mg，每日1次，口服", 40),
        request("噻托溴铵粉吸入剂", "每次18 ug，每日1次，吸入", 60, "p3"),
        request("甘精胰岛素注射液", "每晚12单位，皮下注射", 40),
        request("盐酸坦索罗辛缓释胶囊", "每次0.2 mg，每晚1次", 220),
        request("阿莫西林胶囊", "每次0.5 g，每日3次", 500, "p2"),
    ]


def _visits() -> list[Resource]:
    return [
        encounter("AMB", 12, "高血压随访", JINJIANG, "p2"),
        encounter("AMB", 40, "2型糖尿病性肾病"),
        encounter("IMP", 150, "慢性阻塞性肺疾病急性加重", JIANYANG, "p3"),
        encounter("EMER", 210, "胸痛"),
        encounter("AMB", 260, "高血压随访", JINJIANG, "p2"),
        encounter("AMB", 700, "体检"),
    ]


def _documents() -> list[Resource]:
    return [
        {
            "resourceType": "Immunization",
            "status": "completed",
            "patient": {"reference": "Patient/p2"},
            "vaccineCode": {"text": "流感疫苗"},
            "occurrenceDateTime": ago(30),
            "lotNumber": "HT2026",
            "protocolApplied": [{"doseNumberPositiveInt": 1}],
        },
        of()
        | {
            "resourceType": "DiagnosticReport",
            "status": "final",
            "code": {"text": "胸部正侧位片"},
            "effectiveDateTime": ago(150),
            "conclusion": "双肺纹理增粗，未见实变。",
        },
    ]


def five_diseases() -> HealthFile:
    """An old man with five diseases, known to three institutions under three Patients."""
    other = patient("p2", JINJIANG) | {"name": [{"text": "王建國"}]}
    people = [*organizations(), patient(), other, patient("p3", JIANYANG)]
    return health_file([*people, *_problems(), *_medicines(), *_laboratory(), *_visits(), *_documents()])


def nobody_knows() -> HealthFile:
    """A person of whom nothing but the name is known, and that a very long one with a rare character."""
    return health_file(
        [
            patient(
                name=[{"text": "阿卜杜热西提·䶮㛃·买买提吐尔逊江·伊敏江·阿布都克里木𠮷"}],
                identifier=[],
                telecom=[],
                birthDate="1990",
            )
        ]
    )


def entry(**more: Any) -> AccessEntry:
    """A doctor's look at the whole file."""
    base: dict[str, Any] = {
        "id": "1",
        "moment": datetime(2026, 11, 23, 1, 5, tzinfo=UTC),
        "name": "周敏",
        "kind": "person",
        "role": "clinician",
        "organization": HUAXI,
        "purpose": "TREAT",
        "interaction": Interaction.VIEW,
        "type": "Patient",
        "result": Outcome.SUCCESS,
        "reason": None,
        "own": False,
    }
    return AccessEntry(**base | more)


def entries() -> list[AccessEntry]:
    """Own look, a doctor's, an arrival, a refused one, a system's."""
    return [
        entry(name="王建国", role="resident", organization=None, purpose="PATRQT", own=True),
        entry(),
        entry(interaction=Interaction.OPERATION, reason="arrival"),
        entry(name="李明", organization=JIANYANG, result=Outcome.REFUSED, reason="not_found"),
        entry(
            name="锦水信息系统",
            kind="system",
            role=None,
            organization=JINJIANG,
            purpose=None,
            interaction=Interaction.SEARCH,
            type="Observation",
        ),
    ]
