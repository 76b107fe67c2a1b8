"""A new hospital with a Z segment and codes of its own: brought in by files, no restart (checklist line 67).

The program itself, with all its processes: sample messages are tried first (line 56), a ConceptMap that is
posted settles the codes that waited (line 55).
"""

import json
import urllib.request
from contextlib import closing

from tests.functional.feed.test_feed import code
from tests.functional.feed.test_ways_in import Conversation, bearer, organization, posted, program
from tests.support.serving import furong, processes, wait_until

OVERLAY = """
version: "HTEST 1"
note: insurance from ZPI, its own codes of sex
segments:
  ZPI_Patient:
    - ZPI-3 → extension[urn:oid:1.2.3].valueString, string, ST
tables:
  AdministrativeSex: {"Q1": "M"}
defaults:
  PID: {16: "M"}
"""
LOCAL = "urn:furong:source:NEWHTEST"


def message(control, patient):
    return (
        f"MSH|^~\\&|LIS|NEWHTEST|FURONG|REGION|20260302090000||ORU^R01^ORU_R01|{control}|P|2.5.1"
        f"||||||UNICODE UTF-8\r"
        f"PID|1||{patient}^^^NEWHTEST^PI||张^三HTEST||19580312|Q1\r"
        f"ZPI|1||职工医保\r"
        f"OBR|1|O{control}|F{control}|4548-4^HbA1c^LN|||20260302090000\r"
        f"OBX|1|NM|GLU^葡萄糖^NLIS||5.1|mmol/L|3.9-6.1||||F|||20260302090000\r"
    ).encode()


def concept_map():
    element = {"code": "GLU", "target": [{"code": "14749-6", "equivalence": "equivalent"}]}
    group = {"source": f"{LOCAL}:code:NLIS", "target": "http://loinc.org", "element": [element]}
    named = {"url": "http://new.example/lis", "version": "1", "status": "active", "sourceUri": LOCAL}
    return {"resourceType": "ConceptMap", **named, "group": [group]}


class Client:
    """A regional client of the FHIR server."""

    def __init__(self, port, token):
        self._base, self._token = f"http://127.0.0.1:{port}/fhir/", token

    def found(self, search):
        request = urllib.request.Request(self._base + search, headers={"Authorization": self._token})
        with urllib.request.urlopen(request, timeout=30) as reply:
            return [each["resource"] for each in json.loads(reply.read()).get("entry", [])]

    def create(self, resource):
        headers = {"Content-Type": "application/fhir+json", "Authorization": self._token}
        posted(self._base + resource["resourceType"], json.dumps(resource).encode(), **headers)


def test_a_new_hospital_without_a_restart(serve, data, environment, tmp_path):
    overlay, sample = tmp_path / "new.yaml", tmp_path / "sample.hl7"
    overlay.write_text(OVERLAY)
    sample.write_bytes(message("S1", "P9"))
    with serve() as platform:
        running = {name: each.pid for name, each in processes(platform).items()}
        add = ["client", "add", "--name", "steward", "--regional", "--scope", "system/*.cruds"]
        token = bearer(platform.http, program(data, environment, *add))
        fhir = Client(platform.http, token)

        def answered(control, patient):
            with closing(Conversation(platform.mllp)) as feed:
                feed.send(message(control, patient))
                return code(feed.next())

        assert answered("A0", "P0") == "AR", "nobody knows the hospital yet"
        by = organization(platform.http, token)
        program(data, environment, "source", "add", "--code", "NEWHTEST", "--organization", by)
        wait_until(lambda: answered("A1", "P1") == "AA", seconds=10)
        wait_until(lambda: fhir.found("Observation"))
        (patient,) = fhir.found("Patient")
        assert ("gender" in patient, "extension" in patient) == (False, False)

        tried = program(data, environment, "map", "try", "NEWHTEST", str(overlay), str(sample))
        assert tried["now_mapped"] == ["PID[1]-8", "ZPI[1]-3"]
        assert '+ gender = "male"' in [line for lines in tried["changes"].values() for line in lines]
        program(data, environment, "map", "activate", "NEWHTEST", str(overlay))
        wait_until(lambda: "gender" in fhir.found("Patient")[0], seconds=20)
        (patient,) = fhir.found("Patient")
        assert patient["extension"] == [{"url": "urn:oid:1.2.3", "valueString": "职工医保"}]

        assert patient["maritalStatus"]["coding"][0]["code"] == "M"

        wait_until(lambda: len(program(data, environment, "map", "codes", "NEWHTEST")) == 1, seconds=20)
        (waiting,) = program(data, environment, "map", "codes", "NEWHTEST")
        assert (waiting["system"], waiting["code"]) == (f"{LOCAL}:code:NLIS", "GLU")
        assert (waiting["place"], waiting["messages"]) == ("OBX-3", 1)
        fhir.create(concept_map())
        wait_until(lambda: fhir.found("Observation?code=http://loinc.org|14749-6"), seconds=20)
        (result,) = fhir.found("Observation")
        assert [one["code"] for one in result["code"]["coding"]] == ["14749-6", "GLU"]
        wait_until(lambda: len(fhir.found("Task?status=completed&code=unmapped-code")) == 2, seconds=20)

        assert answered("A2", "P2") == "AA"
        wait_until(lambda: len(fhir.found("Observation?code=http://loinc.org|14749-6")) == 2, seconds=20)
        maps = {tuple(each["policy"]) for each in fhir.found("Provenance")}
        assert maps == {(f"{LOCAL}:maps:HTEST%201", "http://new.example/lis|1")}
        assert {name: each.pid for name, each in processes(platform).items()} == running


def test_a_wrong_overlay_is_told_by_file_and_row_and_never_counts(data, environment, tmp_path):
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text('version: "1"\nsegments: {ZPI_Patient: ["ZPI-1 → colour, string, ST"]}\n')
    done = furong(environment, "map", "check", str(wrong), "--data", str(data))
    assert done.returncode != 0
    assert f"{wrong}: segments: ZPI_Patient: row 'ZPI-1 → colour, string, ST'" in done.stderr
    assert "Traceback" not in done.stderr
