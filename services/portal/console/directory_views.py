"""The page of the directory: a CSV file comes in, what it would change is shown, and then it is written.

Between the two the file travels with the page, sealed for this session; docs/directory.md has the columns.
"""

import io
from collections.abc import Mapping
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from auth.audit.record import Interaction
from auth.roles import Role
from fhir.csv_file import BadFile
from services.directory.columns import COLUMNS
from services.directory.load import Checked, Directory
from services.directory.outcome import Action, Outcome
from services.failure import Failure
from services.portal.catalogue import mark
from services.portal.page import page
from services.portal.visit import Visit, visited

HOME = "/console/directory"
ACTIONS = {
    Action.CREATED: mark("新建"),
    Action.CHANGED: mark("更改"),
    Action.ENDED: mark("终止"),
    Action.UNCHANGED: mark("不变"),
}
TYPES = {
    "Organization": mark("机构"),
    "Location": mark("地点"),
    "Practitioner": mark("医务人员"),
    "PractitionerRole": mark("岗位"),
    "HealthcareService": mark("服务"),
    "Endpoint": mark("联网接口"),
}
_OPERATORS = (Role.OPERATOR,)
_LARGEST = 2 << 20
_MOST = 100
_TOO_LARGE = mark("这个文件大于2 MB。请用命令行导入：./furong directory load")
_LOST = mark("这个文件已不能打开，请重新选择。")


async def directory_page(request: Request) -> Response:
    """The form for a file."""

    async def show(visit: Visit) -> Response:
        return _page(request, visit)

    return await visited(request, _OPERATORS, show, type=None)


async def preview(request: Request) -> Response:
    """What the file would change; nothing is written."""

    async def show(visit: Visit) -> Response:
        upload = (await request.form()).get("file")
        raw = await upload.read(_LARGEST + 1) if isinstance(upload, UploadFile) else b""
        if len(raw) > _LARGEST:
            return _page(request, visit, status=422, fault=_TOO_LARGE)
        outcomes: list[Outcome] = []
        try:
            checked = await Directory(visit.platform, visit.principal, io.BytesIO(raw)).check(
                _first(outcomes)
            )
        except BadFile as bad:
            visit.note(reason="directory refused")
            return _page(request, visit, status=422, faults=[str(bad)])
        visit.note(reason=checked.reason(dry_run=True))
        sealed = (
            None
            if checked.wrong
            else visit.platform.store.vault.seal_text(raw.decode("latin-1"), _bound(visit))
        )
        return _checked(request, visit, checked, outcomes, sealed)

    return await visited(request, _OPERATORS, show, form=True, type=None, interaction=Interaction.CONFIGURE)


async def load(request: Request) -> Response:
    """Write what was shown."""

    async def show(visit: Visit) -> Response:
        sealed = str((await request.form()).get("sealed", ""))
        text = visit.platform.store.vault.open_text(sealed, _bound(visit))
        if text is None:
            return _page(request, visit, status=422, fault=_LOST)
        directory = Directory(visit.platform, visit.principal, io.BytesIO(text.encode("latin-1")))
        outcomes: list[Outcome] = []
        checked = await directory.check(_first(outcomes))
        visit.note(reason=checked.reason(dry_run=False))
        if checked.wrong:
            return _checked(request, visit, checked, outcomes, None)
        await visit.record_ahead()
        try:
            await directory.apply(checked)
        except Failure as failure:
            return _page(request, visit, status=409, faults=[str(failure)])
        return _page(request, visit, done=_counts(checked))

    return await visited(request, _OPERATORS, show, form=True, type=None, interaction=Interaction.CONFIGURE)


def _first(kept: list[Outcome]) -> Any:
    """Keeps the first that change something."""

    def keep(outcome: Outcome) -> None:
        if outcome.action is not Action.UNCHANGED and len(kept) < _MOST:
            kept.append(outcome)

    return keep


def _bound(visit: Visit) -> str:
    return f"directory {visit.principal.session}"


def _counts(checked: Checked) -> list[tuple[str, int]]:
    return [(ACTIONS[action], count) for action, count in checked.counts.items()]


def _checked(
    request: Request, visit: Visit, checked: Checked, outcomes: list[Outcome], sealed: str | None
) -> Response:
    changing = checked.lines - checked.counts[Action.UNCHANGED]
    return _page(
        request,
        visit,
        status=422 if checked.wrong else 200,
        faults=[str(each) for each in checked.faults[:_MOST]],
        hidden_faults=max(checked.wrong - _MOST, 0),
        warnings=[str(each) for each in checked.warnings[:_MOST]],
        counts=_counts(checked),
        outcomes=[_shown(each) for each in outcomes],
        hidden=max(changing - len(outcomes), 0),
        sealed=sealed if changing else None,
    )


def _shown(outcome: Outcome) -> Mapping[str, Any]:
    names = outcome.resource.get("name") or outcome.resource.get("deviceName") or ""
    first = names[0] if isinstance(names, list) else {"text": names}
    return {
        "line": outcome.line,
        "action": ACTIONS[outcome.action],
        "type": TYPES[outcome.resource["resourceType"]],
        "name": first.get("text") or first.get("name") or "",
        "changes": outcome.changes,
    }


NOTHING: Mapping[str, Any] = {
    "fault": None, "faults": [], "hidden_faults": 0, "warnings": [], "counts": [], "outcomes": [],
    "hidden": 0, "sealed": None, "done": [],
}  # fmt: skip
"""What the page says before a file has come."""


def _page(request: Request, visit: Visit, *, status: int = 200, **model: Any) -> Response:
    told = {**NOTHING, "columns": list(COLUMNS.items()), "back": HOME, **model}
    return page(request, "console/templates/directory.html", status=status, reader=visit.reader, **told)
