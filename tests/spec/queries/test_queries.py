"""Each case: a query through the feed, and its answer (hl7v2.md, line 54; IHE ITI TF-2 3.9 and 3.21).

`people.hl7` is what two hospitals have sent before; HQ1 asks. In answers TIME is MSH-7, ID our MSH-10 and
POINTER DSC-1.
"""

from pathlib import Path

from adapters.hl7v2.charset import decode
from tests.support.feed import Feed
from tests.support.queries import block

FOLDER = Path(__file__).parent
CASES = sorted(path.stem for path in (FOLDER / "cases").glob("*.hl7") if not path.stem.endswith(".answer"))


def masked(answer: bytes) -> str:
    lines = decode(answer, "UTF-8").text.strip().split("\r")
    fields = lines[0].split("|", 10)
    lines[0] = "|".join((*fields[:6], "TIME", *fields[7:9], "ID", fields[10]))
    shown = ["DSC|POINTER|I" if line.startswith("DSC|") else line for line in lines]
    return "\n".join(shown) + "\n"


async def test_every_query_is_answered_as_specified(region: Feed) -> None:
    wrong = {}
    for case in CASES:
        (answer,) = await region.send(block((FOLDER / "cases" / f"{case}.hl7").read_text("utf-8")))
        file = FOLDER / "cases" / f"{case}.answer.hl7"
        if not file.exists() or masked(answer) != file.read_text("utf-8"):
            wrong[case] = masked(answer)
    assert wrong == {}
