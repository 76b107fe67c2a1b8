"""Roles in the pages' own words."""

from auth.roles import Role
from services.portal.catalogue import mark

ROLES = {
    Role.CLINICIAN: mark("医生"),
    Role.RESIDENT: mark("居民本人"),
    Role.STEWARD: mark("数据管理员"),
    Role.PRIVACY: mark("隐私专员"),
    Role.SECURITY: mark("安全管理员"),
    Role.AUDITOR: mark("审计员"),
    Role.OPERATOR: mark("运维人员"),
}
"""The name of each role, as a msgid."""

HOMES = {
    Role.CLINICIAN: "/clinician",
    Role.RESIDENT: "/resident",
    Role.STEWARD: "/console/feeds",
    Role.OPERATOR: "/console/feeds",
    Role.SECURITY: "/console/accounts",
    Role.PRIVACY: "/console/reviews",
    Role.AUDITOR: "/console/audit",
}
"""The first page of each role that has pages."""
