"""Error pages: what went wrong in two sentences, what to do, and a reference; never anything of the inside.

Design section 6: the caller's fault is shown, ours is logged with a reference.
"""

import logging
import uuid

from starlette.requests import Request
from starlette.responses import Response

from auth.audit.recorder import NotRecordedError
from auth.rate_limits import Throttled
from fhir.outcome import Refusal
from services.log import FIELDS
from services.portal.catalogue import mark
from services.portal.page import Reader, page

log = logging.getLogger("furong.portal")

_PAGES = {
    400: (mark("请求有误"), mark("请返回上一页重试。")),
    403: (mark("不能打开这一页"), mark("您的账号没有查看这一页的权限。这次请求已被记录。")),
    404: (mark("没有这一页"), mark("这一页不存在，或者您不能查看。")),
    419: (mark("表单已过期"), mark("请回到上一页，刷新后再提交。")),
    429: (mark("请求太多"), mark("请过几分钟再试。")),
    500: (mark("出错了"), mark("这是我们的问题，不是您的操作有误。请稍后再试。")),
    503: (mark("暂时不能使用"), mark("请过几分钟再试。")),
}
_SHOWN_AS = {405: 400, 409: 400, 410: 404, 412: 400, 413: 400, 422: 400}
EXPIRED_FORM = 419
"""Not an HTTP status: it is sent as 403."""


def error_page(request: Request, status: int, *, reader: Reader | None = None) -> Response:
    """The page for a status; its reference is the request's id."""
    shown = _SHOWN_AS.get(status, status)
    title, text = _PAGES.get(shown, _PAGES[400 if shown < 500 else 500])
    sent = 403 if status == EXPIRED_FORM else status
    return page(
        request,
        "templates/error.html",
        status=sent,
        reader=reader,
        title=title,
        text=text,
        action=("/", mark("回到首页")),
        reference=reference_of(request),
    )


def refused_page(request: Request, refusal: Refusal, *, reader: Reader | None = None) -> Response:
    """The caller's fault; of too many requests it says when to come again."""
    response = error_page(request, refusal.status, reader=reader)
    if isinstance(refusal, Throttled):
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def failed(request: Request, error: Exception, *, reader: Reader | None = None) -> Response:
    """Our fault: logged with the request's reference, and no word about the inside."""
    log.error("page failed", extra={FIELDS: {"reference": reference_of(request)}}, exc_info=error)
    return error_page(request, 503 if isinstance(error, NotRecordedError) else 500, reader=reader)


def reference_of(request: Request) -> str:
    """The id of this request, as it stands in the log and in the audit."""
    if not hasattr(request.state, "request_id"):
        request.state.request_id = str(uuid.uuid4())
    return str(request.state.request_id)
