"""What sounds is told in both languages."""

import re
from pathlib import Path

import pytest

from auth.audit.sweeps import Sign
from auth.store.cases import Kind
from fhir.summary.wording import speaks_chinese
from services.portal.catalogue import translations
from services.portal.console.alarm_texts import FACTS, TEXTS, VALUES
from services.worker.synthetic_access import MISSING, UNREAD

ROOT = Path(__file__).parents[5]


@pytest.fixture(scope="module")
def sources() -> str:
    """The code that sounds alarms."""
    own = ROOT / "services/portal/console/alarm_texts.py"
    files = (each for part in ("services", "auth") for each in (ROOT / part).rglob("*.py") if each != own)
    return "\n".join(each.read_text("utf-8") for each in files)


@pytest.mark.parametrize("text", TEXTS)
def test_a_sentence_of_the_table_is_one_that_sounds(sources: str, text: str) -> None:
    assert f'"{text}"' in sources
    assert translations("en").gettext(TEXTS[text]).rstrip(".").casefold() == text.rstrip(".").casefold()


def test_every_sentence_given_at_once_is_in_the_table(sources: str) -> None:
    named = re.findall(r'^(?:_TEXT|_ALARM) = \(?\s*"([^"]+)"', sources, re.MULTILINE)
    given = re.findall(r'\.sound\(\s*Kind\.\w+,\s*"([^"]+)"', sources)
    told = re.findall(r'\btext = "(A [^"]+)"', sources)
    assert len(named) >= 4
    assert {*named, *given, *told} <= TEXTS.keys()


def test_every_fact_has_a_name_in_both_languages(sources: str) -> None:
    given = re.findall(r"sound\(\s*Kind\.(?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)", sources)
    told = {name for call in given for name in re.findall(r"\b([a-z]+)=", call)}
    late = {
        name
        for facts in re.findall(r"late = \{id: \{([^}]*)\}", sources)
        for name in re.findall(r'"(\w+)":', facts)
    }
    assert {"source", "waiting", "days", "opening"} <= told
    assert late == {"case", "about", "overdue"}
    assert told | late == FACTS.keys()
    assert all(translations("en").gettext(text) != text for text in FACTS.values())


def test_what_a_fact_says_of_a_few_is_told_in_both_languages() -> None:
    assert {name: set(said) for name, said in VALUES.items()} == {
        "about": {each.value for each in Kind},
        "result": {MISSING, UNREAD},
        "sign": {each.value for each in Sign},
    }
    for text in (text for said in VALUES.values() for text in said.values()):
        assert speaks_chinese(text)
        assert not speaks_chinese(translations("en").gettext(text))
