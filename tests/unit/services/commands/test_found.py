"""The answer to a query, for people."""

from adapters.hl7v2.message import Message
from services.commands.found import found, lines

ANSWER = """MSH|^~\\&|F|R|H|HQ1|2026||RSP^K22^RSP_K21|1|P|2.5
MSA|AA|1
QAK|T1|OK|IHE PDQ Query|7|2|5
PID|1||P1^^^HQ1^PI~9^^^&1.2.3&ISO||王^小明^^^^^L^I~WANG^XIAOMING||19850607|M|||锦绣路1号^^成都市^四川省||13800001111^PRN^CP~^NET^Internet^w@htest.example
PID|2||P2^^^HQ1
DSC|abc|I
"""


def test_a_line_for_each_person_and_how_to_go_on() -> None:
    answer = found(Message.parse(ANSWER.replace("\n", "\r")))
    assert answer is not None
    assert lines(answer) == [
        "    found: 7 in all, 2 here, 5 left",
        "    王小明 / WANG XIAOMING  M  19850607 | P1 (HQ1), 9 (1.2.3)",
        "        四川省 成都市 锦绣路1号",
        "        13800001111",
        "        w@htest.example",
        "    P2 (HQ1)",
        "    for the next part add this segment to the query: DSC|abc|I",
    ]


def test_nothing_found_and_no_query_at_all() -> None:
    nothing = found(Message.parse("MSH|^~\\&|\rMSA|AA|1\rQAK|T1|NF\r"))
    assert nothing is not None
    assert lines(nothing) == ["    nothing found"]
    assert found(Message.parse("MSH|^~\\&|\rMSA|AA|1\r")) is None
