"""The web process: FHIR API, authorization server and pages on one port (`python -m services.web`)."""

import socket
import ssl

import uvicorn
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from auth.authorization_server import AuthorizationServer
from auth.authorization_server.signing_keys import SigningKeys
from fhir.outcome import Refusal
from services import certificates, process
from services.api import errors, health
from services.api.cors import CrossOrigin
from services.api.docs import router as docs_router
from services.api.even_time import Even
from services.api.gzip import Compressed
from services.api.observation import Observed
from services.api.operations import router as operations_router
from services.api.protocol import Protocol
from services.api.routes import router as fhir_router
from services.api.trailing_slash import Trimmed
from services.attending import attending
from services.authorization.cors import Origins
from services.authorization.routes import Surroundings
from services.authorization.routes import router as authorization_router
from services.config import Settings
from services.forms import Bounded
from services.garbage import Tidied, between_answers
from services.ingest.routes import router as ingest_router
from services.platform import Platform, connect
from services.portal.errors import error_page
from services.portal.routes import routes as page_routes
from services.rehearsing import Rehearsing
from services.routing import plain

_HEALTH = {"/healthz": health.healthz, "/readyz": health.readyz, "/metrics": health.metrics}


def application(platform: Platform) -> FastAPI:
    """The whole web application of a joined platform."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.state.platform = platform
    app.state.rehearse = Rehearsing(platform)
    for path, endpoint in _HEALTH.items():
        app.add_api_route(path, endpoint, methods=["GET", "HEAD"])
    keys = SigningKeys(platform.database, platform.store.vault)
    server = AuthorizationServer(platform.auth_database, platform.settings.address, keys.sign)
    app.state.authorization = server
    app.include_router(authorization_router(server, keys, _surroundings(platform)))
    app.include_router(docs_router)
    app.include_router(ingest_router(platform))
    for router in (operations_router, fhir_router):
        app.router.routes.extend(plain(router))
    app.router.routes.extend(page_routes(platform))
    app.add_exception_handler(Refusal, errors.refused)
    app.add_exception_handler(HTTPException, _unrouted)
    app.add_middleware(errors.Answered)
    app.add_middleware(Bounded)
    app.add_middleware(Compressed)
    app.add_middleware(CrossOrigin, origins=platform.settings.cors_origins)
    app.add_middleware(Even)
    app.add_middleware(Observed)
    app.add_middleware(Trimmed)
    app.add_middleware(Tidied)
    return app


def _surroundings(platform: Platform) -> Surroundings:
    origins = Origins(platform.database, platform.settings.cors_origins)
    return Surroundings(platform.recorder, platform.database, origins, platform.limits, platform.alarms)


def _unrouted(request: Request, error: Exception) -> Response:
    """No such address: a page for whoever looks at pages, else an OperationOutcome."""
    assert isinstance(error, HTTPException)
    systems = request.url.path.startswith(("/fhir", "/oauth", "/.well-known", "/hl7v2"))
    if systems or "text/html" not in request.headers.get("accept", ""):
        return errors.unrouted(request, error)
    return error_page(request, error.status_code)


async def main(settings: Settings) -> None:
    """Serve until SIGTERM; requests under way are answered first."""
    async with connect(settings) as platform:
        config = uvicorn.Config(
            application(platform),
            http=Protocol,
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=settings.trusted_proxies,
            ssl_certfile=settings.tls_certificate,
            ssl_keyfile=settings.tls_key,
            # Browsers come to the same port without one; who needs one is refused by what it asks for.
            ssl_ca_certs=settings.tls_client_ca,
            ssl_cert_reqs=ssl.CERT_OPTIONAL if settings.tls_client_ca else ssl.CERT_NONE,
            timeout_graceful_shutdown=int(settings.drain_seconds),
        )
        config.load()
        if config.ssl is not None:
            config.ssl.minimum_version = ssl.TLSVersion.TLSv1_2
        platform.store.reindexing.watch()
        process.settle()
        async with attending(platform, "api", certificates.of_https(settings)), between_answers():
            await uvicorn.Server(config).serve([_socket(settings)])


def _socket(settings: Settings) -> socket.socket:
    """A listening socket that several API processes share."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listening.bind((settings.host, settings.port))
    return listening


if __name__ == "__main__":
    process.run("api", main)
