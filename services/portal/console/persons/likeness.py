"""Likeness: the comparison vector of two records and the rule that decided, in a clerk's words.

Issue 6; china.md, "Matching persons" rule 6. Every level of `fhir.matching.comparison` and every rule of
`fhir.matching.judgement` has its words here; a text is a msgid of the catalogue.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from fhir.matching.comparison import LEVELS
from fhir.matching.judgement import Outcome, Rule
from services.portal.catalogue import mark


class Agreement(StrEnum):
    """How far two records agree in one feature."""

    AGREES = "agrees"
    NEAR = "near"
    DIFFERS = "differs"
    SILENT = "silent"

    @property
    def tone(self) -> str:
        """Its colour, as the pages name it."""
        return _TONES[self]


_TONES = {"agrees": "calm", "near": "warm", "differs": "grave", "silent": "standard"}


class Phrase(NamedTuple):
    """What a level means, and as a part of a sentence."""

    agreement: Agreement
    text: str


_YES, _NEAR, _NO, _SILENT = Agreement.AGREES, Agreement.NEAR, Agreement.DIFFERS, Agreement.SILENT

AGREEMENTS = MappingProxyType(
    {_YES: mark("一致"), _NEAR: mark("相近"), _NO: mark("不一致"), _SILENT: mark("无法比较")}
)
"""What the colour of a feature says, as a word."""

PHRASES: Mapping[str, Mapping[str, Phrase]] = MappingProxyType(
    {
        "number": {
            "same": Phrase(_YES, mark("身份证号相同")),
            "slip": Phrase(_NEAR, mark("身份证号只差一处（像是抄错）")),
            "born": Phrase(_NO, mark("身份证号不同（号码中的出生日期相同）")),
            "different": Phrase(_NO, mark("身份证号不同")),
            "missing": Phrase(_SILENT, mark("至少一方没有身份证号")),
        },
        "birth": {
            "same": Phrase(_YES, mark("出生日期相同")),
            "turned": Phrase(_NEAR, mark("出生日期的月和日颠倒")),
            "lunar": Phrase(_NEAR, mark("出生日期一个是公历、一个是农历")),
            "slip": Phrase(_NEAR, mark("出生日期只差一处（像是抄错）")),
            "year": Phrase(_NEAR, mark("出生年份相同（一方没有确切的月日）")),
            "near": Phrase(_NEAR, mark("出生年份相同或相邻")),
            "different": Phrase(_NO, mark("出生日期不同")),
            "missing": Phrase(_SILENT, mark("至少一方没有出生日期")),
        },
        "name": {
            "same": Phrase(_YES, mark("姓名相同")),
            "variant": Phrase(_YES, mark("姓名只有生僻字的写法不同")),
            "turned": Phrase(_YES, mark("姓和名的顺序颠倒")),
            "cut": Phrase(_YES, mark("长姓名被截短")),
            "sound": Phrase(_NEAR, mark("姓名读音相同而字不同")),
            "similar": Phrase(_NEAR, mark("姓名有形近或音近的字")),
            "other": Phrase(_NEAR, mark("姓名有一个字不同")),
            "baby": Phrase(_NEAR, mark("一方只写了是谁的孩子（如“某某之女”）")),
            "initials": Phrase(_NEAR, mark("一方只写了姓名的拼音首字母，首字母相符")),
            "given": Phrase(_NO, mark("名相同而姓不同")),
            "different": Phrase(_NO, mark("姓名不同")),
            "missing": Phrase(_SILENT, mark("至少一方还没有姓名（如“无名氏”）")),
        },
        "sex": {
            "same": Phrase(_YES, mark("性别相同")),
            "different": Phrase(_NO, mark("性别不同")),
            "missing": Phrase(_SILENT, mark("至少一方没有性别")),
        },
        "contact": {
            "both": Phrase(_YES, mark("电话和住址都相同")),
            "phone": Phrase(_YES, mark("电话相同")),
            "house": Phrase(_YES, mark("住址相同")),
            "digit": Phrase(_NEAR, mark("电话只差一处（像是抄错）")),
            "district": Phrase(_NEAR, mark("住在同一个区县")),
            "different": Phrase(_NO, mark("电话和住址对不上")),
            "missing": Phrase(_SILENT, mark("没有可以比较的电话和住址")),
        },
        "mother": {
            "same": Phrase(_YES, mark("母亲相同")),
            "different": Phrase(_NO, mark("母亲不同")),
            "missing": Phrase(_SILENT, mark("至少一方没有写母亲")),
        },
        "card": {
            "same": Phrase(_YES, mark("健康卡号或档案号相同")),
            "different": Phrase(_NO, mark("健康卡号或档案号不同")),
            "missing": Phrase(_SILENT, mark("至少一方没有健康卡号和档案号")),
        },
    }
)
"""Feature -> level -> words, in the order in which a clerk looks."""

FEATURES = MappingProxyType(
    {
        "number": mark("身份证号"),
        "birth": mark("出生日期"),
        "name": mark("姓名"),
        "sex": mark("性别"),
        "contact": mark("电话和住址"),
        "mother": mark("母亲"),
        "card": mark("健康卡号和档案号"),
    }
)

RULES: Mapping[Rule, str] = MappingProxyType(
    {
        Rule.NUMBER: mark("身份证号相同，姓名也对得上：是同一个人。"),
        Rule.CARD_BORROWED: mark("身份证号相同，姓名却对不上：可能借用了证件，或登记时刷错了证。"),
        Rule.MOTHERS_NUMBER: mark("孩子可能登记了母亲的身份证号：应当是母亲和孩子两个人。"),
        Rule.TWO_NUMBERS: mark("各有一个有效的身份证号：应当是两个人。"),
        Rule.ONE_NUMBER_WRONG: mark("两个身份证号都有效，其他却都一致：可能有一个号码登记错了。"),
        Rule.NAMELESS: mark("姓名不同，其他很像：可能改过姓名，也可能是家里的另一个人。"),
        Rule.TWINS: mark("只有名字不同：可能是双胞胎或兄弟姐妹，不能自动合并。"),
        Rule.SEX: mark("性别不同：可能登记错了，也可能是两个人。"),
        Rule.BIRTH: mark("出生日期对不上：要看证件才能确定。"),
        Rule.WEIGHT: mark("相同的内容还不够多，不能自动合并。"),
    }
)
"""Why the records alone say what they say."""

_WEIGHED: Mapping[Outcome, str] = MappingProxyType(
    {
        Outcome.LINK: mark("没有相反的号码，其他内容足够一致：是同一个人。"),
        Outcome.REVIEW: RULES[Rule.WEIGHT],
        Outcome.SEPARATE: mark("相同的内容太少：应当是两个人。"),
    }
)


class Unnamed(StrEnum):
    """Why one of two records has no name yet, and what becomes of it."""

    NEWBORN = mark("新生儿还没有自己的姓名：等孩子取名、上户口后，与后来的登记合并。")
    UNKNOWN = mark("急诊登记时不知道是谁（如“无名氏”）：查明身份后，与本人的登记合并。")


class Slip(StrEnum):
    """How the one character is alike in which two names of level `similar` differ; part of a sentence."""

    LOOK = mark("姓名有一个形近字不同")
    SOUND = mark("姓名有一个音近字不同")
    BLANK = mark("姓名有一个字没有认出来")


def phrase(feature: str, level: str, slip: Slip | None = None) -> Phrase:
    """The words of a level; of names that differ by one known `slip`, of that."""
    found = PHRASES[feature][level]
    return Phrase(found.agreement, slip.value) if slip and (feature, level) == ("name", "similar") else found


def sentence(levels: Mapping[str, str], slip: Slip | None = None) -> list[str]:
    """What two records agree in, what is near, what differs, each in the order of a clerk's look.

    `levels` are those of `fhir.matching.comparison.Levels.words`: what one does not tell is left out.
    """
    known = [phrase(feature, levels[feature], slip) for feature in PHRASES if feature in levels]
    order = list(Agreement)
    return [each.text for each in sorted(known, key=lambda each: order.index(each.agreement))]


def reason(rule: Rule, outcome: Outcome, unnamed: Unnamed | None = None) -> str:
    """Why a rule has decided so; newborns and unknown people of the emergency room are named as such."""
    if rule is Rule.NAMELESS and unnamed is not None:
        return unnamed.value
    return _WEIGHED[outcome] if rule is Rule.WEIGHT else RULES[rule]


def level(feature: str, levels: Mapping[str, str]) -> str:
    """The level of a feature, which is not there where one record does not tell."""
    return levels.get(feature, LEVELS[feature][-1])
