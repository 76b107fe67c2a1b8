"""The pages of the mapping workbench: the list, one code, and the deeds (hl7v2.md, checklist 55)."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from auth.audit.record import Interaction
from auth.roles import Role
from fhir.outcome import Fault, Refusal
from services import mapping, unmapped_codes
from services.dead_letters import Settled
from services.mapping import REJECTED, Target
from services.portal.catalogue import mark
from services.portal.codes.desk import Desk
from services.portal.codes.presenters import code, deeds, of_source
from services.portal.codes.suggestions import Suggestion
from services.portal.console import reach
from services.portal.console.dead_letter_views import steward
from services.portal.page import page, see_other
from services.portal.visit import Visit, visited
from services.unmapped_codes import COMPLETED, Waiting

PAGE, _LATELY, _LONGEST = 20, 10, 500
_EXAMPLES = 10
_ROLES = (Role.STEWARD,)
_LIST = "/console/codes"
STATES = {"requested": mark("等待映射"), "completed": mark("已映射"), "rejected": mark("不映射")}
Act = Callable[[Desk, Waiting, dict[str, str]], Awaitable[int | None]]


async def codes_page(request: Request) -> Response:
    """The codes that wait, those of most messages first; those being run again; the last decisions."""

    async def show(visit: Visit) -> Response:
        desk, source = Desk.of(visit), request.query_params.get("source", "")[:200]
        tasks = await desk.open_tasks(source)
        waiting, running = await desk.parted(tasks)
        counts = await desk.counts(tasks)
        waiting.sort(key=lambda task: (-counts[task.id].messages, task.source, task.code.code))
        at = _number(request.query_params.get("page", "1"))
        return page(
            request,
            "codes/templates/codes.html",
            reader=visit.reader,
            source=source,
            sources=of_source(waiting),
            total=len(waiting),
            codes=await desk.listed(waiting[(at - 1) * PAGE : at * PAGE], counts),
            running=[code(task, counts[task.id]) for task in running],
            lately=[
                code(task, unmapped_codes.Counts(0, 0)) for task in await _lately(desk, source, COMPLETED)
            ],
            left=[code(task, unmapped_codes.Counts(0, 0)) for task in await _lately(desk, source, REJECTED)],
            at=at,
            pages=-(-len(waiting) // PAGE),
        )

    return await visited(request, _ROLES, show, type="Task", interaction=Interaction.SEARCH)


async def _lately(desk: Desk, source: str, status: str) -> list[Waiting]:
    """The last decisions of the workbench within reach."""
    within = {source} if source else set(await reach.sources(desk.visit))
    found = await unmapped_codes.newest(desk.visit.platform.store, status, 200)
    mine = [each for each in found if each.source in within]
    return [each for each in mine if status == REJECTED or mapping.mapped_to(each.resource)][:_LATELY]


def _number(text: str) -> int:
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 6 else 1


async def code_page(request: Request, id: str) -> Response:
    """One code: its names, what it may mean and why, the search for another target, what was decided."""

    async def show(visit: Visit) -> Response:
        visit.note(entity=f"Task/{id}"[:200])
        return await _shown(request, Desk.of(visit), id)

    return await visited(request, _ROLES, show, type="Task", interaction=Interaction.READ)


async def _shown(request: Request, desk: Desk, id: str, asked: str = "") -> Response:
    task = await desk.task(id)
    counts = (await desk.counts([task]))[task.id]
    texts, suggesting = await desk.texts(task, _EXAMPLES), await desk.suggesting()
    waits = task.resource["status"] == unmapped_codes.OPEN
    running = waits and await desk.is_mapped(task)
    suggestions: list[Suggestion] = []
    if waits and not running:
        suggestions = await desk.suggested(task, suggesting, texts)
    return page(
        request,
        "codes/templates/code.html",
        reader=desk.visit.reader,
        back=f"{_LIST}/{task.id}",
        code=code(task, counts, texts),
        state=STATES.get(task.resource["status"], task.resource["status"]),
        waits=waits and not running,
        running=running,
        settled=task.resource["status"] == COMPLETED and mapping.mapped_to(task.resource) is not None,
        reason=task.resource.get("statusReason", {}).get("text", ""),
        suggestions=suggestions,
        asked=asked,
        found=await suggesting.searched(task, texts, asked) if asked and waits and not running else [],
        deeds=deeds(task.resource),
        again=_told(request.query_params.get("again", "")),
    )


def _told(text: str) -> int | None:
    """How many messages are run again after an undo; -1: too many for that."""
    return int(text) if text.lstrip("-").isdigit() and len(text) < 6 else None


async def act(request: Request, id: str) -> Response:
    """Map the code, take that back, leave it without a map, look for one again, or search for a target."""

    async def show(visit: Visit) -> Response:
        form = {name: str(value) for name, value in (await request.form()).items()}
        desk, deed = Desk.of(visit), form.get("action", "")
        task = await desk.task(id)
        visit.note(entity=f"Task/{task.id}", reason=f"{deed} of a code"[:60])
        if deed == "search":
            visit.note(interaction=Interaction.SEARCH)
            return await _shown(request, desk, id, form.get("q", "").strip()[:200])
        if deed not in _DEEDS:
            raise Refusal(Fault.INVALID, "no such action")
        try:
            again = await _DEEDS[deed](desk, task, form)
        except Settled:
            raise Refusal(Fault.CONFLICT, "somebody else has decided about this code meanwhile") from None
        back = f"{_LIST}/{task.id}" + (f"?again={again}" if again is not None else "")
        return see_other(_LIST if form.get("back") == "list" else back)

    return await visited(request, _ROLES, show, form=True, type="Task", interaction=Interaction.UPDATE)


async def map_task(desk: Desk, task: Waiting, target: Target) -> None:
    """Map the code of a Task, with the number of messages that wait for it."""
    known = await desk.registration(task.source)
    if known is None:
        raise Refusal(Fault.NOT_FOUND, "no such source")
    counts, texts = (await desk.counts([task]))[task.id], await desk.texts(task, 1)
    who, words = steward(desk.visit), texts[0] if texts else ""
    store = desk.visit.platform.store
    await mapping.map_code(store, known.source, task, target, words, counts.messages, who)


def target_of(text: str) -> Target | None:
    """A target as a form names it: system, version, code and display, a line each."""
    parts = [part.strip()[:_LONGEST] for part in text.replace("\r\n", "\n").split("\n")]
    if len(parts) != 4 or not parts[0] or not parts[2]:
        return None
    system, version, code, display = parts
    return Target(system, code, display, version)


async def _map(desk: Desk, task: Waiting, form: dict[str, str]) -> int | None:
    target = target_of(form.get("target", ""))
    if target is None or not await _is_known(desk, task, target):
        raise Refusal(Fault.INVALID, "the target is not one that was offered")
    await map_task(desk, task, target)
    return None


async def _is_known(desk: Desk, task: Waiting, target: Target) -> bool:
    """Was it offered: among the suggestions, or found under its code?"""
    suggesting, texts = await desk.suggesting(), await desk.texts(task)
    offered = await desk.suggested(task, suggesting, texts)
    offered += await suggesting.searched(task, texts, target.code)
    wanted = target._replace(display="")
    return any(each.target._replace(display="") == wanted for each in offered)


async def _take_back(desk: Desk, task: Waiting, form: dict[str, str]) -> int | None:
    known = await desk.registration(task.source)
    if known is None or mapping.mapped_to(task.resource) is None:
        raise Settled
    store, who = desk.visit.platform.store, steward(desk.visit)
    again = await mapping.take_back(store, desk.inbox, known.source, task, who)
    return -1 if again is None else again


async def _reject(desk: Desk, task: Waiting, form: dict[str, str]) -> int | None:
    reason = form.get("reason", "").strip()[:_LONGEST]
    if not reason:
        raise Refusal(Fault.INVALID, "a reason is needed")
    await mapping.reject(desk.visit.platform.store, task.id, reason, steward(desk.visit))
    return None


async def _reopen(desk: Desk, task: Waiting, form: dict[str, str]) -> int | None:
    await mapping.reopen(desk.visit.platform.store, task.id, steward(desk.visit))
    return None


_DEEDS: dict[str, Act] = {
    "map": _map,
    "undo": _take_back,
    "reject": _reject,
    "reopen": _reopen,
}
