"""What lies on the disks: no file of the data folder names anybody (security list, lines 29, 32, 42; ADR 3).

mongod runs without compression here, so that whatever is in clear is found; a canary shows that it is. What
ADR 3 leaves plain (codes and their displays, texts that are values of results, dates) is not looked for.
"""

import json
import signal
import stat
import time
import urllib.parse
import urllib.request
from base64 import b64encode

import pytest
from pymongo import MongoClient

from services import residence
from services.database import binary
from tests.functional.feed.test_feed import adt
from tests.functional.feed.test_ways_in import Conversation, bearer, posted, program
from tests.support.serving import wait_until

NUMBER, PHONE, RECORD, VISIT = "510104195803129013", "13900008877", "MR7771234", "VN8881234"
NAME, ADDRESS, REPORT = "欧阳^海棠", "青羊区试验街七十七号", "患者自述夜间多梦易醒"
CANARY = "HTEST-CANARY-欧阳海棠"
SCOPE = "http://terminology.hl7.org/CodeSystem/consentscope"
SECRETS = (
    "欧阳",
    "海棠",
    "ouyang",
    "haitang",
    "oyht",
    NUMBER,
    PHONE,
    RECORD,
    VISIT,
    "试验街",
    "夜间多梦",
    "19580312",
)


@pytest.fixture(params=["aes", "sm4"])
def environment(environment, request, tmp_path):
    loud = tmp_path / "mongod"
    options = "--wiredTigerCollectionBlockCompressor=none --wiredTigerJournalCompressor=none"
    loud.write_text(
        f'#!/bin/sh\n[ "$1" = --version ] && exec {binary.find().path} "$@"\n'
        f'exec {binary.find().path} "$@" {options}\n'
    )
    loud.chmod(loud.stat().st_mode | stat.S_IXUSR)
    return environment | {
        "FURONG_MONGOD": str(loud),
        "FURONG_CIPHER": request.param,
        "FURONG_UNREGISTERED_SOURCES": "accept",
        "FURONG_LOG_LEVEL": "DEBUG",
    }


def visit(control, **fields):
    message = adt("A01", control, name=NAME, id=RECORD, visit=VISIT, **fields).replace(
        "510104195803129013", NUMBER
    )
    return message.replace("||19580312|M", f"||19580312|M|||{ADDRESS}^^成都^四川^610000||{PHONE}")


def document(control):
    pdf = b64encode(f"%PDF-1.4 {NAME} {REPORT}".encode() * 40_000).decode()
    return (
        f"MSH|^~\\&|HIS|TEST1|FURONG|REGION|20260303080000||MDM^T02|{control}|P|2.5.1||||||UNICODE UTF-8\r"
        f"EVN|T02|20260303080000\rPID|1||{RECORD}^^^TEST1^PI||{NAME}||19580312|M\r"
        f"PV1|1|O|||||||||||||||||{VISIT}\rTXA|1|CN|TX|20260303080000|||||||||D1||||||AU\r"
        f"OBX|1|TX|X^note||{REPORT}||||||F\rOBX|2|ED|P^pdf||^application^pdf^Base64^{pdf}||||||F\r"
    )


def fed(platform):
    """What a hospital sends: good, corrected, dead, refused, and a document of several megabytes."""
    conversation = Conversation(platform.mllp)
    for text in (
        visit("C1"),
        visit("C2").replace("^成都", "^简阳").replace("ADT^A01", "ADT^A08"),
        visit("C3", moment="yesterday"),
        visit("C4").replace("ADT^A01", "XXX^A01"),
        visit("C5").replace("张", "欧阳").replace(RECORD, f"{RECORD}^{NUMBER}"),
        document("C6"),
    ):
        conversation.send(text.encode())
        conversation.next()
    conversation.close()


class Reader:
    """A clinic system that reads the resident's file."""

    def __init__(self, platform, token):
        self._base, self._headers = f"http://127.0.0.1:{platform.http}/fhir", {"Authorization": token}

    def get(self, path, **asked):
        request = urllib.request.Request(
            f"{self._base}/{path}?{urllib.parse.urlencode(asked)}", headers=self._headers
        )
        with urllib.request.urlopen(request, timeout=30) as reply:
            return json.loads(reply.read())

    def create(self, resource):
        headers = self._headers | {"Content-Type": "application/fhir+json"}
        return json.loads(
            posted(f"{self._base}/{resource['resourceType']}", json.dumps(resource).encode(), **headers)
        )


def read(platform, token):
    """The resident is looked for in every way, and a clinic writes of him."""
    reader = Reader(platform, token)
    wait_until(lambda: reader.get("DocumentReference").get("entry"))
    for asked in (
        {"identifier": NUMBER},
        {"name": "ouyang"},
        {"phone": PHONE},
        {"address:contains": "试验街"},
    ):
        assert reader.get("Patient", **asked)["entry"], asked
    patient = reader.get("Patient", identifier=NUMBER)["entry"][0]["resource"]
    assert NUMBER in json.dumps(patient)
    about = {"reference": f"Patient/{patient['id']}"}
    reader.create(
        {
            "resourceType": "Condition",
            "subject": about,
            "code": {"text": "失眠"},
            "note": [{"text": f"{NAME} {REPORT}"}],
        }
    )
    reader.create(
        {
            "resourceType": "Consent", "status": "active", "patient": about, "dateTime": "2026-03-01",
            "scope": {"coding": [{"system": SCOPE, "code": "patient-privacy"}]},
            "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]}],
            "policyRule": {"text": f"{NAME} {REPORT}"}, "provision": {"type": "deny"},
        }
    )  # fmt: skip
    found = reader.get("Condition", subject=f"Patient/{patient['id']}", _content="夜间多梦")
    assert found["total"] == 1


def plant(data):
    """Something in clear: if this is not found, the search finds nothing."""
    present = residence.present(data)
    with MongoClient(present.uri) as client:
        client["furong"]["canary"].insert_one({"text": CANARY})


def held(path):
    """The bytes of a file without the zeros that mongod lays out for its journal; one may end UTF-16."""
    return path.read_bytes().rstrip(b"\0") + b"\0"


def shown(text):
    """The bytes by which a text would be seen in a file."""
    return {
        text.encode(),
        text.encode("gb18030"),
        text.encode("utf-16-le"),
        b64encode(text.encode())[:-4] or b"\0",
    }


def test_nobody_is_named_in_any_file(serve, data, environment):
    with serve() as platform:
        client = program(
            data, environment, "client", "add", "--name", "HIS", "--regional", "--scope", "system/*.cruds"
        )
        token = bearer(platform.http, client)
        fed(platform)
        read(platform, token)
        plant(data)
        time.sleep(1.5)  # the head of the audit chain is noted once a second
        platform.send_signal(signal.SIGTERM)
        platform.wait(60)
    files = {path: held(path) for path in data.rglob("*") if path.is_file()}
    planted = [path for path, content in files.items() if CANARY.encode() in content]
    assert len(planted) >= 2, "collection and journal"
    files |= {path: files[path].replace(CANARY.encode(), b"") for path in planted}
    found = [
        (path.relative_to(data).as_posix(), secret)
        for path, content in files.items()
        for secret in SECRETS
        for form in shown(secret)
        if form in content
    ]
    assert found == []
    secrets = (token.split()[1], client["client_secret"])
    assert [path.name for path, content in files.items() if any(s.encode() in content for s in secrets)] == []
