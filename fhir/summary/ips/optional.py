"""The sections that stand only where there is something: alerts, past illness, plan of care.

IPS 2.0 sectionAlerts, sectionPastIllnessHx, sectionPlanOfCare.
"""

from fhir.resource import Resource
from fhir.summary.coding import many
from fhir.summary.file import HealthFile
from fhir.summary.ips.part import Heading, Line, Part, cell
from fhir.summary.ips.required import PROBLEMS, problem_lines
from fhir.summary.ips.written import day
from fhir.summary.moment import first_moment, moment
from fhir.summary.problems import Problem
from fhir.summary.section import Section
from fhir.summary.terms import Words
from fhir.summary.wording import named

ALERTS = Heading(
    "104605-1",
    "Alert",
    Words("警示", "Alerts"),
    (Words("警示", "Alert"), Words("类别", "Category")),
    ("Flag",),
)
PAST_ILLNESS = Heading(
    "11348-0",
    "History of Past illness note",
    Words("以往的疾病", "History of Past Illness"),
    PROBLEMS.columns,
    ("Condition",),
)
PLAN = Heading(
    "18776-5",
    "Plan of care note",
    Words("照护计划", "Plan of Care"),
    (Words("计划", "Plan"), Words("内容", "Content"), Words("至", "Until")),
    ("CarePlan",),
)


def alert_part(file: HealthFile) -> Part:
    """The Flags that hold."""
    found = [each for each in file.of("Flag") if each.get("status") == "active"]
    return Part(ALERTS, [_alert(each, file) for each in found])


def _alert(flag: Resource, file: HealthFile) -> Line:
    cells = (named(flag.get("code")), named(*many(flag.get("category"))))
    return Line(cells, (file.sources.origin(flag, first_moment(flag.get("period"))),), (flag,))


def past_illness_part(found: Section[Problem]) -> Part:
    """What the person suffered from."""
    return Part(PAST_ILLNESS, problem_lines(found.earlier))


def plan_part(file: HealthFile) -> Part:
    """The plans that are being carried out."""
    found = [each for each in file.of("CarePlan") if each.get("status") in ("active", "on-hold")]
    return Part(PLAN, [_plan(each, file) for each in found])


def _plan(plan: Resource, file: HealthFile) -> Line:
    period = plan.get("period") or {}
    name = cell(plan.get("title")) or named(*many(plan.get("category")))
    cells = (name, cell(plan.get("description")), cell(day(moment(period.get("end")))))
    return Line(cells, (file.sources.origin(plan, first_moment(period, plan.get("created"))),), (plan,))
