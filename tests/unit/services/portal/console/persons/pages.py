"""The pages of persons with full and empty models, for the component tests."""

from datetime import UTC, datetime
from typing import Any

from fhir.matching.comparison import compare
from fhir.matching.judgement import Outcome, Rule
from fhir.store.possible_matches import PossibleMatch, State, Word
from services.portal.console.persons.comparison import rows, twin
from services.portal.console.persons.decision import STATES, Said
from services.portal.console.persons.likeness import AGREEMENTS, reason, sentence
from services.portal.console.persons.pair import HOME, Pair
from services.portal.console.persons.pair_views import ACTS, NO_HOLDER, Asked, Side
from services.portal.console.persons.person import Bond, Person
from services.portal.console.persons.queue_views import Line, Tab
from services.portal.console.persons.record import Holdings, Record
from services.portal.page import Reader
from tests.support.person import record

NOW = datetime(2026, 11, 26, tzinfo=UTC)
STEWARD = Reader("演示数据管理员", "steward")
_WANG: dict[str, Any] = {"birth": "1958-03-12", "sex": "male", "number": "510104195803129013"}
ONE = Record(
    record("a", **_WANG, name="王建国", phone="13800005678", mother="李芳"), "芙蓉市第一人民医院", NOW
)
OTHER = Record(record("b", **_WANG, name="<b>王健国</b>", phone="13800005679", twin=True), "", NOW)
OLD = Record(record("d", name="李芳"), "", NOW)
NOBODY = Record(record("c"), "", NOW)
WORD = Said("合并", "演示", NOW, "<b>见过证件</b>")
SENTENCE = sentence(compare(ONE.features, OTHER.features).words)


def _match(state: State, **more: Any) -> PossibleMatch:
    words = [Word(state, "x", NOW, "")]
    return PossibleMatch(
        "Patient/a", "Patient/b", state, "weight", {}, 1.0, "1", NOW, words=words, **more
    )  # fmt: skip


def _pair(one: Record, other: Record, match: PossibleMatch | None = None, *, linked: bool = False) -> Pair:
    levels = compare(one.features, other.features).words
    told = reason(Rule.WEIGHT, Outcome.REVIEW)
    return Pair(one, other, match, rows(one, other, levels), sentence(levels), told, linked)


def _side(held: Record, *others: Record) -> Side:
    return Side(held, Holdings(3, 12, NOW), twin(held), Person([held, *others], []))


def _shown(pair: Pair, **more: Any) -> dict[str, Any]:
    model: dict[str, Any] = {
        "home": HOME, "pair": pair, "acts": ACTS, "state": STATES[pair.state], "asked": Asked(),
        "error": None, "said": [], "sides": [_side(pair.one, NOBODY), _side(pair.other)], "waiting": True,
        "usual": "2026-12-03", "earliest": "2026-11-27", "agreements": AGREEMENTS,
    }  # fmt: skip
    return model | more


def _confirmed(act: str, **more: Any) -> dict[str, Any]:
    model = _shown(_pair(ONE, OTHER), asked=Asked(act, "<i>"), act=ACTS[act], keeps=None, merged=False)
    return model | more


_QUEUE, _PAIR, _SURE, _FIND = (
    f"console/persons/templates/{name}.html" for name in ("queue", "pair", "confirmation", "find")
)
_TABS = [Tab("等待核对", "/console/persons?state=open", 2, True), Tab("已暂缓", "/console/persons", 0, False)]
_LINE = Line(_match(State.OPEN), ONE, OTHER, SENTENCE, reason(Rule.TWINS, Outcome.REVIEW), "等待核对", None)
_OLD = Line(_match(State.LINKED, until=NOW), ONE, NOBODY, [], _LINE.reason, "已合并：是同一个人", WORD)
_LISTED: dict[str, Any] = {"tabs": _TABS, "unnamed": False, "switch": HOME, "more": None, "decided": False}
_FOUND: dict[str, Any] = {"query": "<x>", "sealed": "s", "more": True, "error": "请正好选两份记录。"}
_BONDS = [
    Bond((ONE, OTHER), "系统比对", SENTENCE, _LINE.reason),
    Bond((ONE, OTHER, NOBODY), "医院的合并消息"),
]
PAGES: dict[str, tuple[str, Reader, dict[str, Any]]] = {
    "queue": (_QUEUE, STEWARD, _LISTED | {"lines": [_LINE, _OLD], "more": HOME, "unnamed": True}),
    "decided queue": (_QUEUE, STEWARD, _LISTED | {"lines": [_OLD], "decided": True}),
    "empty queue": (_QUEUE, STEWARD, _LISTED | {"lines": []}),
    "pair": (_PAIR, STEWARD, _shown(_pair(ONE, OTHER), error=NO_HOLDER)),
    "pair of nobodies": (_PAIR, STEWARD, _shown(_pair(NOBODY, NOBODY))),
    "linked pair": (_PAIR, STEWARD, _shown(_pair(ONE, OTHER, linked=True))),
    "decided pair": (
        _PAIR,
        STEWARD,
        _shown(_pair(ONE, OTHER, _match(State.LINKED, until=NOW)), said=[WORD], waiting=False),
    ),
    "confirmed link": (_SURE, STEWARD, _confirmed("link")),
    "confirmed separation": (_SURE, STEWARD, _confirmed("separate", keeps=OTHER)),
    "link taken back": (_SURE, STEWARD, _confirmed("reopen", merged=True)),
    "separation taken back": (_SURE, STEWARD, _confirmed("reopen")),
    "find": (_FIND, STEWARD, _FOUND | {"people": None, "error": None}),
    "found no person": (_FIND, STEWARD, _FOUND | {"people": []}),
    "found persons": (
        _FIND,
        STEWARD,
        _FOUND | {"people": [Person([ONE, OTHER, NOBODY], _BONDS), Person([OLD], [])]},
    ),
}  # fmt: skip
