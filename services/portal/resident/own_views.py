"""The resident's own pages: results, medications, vaccinations, visits and documents, a part at a time."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from auth.principal import Proxied
from auth.roles import Role
from fhir.summary.moment import local_day
from fhir.summary.reading import health_file
from services.portal.cases.wrongs import wrongs
from services.portal.catalogue import mark
from services.portal.page import page
from services.portal.resident.own_patient import own_patient
from services.portal.resident.presenters import MyFile, my_file
from services.portal.visit import Visit, visited

OWN = {
    "/resident/results": mark("检查结果"),
    "/resident/medications": mark("我的药"),
    "/resident/vaccinations": mark("疫苗"),
    "/resident/visits": mark("看病记录"),
    "/resident/documents": mark("报告和文书"),
}
"""The address and the heading of each."""
SERVICES = {
    "/resident/front-page": mark("健康档案首页"),
    "/resident/shares": mark("给别人看一会儿（二维码）"),
    "/resident/cases": mark("我的请求和答复"),
    "/resident/notices": mark("我要知道什么"),
    "/resident/consents": mark("谁可以看档案"),
    "/resident/proxies": mark("请人代我看"),
}
"""What else a resident does on pages that are not in the navigation."""
FOR_A_CHILD = frozenset({"/resident/shares"})
"""What of them a parent does for his child."""
STEPS = {"results": 8, "vaccinations": 20, "visits": 20, "documents": 20}


@dataclass(frozen=True, slots=True)
class Pages:
    """Where the parts before and behind the shown one begin; None where there is none."""

    newer: int | None
    older: int | None


def part(file: MyFile, noun: str, start: int) -> tuple[MyFile, Pages | None]:
    """The file with the lines of one part from `start` on; None where all of them are shown."""
    if noun not in STEPS:
        return file, None
    step, lines = STEPS[noun], getattr(file, noun)
    shown: dict[str, Any] = {noun: lines[start : start + step]}
    newer = max(0, start - step) if start else None
    older = start + step if len(lines) > start + step else None
    return replace(file, **shown), Pages(newer, older) if (newer, older) != (None, None) else None


def services(visit: Visit) -> dict[str, str]:
    """What the reader may do on those pages."""
    proxy = visit.principal.proxy
    if proxy is Proxied.PARENT:
        return {path: text for path, text in SERVICES.items() if path in FOR_A_CHILD}
    return SERVICES if proxy is None else {}


def _own(path: str) -> Callable[[Request], Awaitable[Response]]:
    noun = path.rpartition("/")[2]

    async def own_page(request: Request) -> Response:
        async def show(visit: Visit) -> Response:
            file, incomplete = await health_file(visit.context, own_patient(visit).removeprefix("Patient/"))
            whole = my_file(file, local_day(), every=True)
            given = request.query_params.get("from", "")
            start = int(given) if given.isascii() and given.isdigit() and len(given) < 6 else 0
            shown, pages = part(whole, noun, start)
            return page(
                request,
                f"resident/templates/{noun}.html",
                reader=visit.reader,
                file=shown,
                pages=pages,
                path_of=path,
                heading=OWN[path],
                incomplete=incomplete,
                wrongs=await wrongs(visit),
            )

        return await visited(request, (Role.RESIDENT,), show, proxies=tuple(Proxied))

    return own_page


PAGES = {path: _own(path) for path in OWN}
