"""Found: the answer to a query, as `send` shows it.

HL7 v2 chapter 5.5.2 (QAK), 3.4.2 (PID) and 2.15.4 (DSC).
"""

from typing import Any

from adapters.hl7v2.field import Repetition
from adapters.hl7v2.message import Message
from adapters.hl7v2.segment import Segment

_STATUS = {"OK": "found", "NF": "nothing found"}
_HITS = {4: "in all", 5: "here", 6: "left"}


def found(message: Message) -> dict[str, Any] | None:
    """What an answer says of what was looked for; None where it answers no query."""
    qak = message["QAK"]
    if qak is None:
        return None
    return {
        "status": qak[2].value,
        "hits": {name: qak[position].value for position, name in _HITS.items() if qak[position]},
        "people": [_person(pid) for pid in message.all("PID")],
        "continuation": message.get("DSC-1").value,
    }


def lines(answer: dict[str, Any]) -> list[str]:
    """The same for people: how many, one line for each person, and how to go on."""
    hits = ", ".join(f"{count} {name}" for name, count in answer["hits"].items())
    told = [f"    {_STATUS.get(answer['status'], answer['status'])}" + (f": {hits}" if hits else "")]
    for person in answer["people"]:
        who = "  ".join(filter(None, (person["name"], person["sex"], person["birth_date"])))
        told.append("    " + " ".join(filter(None, (who, "|" if who else "", ", ".join(person["numbers"])))))
        told += [f"        {each}" for each in (*person["addresses"], *person["phones"])]
    if answer["continuation"]:
        told.append(f"    for the next part add this segment to the query: DSC|{answer['continuation']}|I")
    return told


def _person(pid: Segment) -> dict[str, Any]:
    return {
        "name": " / ".join(name for each in pid[5] if (name := _name(each))),
        "sex": pid[8].value,
        "birth_date": pid[7].value,
        "numbers": [f"{each[1].value} ({each[4][1].value or each[4][2].value})" for each in pid[3]],
        "addresses": [_joined(each) for each in pid[11]],
        "phones": [each[1].value or each[4].value for field in (pid[13], pid[14]) for each in field],
    }


def _name(name: Repetition) -> str:
    family, given = name[1].value.strip(), " ".join(filter(None, (name[2].value, name[3].value)))
    return family + given if not (family + given).isascii() else " ".join(filter(None, (family, given)))


def _joined(address: Repetition) -> str:
    return " ".join(text for position in (4, 3, 8, 1, 2) if (text := address[position].value.strip()))
