"""The page of rosters: a CSV file of accounts comes in, a file of one-time passwords goes out, once."""

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from auth.audit.record import Interaction
from auth.login import jurisdiction
from auth.login.jurisdiction import Officer
from auth.login.roster import COLUMNS, Allowed
from auth.store.accounts import AccountRefused
from auth.store.posts import Post
from fhir.csv_file import BadFile
from services import roster
from services.portal.console.account_views import HOME, KEEPERS, keeper
from services.portal.page import HEADERS, page
from services.portal.visit import Visit, visited
from services.roster import Checked

_MOST = 100
_FILE = {
    "Content-Type": "text/csv; charset=utf-8",
    "Content-Disposition": 'attachment; filename="one-time-passwords.csv"',
}


async def roster_page(request: Request) -> Response:
    """The form for a file."""

    async def show(visit: Visit) -> Response:
        keeper(visit)
        return _page(request, visit, [])

    return await visited(request, KEEPERS, show, type=None)


async def bring(request: Request) -> Response:
    """Check the file, make its accounts, hand out their one-time passwords."""

    async def show(visit: Visit) -> Response:
        by, form = keeper(visit), await request.form()
        upload = form.get("file")
        raw = await upload.read() if isinstance(upload, UploadFile) else b""
        try:
            checked = await roster.check(visit.platform, raw, _allowed(by))
            visit.note(reason=f"roster of {len(checked.people)} accounts, SHA-256 {checked.digest}")
            if not checked.people or (checked.faults and form.get("partial") != "yes"):
                visit.note(reason=f"roster refused, SHA-256 {checked.digest}")
                return _page(request, visit, [str(fault) for fault in checked.faults], len(checked.people))
            await roster.make(visit.platform, checked)
        except (BadFile, AccountRefused) as wrong:
            visit.note(reason="roster refused")
            return _page(request, visit, [str(wrong)])
        return _passwords(checked)

    return await visited(request, KEEPERS, show, form=True, type=None, interaction=Interaction.CONFIGURE)


def _allowed(by: Officer) -> Allowed:
    def allowed(post: Post) -> bool:
        return jurisdiction.may_appoint(by, post)

    return allowed


def _passwords(checked: Checked) -> Response:
    return Response("\ufeff" + checked.credentials(), 200, HEADERS | _FILE)


def _page(request: Request, visit: Visit, faults: list[str], good: int | None = None) -> Response:
    return page(
        request,
        "console/templates/roster.html",
        status=422 if request.method == "POST" else 200,
        reader=visit.reader,
        back=f"{HOME}/import",
        columns=list(COLUMNS.items()),
        faults=faults[:_MOST],
        hidden=max(len(faults) - _MOST, 0),
        good=good,
    )
