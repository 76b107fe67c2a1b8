"""Workloads of the API: what one connection asks for, again and again, and how each reply is checked."""

import json
import random
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

from tests.performance.connection import Reply, request
from tests.performance.load import Check, Session
from tests.performance.population import (
    LOINC,
    TESTS,
    Resource,
    encounter,
    name,
    observation,
    patient,
    transaction,
    urn,
)
from tests.performance.record import WHOLE, record
from tests.performance.region import Region, dumped

Turn = Callable[[], Awaitable[None]]
Workload = Callable[[Session], Turn]

PAGE = 20
ENTRIES = 50
_PARSED_EVERY = 20


def status(reply: Reply, expected: int) -> str | None:
    """The problem with the status of a reply."""
    return None if reply.status == expected else f"status {reply.status} instead of {expected}"


def holding(expected: int, *parts: bytes) -> Check:
    """Has the reply this status, and its body each of `parts`?"""

    def check(reply: Reply) -> str | None:
        problem = status(reply, expected)
        return problem or (None if all(part in reply.body for part in parts) else "another content")

    return check


def page(matches: int | None, mark: bytes) -> Check:
    """Is the reply a page of `matches` (None: one or more), each holding `mark`?

    Every reply is counted through; one in twenty is read as JSON and looked at entry by entry.
    """

    def check(reply: Reply) -> str | None:
        if problem := status(reply, 200):
            return problem
        found = reply.body.count(b'"fullUrl"')
        if found == 0 or (matches is not None and found != matches):
            return f"{found} entries instead of {matches or 'some'}"
        if reply.body.count(mark) < found:
            return "entries that do not belong here"
        return None if random.randrange(_PARSED_EVERY) else _strange(json.loads(reply.body), mark)

    return check


def _strange(bundle: Any, mark: bytes) -> str | None:
    bodies = [json.dumps(entry["resource"], ensure_ascii=False).encode() for entry in bundle["entry"]]
    return None if all(mark in body for body in bodies) else "an entry that does not belong here"


def read(region: Region) -> Workload:
    """Read a random Patient or Observation."""
    residents = region.residents
    places = [f"Patient/{id}" for id, _ in residents.thin + residents.thick]
    places += [f"Observation/{id}" for id in residents.observations]

    def workload(session: Session) -> Turn:
        async def turn() -> None:
            place = random.choice(places)
            check = holding(200, f'"{place.partition("/")[2]}"'.encode())
            await session.exchange(request("GET", f"/fhir/{place}", region.token), check)

        return turn

    return workload


def search(region: Region, token: str) -> Workload:
    """Page of 20 results of a random resident and a random test."""

    def workload(session: Session) -> Turn:
        async def turn() -> None:
            id, _ = random.choice(region.residents.thick)
            code = quote(f"{LOINC}|{random.choice(TESTS)[0]}")
            target = f"/fhir/Observation?patient={id}&code={code}&_count={PAGE}"
            await session.exchange(request("GET", target, token), page(PAGE, f'Patient/{id}"'.encode()))

        return turn

    return workload


def name_search(region: Region) -> Workload:
    """Page of Patients by family name and the first character of the given name."""

    def workload(session: Session) -> Turn:
        async def turn() -> None:
            _, number = random.choice(region.residents.thin)
            family, given = name(number)
            target = f"/fhir/Patient?name={quote(family + given[0])}&_count={PAGE}"
            await session.exchange(request("GET", target, region.token), page(None, family.encode()))

        return turn

    return workload


def create(region: Region) -> Workload:
    """Create an Observation of a random resident with a short file."""

    def workload(session: Session) -> Turn:
        async def turn() -> None:
            subject = f"Patient/{random.choice(region.residents.thin)[0]}"
            body = dumped(observation(subject, random.randrange(1000)))
            asked = request("POST", "/fhir/Observation", region.token, body)
            await session.exchange(asked, holding(201, f'{subject}"'.encode(), b'"versionId"'))

        return turn

    return workload


def mixed(region: Region) -> Workload:
    """Create an Observation, read it, change it, delete it: four exchanges a turn."""

    def workload(session: Session) -> Turn:
        async def turn() -> None:
            subject = f"Patient/{random.choice(region.residents.thin)[0]}"
            body = observation(subject, random.randrange(1000))
            created = await session.exchange(
                request("POST", "/fhir/Observation", region.token, dumped(body)),
                holding(201, f'{subject}"'.encode()),
            )
            if created is not None:
                await _rest_of_life(session, region.token, json.loads(created.body))

        return turn

    return workload


async def _rest_of_life(session: Session, token: str, resource: Resource) -> None:
    place, mark = f"/fhir/Observation/{resource['id']}", f'"{resource["id"]}"'.encode()
    await session.exchange(request("GET", place, token), holding(200, mark))
    changed = dumped(resource | {"status": "amended"})
    await session.exchange(request("PUT", place, token, changed), holding(200, mark, b'"amended"'))
    await session.exchange(request("DELETE", place, token), lambda reply: status(reply, 204))


def bundle(region: Region) -> Workload:
    """A transaction of 50 entries: a new resident, a visit, 48 results. Counted in resources."""
    numbers = iter(range(100_000, 10_000_000))
    results = [observation(urn(0), number) for number in range(ENTRIES - 2)]

    def workload(session: Session) -> Turn:
        async def turn() -> None:
            body = dumped(transaction([patient(next(numbers)), encounter(urn(0)), *results]))
            await session.exchange(request("POST", "/fhir", region.token, body), _all_created, ENTRIES)

        return turn

    return workload


def whole_record(region: Region) -> Workload:
    """A transaction with the whole record of a new resident. Counted in resources."""
    numbers = iter(range(500_000, 1_000_000))
    visits = [dumped(entry) for entry in record(0, WHOLE)["entry"][1:]]
    entries = 1 + len(visits)

    def created(reply: Reply) -> str | None:
        made = reply.body.count(b'"201 Created"')
        return status(reply, 200) or (None if made == entries else f"{made} entries created, not {entries}")

    def workload(session: Session) -> Turn:
        async def turn() -> None:
            person = dumped(transaction([patient(next(numbers))])["entry"][0])
            body = b'{"resourceType":"Bundle","type":"transaction","entry":[%b]}' % b",".join(
                [person, *visits]
            )
            await session.exchange(request("POST", "/fhir", region.token, body), created, entries)

        return turn

    return workload


def _all_created(reply: Reply) -> str | None:
    problem = status(reply, 200)
    made = reply.body.count(b'"201 Created"')
    return problem or (None if made == ENTRIES else f"{made} entries created instead of {ENTRIES}")


def summary(region: Region, who: str) -> Workload:
    """The International Patient Summary of a resident: `thick`, `heavy` or `whole`."""

    def workload(session: Session) -> Turn:
        async def turn() -> None:
            known = region.residents
            id = {"heavy": known.heavy, "whole": known.whole}.get(who) or random.choice(known.thick)[0]
            check = holding(200, b'"60591-5"', b'"30954-2"', f'Patient/{id}"'.encode())
            await session.exchange(request("GET", f"/fhir/Patient/{id}/$summary", region.token), check)

        return turn

    return workload


def page_of(region: Region, who: str) -> Workload:
    """The doctor's page of the resident of a long file: `heavy` or `whole`."""

    def workload(session: Session) -> Turn:
        async def turn() -> None:
            id = {"heavy": region.residents.heavy, "whole": region.residents.whole}[who]
            check = holding(200, b'id="warnings"', b'id="results"', f"/{id}/print".encode())
            asked = request("GET", f"/clinician/patients/{id}", cookie=region.doctor_cookie)
            await session.exchange(asked, check)

        return turn

    return workload


def everything(region: Region, results: int, *, heavy: bool) -> Workload:
    """The whole file of a resident: the Patient, a visit, `results` results, and the organisation."""

    def workload(session: Session) -> Turn:
        async def turn() -> None:
            id = region.residents.heavy if heavy else random.choice(region.residents.thick)[0]

            def check(reply: Reply) -> str | None:
                found, own = reply.body.count(b'"fullUrl"'), reply.body.count(f'Patient/{id}"'.encode())
                right = found == results + 3 and own >= results + 2
                return status(reply, 200) or (None if right else f"{found} entries, {own} of the resident")

            await session.exchange(request("GET", f"/fhir/Patient/{id}/$everything", region.token), check)

        return turn

    return workload
