"""Scopes in plain words, in Chinese for the catalogue.

SMART App Launch 2.2; nobody is asked to judge `patient/Observation.rs`.
"""

from auth.smart.scope import Scope
from services.portal.catalogue import mark

_TYPES = {
    "*": mark("全部健康档案"),
    "AllergyIntolerance": mark("过敏"),
    "Appointment": mark("预约"),
    "CarePlan": mark("诊疗计划"),
    "CareTeam": mark("诊疗团队"),
    "Composition": mark("文书正文"),
    "Condition": mark("诊断和健康问题"),
    "Consent": mark("授权和同意"),
    "Coverage": mark("医保"),
    "Device": mark("植入物和器械"),
    "DiagnosticReport": mark("检查报告"),
    "DocumentReference": mark("文书"),
    "Encounter": mark("就诊记录"),
    "FamilyMemberHistory": mark("家族病史"),
    "Goal": mark("健康目标"),
    "ImagingStudy": mark("影像检查"),
    "Immunization": mark("疫苗接种"),
    "Location": mark("地点"),
    "Media": mark("图片"),
    "Medication": mark("药品"),
    "MedicationAdministration": mark("给药记录"),
    "MedicationDispense": mark("发药记录"),
    "MedicationRequest": mark("处方"),
    "MedicationStatement": mark("用药"),
    "Observation": mark("检验结果和体征"),
    "Organization": mark("医疗机构"),
    "Patient": mark("姓名、出生日期等个人信息"),
    "Practitioner": mark("医务人员"),
    "Procedure": mark("手术和操作"),
    "Provenance": mark("数据来源"),
    "QuestionnaireResponse": mark("问卷"),
    "RelatedPerson": mark("家属"),
    "ServiceRequest": mark("检查和治疗申请"),
    "Specimen": mark("标本"),
}
_CATEGORIES = {
    "encounter-diagnosis": mark("就诊诊断"),
    "problem-list-item": mark("长期健康问题"),
    "health-concern": mark("健康关注"),
    "laboratory": mark("检验结果"),
    "vital-signs": mark("生命体征"),
    "social-history": mark("生活习惯"),
    "survey": mark("评估量表"),
    "sdoh": mark("社会生活状况"),
}
_READS, _CHANGES = mark("查看"), mark("查看和修改")
_WRITES = mark("修改")
_IDENTITY = {
    "openid": mark("知道您是谁"),
    "fhirUser": mark("知道您在本平台的身份"),
    "profile": mark("知道您的姓名"),
}


def action(scope: Scope) -> str:
    """What the app does with it, as a msgid."""
    reads, writes = set(scope.actions) & set("rs"), set(scope.actions) & set("cud")
    return _CHANGES if reads and writes else _WRITES if writes else _READS


def subject(scope: Scope) -> str | None:
    """What of it is meant, as a msgid: a category or a type; None where there are no plain words for it.

    What an app has written is never a msgid: the templates show translations as they are.
    """
    if scope.query is None:
        return _TYPES.get(scope.type)
    return _CATEGORIES.get(scope.query.rpartition("|")[2])


def identity(scopes: str) -> list[str]:
    """What the app learns of who somebody is."""
    return [_IDENTITY[word] for word in scopes.split() if word in _IDENTITY]
