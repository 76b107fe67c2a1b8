"""The words for what an audit record holds: who, as what, did what, of what, and why. All are msgids."""

from auth.audit.purpose import RECORDS
from auth.audit.record import AuditRecord, Interaction
from services.portal.catalogue import mark

ROLES = {
    "clinician": mark("医生"),
    "resident": mark("居民本人"),
    "steward": mark("数据管理员"),
    "privacy": mark("隐私专员"),
    "security": mark("安全管理员"),
    "auditor": mark("审计员"),
    "operator": mark("运维人员"),
}
KINDS = {
    "person": mark("人员"),
    "system": mark("医疗机构系统"),
    "link": mark("扫了二维码的人"),
    "unknown": mark("身份未证实"),
}
"""What kind of agent it is, where no role says more."""
EMERGENCIES = ("BTG", "ETREAT")
PURPOSES = {
    "TREAT": mark("诊疗"),
    "PATRQT": mark("本人查看"),
    "FAMRQT": mark("代您查看"),
    RECORDS: mark("核对哪些记录是同一个人的"),
    **dict.fromkeys(EMERGENCIES, mark("紧急情况")),
}
TYPES = {
    "Patient": mark("个人信息"),
    "AllergyIntolerance": mark("过敏记录"),
    "Condition": mark("诊断"),
    "MedicationRequest": mark("用药"),
    "MedicationStatement": mark("用药"),
    "MedicationDispense": mark("用药"),
    "Observation": mark("检查检验"),
    "DiagnosticReport": mark("检查报告"),
    "Encounter": mark("就诊记录"),
    "Immunization": mark("疫苗接种"),
    "DocumentReference": mark("文书"),
    "Binary": mark("文书里的文件"),
    "Flag": mark("警示"),
    "Procedure": mark("手术和操作"),
    "ServiceRequest": mark("转诊单"),
    "AuditEvent": mark("查看记录页面"),
    "Consent": mark("查看规则"),
    "RelatedPerson": mark("代看授权"),
    "Task": mark("更正请求和投诉"),
    "Bundle": mark("二维码分享"),
}
OTHER, OTHER_PURPOSE = mark("其他内容"), mark("其他目的")
DEEDS = {
    Interaction.READ: mark("读取"),
    Interaction.VREAD: mark("读取一个版本"),
    Interaction.HISTORY: mark("读取历史"),
    Interaction.SEARCH: mark("查找"),
    Interaction.CREATE: mark("新建"),
    Interaction.UPDATE: mark("改写"),
    Interaction.PATCH: mark("改写一部分"),
    Interaction.DELETE: mark("删除"),
    Interaction.TRANSACTION: mark("一批写入"),
    Interaction.BATCH: mark("一批请求"),
    Interaction.OPERATION: mark("办理"),
    Interaction.VIEW: mark("看页面"),
    Interaction.TOKEN: mark("取访问令牌"),
    Interaction.LOG_IN: mark("登录"),
    Interaction.LOG_OUT: mark("退出登录"),
    Interaction.CONFIGURE: mark("更改设置或账号"),
    Interaction.EMERGENCY: mark("紧急打开档案"),
    Interaction.EMERGENCY_END: mark("关闭紧急查看"),
    Interaction.REVIEW: mark("核查"),
    Interaction.CONSENT: mark("按规则判定"),
    Interaction.PIX: mark("按消息查号码"),
    Interaction.PDQ: mark("按消息查人"),
    Interaction.PERSON_QUERY: mark("按消息查个人信息"),
}


def role(kind: str, of: str | None) -> str:
    """As what somebody acts."""
    return ROLES.get(of or "", KINDS.get(kind, KINDS["unknown"]))


def deed(record: AuditRecord) -> str:
    """What was done."""
    return DEEDS[record.interaction]
