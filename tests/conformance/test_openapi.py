"""Hostile requests made by schemathesis from the OpenAPI description: no 5xx, only what is documented.

Issue "Bad input"; checklist line 105. A real platform over a socket, a regional token, bounded time.
"""

import asyncio
import sys
from pathlib import Path

import pytest

from tests.support.minimal import minimal
from tests.support.web import Web

_SECONDS = 60
_CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance",
    "response_schema_conformance", "response_headers_conformance", "allow_header_conformance", "ignored_auth",
)  # fmt: skip


@pytest.mark.parametrize("query", ["", "?type=Patient", "?type=Observation"])
async def test_no_request_breaks_the_server(web: Web, tmp_path: Path, query: str) -> None:
    await web.put(
        *(minimal(type) | {"id": "x"} for type in ("Patient", "Observation", "Encounter", "Composition"))
    )
    client = await web.client()
    command = [
        sys.executable, "-m", "schemathesis.cli", "run", f"{web.fhir}/openapi.json{query}",
        "--header", f"Authorization: {client.headers['authorization']}",
        "--checks", ",".join(_CHECKS), "--max-time", str(_SECONDS), "--workers", "1", "--no-shrink",
        "--request-timeout", "20", "--suppress-health-check", "all", "--warnings", "off", "--seed", "1",
        "--continue-on-failure", "--phases", "examples,coverage,fuzzing",
    ]  # fmt: skip
    run = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, cwd=tmp_path
    )
    said, _ = await run.communicate()
    assert run.returncode == 0, said.decode()[-20_000:]
