"""Health: does the process live, can it serve, how does it fare."""

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pymongo.errors import PyMongoError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response


async def healthz(request: Request) -> Response:
    """The process lives."""
    return JSONResponse({"status": "ok"})


async def readyz(request: Request) -> Response:
    """It can serve: the database answers."""
    try:
        await request.app.state.platform.database.command("ping", maxTimeMS=2000)
    except PyMongoError:
        return JSONResponse({"status": "the database does not answer"}, 503)
    return JSONResponse({"status": "ok"})


async def metrics(request: Request) -> Response:
    """Counters and times for Prometheus; nothing of any person."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
