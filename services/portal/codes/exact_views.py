"""Exact matches: a preview of all codes whose name is that of one target, and their mapping together.

What is mapped is what was shown: where another target has become the exact one meanwhile, the code stays.
"""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from auth.audit.record import Interaction
from auth.roles import Role
from services.dead_letters import Settled
from services.portal.codes.desk import Desk
from services.portal.codes.presenters import Code, code
from services.portal.codes.suggestions import exact
from services.portal.codes.views import map_task, target_of
from services.portal.page import page
from services.portal.visit import Visit, visited
from services.unmapped_codes import Waiting

MOST = 200
_ROLES = (Role.STEWARD,)


async def exact_page(request: Request) -> Response:
    """The codes with an exact match, each ticked; nothing is mapped yet."""

    async def show(visit: Visit) -> Response:
        source = request.query_params.get("source", "")[:200]
        return await _shown(request, Desk.of(visit), source)

    return await visited(request, _ROLES, show, type="Task", interaction=Interaction.SEARCH)


async def accept(request: Request) -> Response:
    """Map those that are ticked."""

    async def show(visit: Visit) -> Response:
        form = await request.form()
        desk, source = Desk.of(visit), str(form.get("source", ""))[:200]
        wanted = {str(id) for id in form.getlist("id")}
        visit.note(reason=f"{len(wanted)} exact matches accepted")
        found = {task.id: task for task in await desk.open_tasks(source)}
        done = [
            id
            for id in sorted(wanted & found.keys())
            if await _map(desk, found[id], str(form.get(f"target-{id}")))
        ]
        return await _shown(request, desk, source, done=len(done), kept=len(wanted) - len(done))

    return await visited(request, _ROLES, show, form=True, type="Task", interaction=Interaction.UPDATE)


async def _map(desk: Desk, task: Waiting, shown: str) -> bool:
    """Map a code where its exact match is still the one that was shown."""
    found = exact(await desk.suggested(task, await desk.suggesting(), await desk.texts(task)))
    target = target_of(shown)
    if found is None or target is None or found.target != target:
        return False
    try:
        await map_task(desk, task, target)
    except Settled:
        return False
    return True


async def _shown(
    request: Request, desk: Desk, source: str, done: int | None = None, kept: int = 0
) -> Response:
    waiting, _ = await desk.parted(await desk.open_tasks(source))
    codes = await _exact(desk, waiting)
    return page(
        request,
        "codes/templates/exact.html",
        reader=desk.visit.reader,
        back="/console/codes/exact",
        source=source,
        codes=codes,
        done=done,
        kept=kept,
    )


async def _exact(desk: Desk, tasks: Sequence[Waiting]) -> list[Code]:
    """Those of the codes of most messages that have an exact match."""
    counts = await desk.counts(tasks)
    suggesting = await desk.suggesting()
    found = []
    for task in sorted(tasks, key=lambda task: -counts[task.id].messages)[:MOST]:
        named = await desk.texts(task)
        best = exact(await desk.suggested(task, suggesting, named)) if named else None
        if best is not None:
            found.append(code(task, counts[task.id], named, best))
    return found
