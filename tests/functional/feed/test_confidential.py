"""What a hospital calls confidential is hidden from other houses (checklist line 69)."""

from tests.functional.feed.test_merge_access import block, clinic
from tests.support.feed import Feed

WHO = "PID|1||{}^^^{}^MR~510104195803129013^^^^NI||张三HTEST||19580312|1"
VISIT = "PV1|1|I|3B^1^1||||||||||||||||V1" + "|" * 25 + "20260301080000"


def document(number: str, confidentiality: str) -> bytes:
    header = f"TXA|1|DS^出院小结|TX|||||||||{number}||||||{confidentiality}|AV"
    text = f"OBX|1|TX|DS||正文{number}||||||F"
    return block("HTEST1", "MDM^T02", 2, f"M{number}", WHO.format("P1", "HTEST1"), header, text)


async def test_line_69_a_document_and_a_diagnosis_that_are_called_confidential(feed: Feed) -> None:
    diagnoses = ("DG1|1||J00^感冒^I10|||A", "DG1|2||K52^肠炎^I10|||A||||||||||||Y")
    await feed.send(
        block("HTEST1", "ADT^A01", 1, "C1", WHO.format("P1", "HTEST1"), VISIT, *diagnoses),
        block("HTEST2", "ADT^A01", 1, "C2", WHO.format("P2", "HTEST2"), VISIT.replace("|V1|", "|V2|")),
        document("D1", "U"),
        document("D2", "V"),
    )
    assert await feed.settled() == {"done": 4}
    seen = {}
    for house in ("HTEST1", "HTEST2"):
        client = (await clinic(feed.web, house)).client
        found = []
        for path in ("/Condition", "/DocumentReference"):
            bundle = (await client.get(path)).json()
            found += [entry["resource"] for entry in bundle.get("entry", ())]
        seen[house] = sorted(
            (one.get("code") or {"text": one.get("masterIdentifier", {}).get("value")})["text"]
            for one in found
        )
        documents = [one for one in found if one["resourceType"] == "DocumentReference"]
        urls = {one["content"][0]["attachment"]["url"] for one in documents}
        assert {(await client.get(f"/{url}")).status_code for url in urls} == {200}
        if house == "HTEST1":
            every = urls
    assert seen == {"HTEST1": ["D1", "D2", "感冒", "肠炎"], "HTEST2": ["D1", "感冒"]}
    client = (await clinic(feed.web, "HTEST2")).client
    assert sorted([(await client.get(f"/{url}")).status_code for url in every]) == [200, 404]
