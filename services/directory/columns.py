"""Columns of the directory's file, and which of them a line of each type may fill (docs/directory.md)."""

COLUMNS = {
    "type": "类型",
    "number": "编号",
    "system": "编号体系",
    "source": "消息来源",
    "name": "名称",
    "active": "启用",
    "kind": "类别",
    "part_of": "上级",
    "organization": "机构",
    "practitioner": "医务人员",
    "location": "地点",
    "service": "服务",
    "endpoint": "接口",
    "social_credit_code": "统一社会信用代码",
    "area": "行政区划",
    "zone": "统计区",
    "address": "地址",
    "latitude": "纬度",
    "longitude": "经度",
    "phone": "电话",
    "citizen_number": "身份证号",
    "sex": "性别",
    "licence": "执业证书",
    "qualification": "资格",
    "role": "岗位",
    "specialty": "专业",
    "manufacturer": "厂家",
    "model": "型号",
    "begins": "开始日期",
    "ends": "结束日期",
}
"""The names of the columns, in English or Chinese; `type` must be there."""

TYPES = {
    "Organization": "机构",
    "Location": "地点",
    "Practitioner": "医务人员",
    "PractitionerRole": "岗位",
    "HealthcareService": "服务",
    "Endpoint": "接口",
    "Device": "设备",
}
"""What a line may be about, in English or Chinese."""

_ALL = "type number system name active"


def _names(text: str) -> frozenset[str]:
    return frozenset(f"{_ALL} {text}".split())


OF_TYPE = {
    "Organization": _names("source kind part_of endpoint social_credit_code area address phone"),
    "Location": _names(
        "source kind part_of organization endpoint area zone address latitude longitude phone"
    ),
    "Practitioner": _names("source citizen_number sex phone licence qualification begins ends"),
    "PractitionerRole": _names(
        "practitioner organization location service endpoint role specialty phone begins ends"
    )
    - {"name"},
    "HealthcareService": _names("kind organization location endpoint specialty phone"),
    "Endpoint": _names("kind organization address begins ends"),
    "Device": _names("kind organization location manufacturer model"),
}
NEEDED = {
    "Organization": ("name",),
    "Location": ("number", "name"),
    "Practitioner": ("name",),
    "PractitionerRole": ("practitioner", "organization"),
    "HealthcareService": ("number", "name", "organization"),
    "Endpoint": ("number", "kind", "address"),
    "Device": ("number", "kind"),
}
"""What a line of each type always says."""

REFERENCES = {
    "organization": "Organization",
    "practitioner": "Practitioner",
    "location": "Location",
    "service": "HealthcareService",
    "endpoint": "Endpoint",
}
"""The columns that name another resource by its number; `part_of` names one of the same type."""

SYSTEMS = {
    "Organization": "urn:oid:2.16.156.10011.1.5",
    "Practitioner": "urn:oid:2.16.156.10011.1.4",
    "Location": "urn:furong:directory:location",
    "PractitionerRole": "urn:furong:directory:post",
    "HealthcareService": "urn:furong:directory:service",
    "Endpoint": "urn:furong:directory:endpoint",
    "Device": "urn:furong:directory:device",
}
"""Whose numbers those of a type are where the line does not say."""

LOCAL = {"Practitioner": "staff", "Location": "location"}
"""What a source numbers itself, by the name of the system that the feed gives it."""


def referred(type: str, column: str) -> str:
    """The type of resource that a column names in a line of `type`."""
    return type if column == "part_of" else REFERENCES[column]
