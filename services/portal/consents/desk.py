"""Desk: where Consents are given and withdrawn, by the resident on his pages or by an officer from paper.

Everything is written by the interactions create and update under the decision of whoever writes, validated,
with a version and a record; there is no other way.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from auth import moment
from auth.access.provision import is_privacy
from auth.audit.purpose import EMERGENCY
from auth.audit.record import Interaction
from auth.store.emergencies import LONGEST, Emergency
from fhir.interactions.create import create
from fhir.interactions.read import not_found, read
from fhir.interactions.search import search
from fhir.interactions.update import update
from fhir.interactions.writes.precondition import Preconditions
from fhir.resource import ID, Resource
from fhir.store import Stored
from services.portal.catalogue import mark
from services.portal.consents.effect import ANYWHERE, Asking, effects
from services.portal.consents.form import Offer, WrongRule, offer, rule
from services.portal.consents.presenters import line, lines, replaced_by, revived_by, said, sights
from services.portal.consents.rule import EFFECTS, KINDS, SENSITIVE, Rule, consent, draft, rule_of
from services.portal.page import page, see_other
from services.portal.visit import Visit

_MOST = "500"
_RUNNING = 20
_OUTRIGHT = mark("不许看整份档案：除非您另有规则，即使在紧急情况下，他们也可能看不到。")
_OTHERWISE = mark("紧急打开时医生还是看得到。连紧急打开也不许，再写一条目的是“紧急打开”的规则。")
_NEVER = mark("紧急打开时医生还是看得到。")
SURE = "sure"
"""The box by which he says that he means to close his file to everybody."""
_LOST = mark(
    "我明白：看病时，所有医院、社区中心和医生都看不到这份档案，包括过敏、正在用的药、诊断和检查结果。"
)
_LOST_EVERYWHERE = mark(
    "我明白：所有医院、社区中心和医生都看不到这份档案，包括过敏、正在用的药、诊断和检查结果；抢救时也可能看不到。"
)
_LOST_IN_EMERGENCIES = mark("我明白：抢救时，医生打不开这份档案，看不到有什么过敏、正在用什么药。")


@dataclass(frozen=True, slots=True)
class Desk:
    """The pages below `home` about the file of `patient`; `query` is what their addresses carry."""

    visit: Visit
    request: Request
    home: str
    navigation: str
    patient: str
    channel: str
    query: str = ""
    name: str | None = None

    @property
    def officer(self) -> bool:
        """Is it an officer who writes down what stands on paper?"""
        return self.channel == "paper"

    async def listed(self) -> Response:
        """The rules, with those that were withdrawn."""
        offered = await self._offer()
        found = lines(await self._consents(), offered)
        return self._page("list", lines=found)

    async def form(self, faults: Mapping[str, str] | None = None, typed: FormData | None = None) -> Response:
        """The form of a new rule, with nothing chosen; after a mistake as it was filled in."""
        offered = await self._offer()
        return self._page(
            "form",
            status=422 if faults else 200,
            offered=offered,
            effects=EFFECTS,
            sensitive=SENSITIVE,
            kinds=KINDS,
            purposes=offered.purposes,
            faults=faults or {},
            typed=typed or FormData(),
        )

    async def preview(self) -> Response:
        """What a rule would do; nothing is kept yet."""
        typed = await self.request.form()
        offered = await self._offer()
        try:
            asked = self._asked(typed, offered)
        except WrongRule as wrong:
            return await self.form(wrong.faults, typed)
        return await self._ahead(asked, offered, typed)

    async def _ahead(self, asked: Rule, offered: Offer, typed: FormData, *, unsure: bool = False) -> Response:
        made = draft(consent(asked, self.patient, moment.now(), channel=self.channel, note=_note(typed)))
        hidden = [(name, str(value)) for name, value in typed.multi_items() if name not in ("csrf", SURE)]
        return await self._preview(made, asked, offered, withdraws=None, hidden=hidden, unsure=unsure)

    async def give(self) -> Response:
        """Keep a rule; one that denies everybody everything once he says that he means it."""
        typed, offered = await self.request.form(), await self._offer()
        try:
            asked = self._asked(typed, offered)
        except WrongRule as wrong:
            return await self.form(wrong.faults, typed)
        if asked.closes and not typed.get(SURE):
            return await self._ahead(asked, offered, typed, unsure=True)
        made = consent(asked, self.patient, moment.now(), channel=self.channel, note=_note(typed))
        self.visit.note(interaction=Interaction.CREATE, type="Consent")
        written = (await create(self.visit.context, "Consent", made)).stored
        return self._written(written)

    async def one(self, id: str) -> Response:
        """What would be, were a rule withdrawn."""
        offered, stored = await self._offer(), await self._found(id)
        current = stored.resource()
        said = rule_of(current)
        changed = current | {"status": "inactive"}
        hidden = [("version", str(stored.version))]
        return await self._preview(changed, said, offered, withdraws=current, hidden=hidden)

    async def withdraw(self, id: str) -> Response:
        """Withdraw a rule; it stays with its history."""
        stored, typed = await self._found(id), await self.request.form()
        self.visit.note(interaction=Interaction.UPDATE, type="Consent", entity=stored.reference)
        changed = stored.resource() | {"status": "inactive"}
        expected = Preconditions(expected=frozenset({str(typed.get("version", ""))}))
        return self._written(
            (await update(self.visit.context, "Consent", id, changed, preconditions=expected)).stored
        )

    def _written(self, stored: Stored) -> Response:
        self.visit.note(entity=stored.reference, patients=(stored.owner,))
        self.visit.context.trail.query = None
        return see_other(f"{self.home}{self.query}")

    async def _found(self, id: str) -> Stored:
        if not ID.fullmatch(id):
            raise not_found()
        stored = await read(self.visit.context, "Consent", id)
        persons = await self.visit.platform.relations.persons([self.patient])
        current = stored.resource()
        theirs = current["patient"]["reference"] in persons[self.patient]
        if not theirs or not is_privacy(current) or current["status"] != "active":
            raise not_found()
        return stored

    async def _consents(self) -> list[Resource]:
        asked = [("patient", self.patient), ("_count", _MOST)]
        found = await search(self.visit.context, "Consent", asked)
        return [each.resource() for each in found.matches]

    async def _offer(self) -> Offer:
        self.visit.note(entity=self.patient, patients=(self.patient,))
        given = await self._consents()
        return await offer(self.visit, self.patient, given, documents=not self.officer)

    def _asked(self, typed: FormData, offered: Offer) -> Rule:
        unsigned = self.officer and not _note(typed)
        return rule(typed, offered, {"note": mark("请写明书面文件在哪里、由谁签字。")} if unsigned else {})

    async def _preview(
        self,
        changed: Resource,
        asked: Rule | None,
        offered: Offer,
        *,
        withdraws: Resource | None,
        hidden: list[tuple[str, str]],
        unsure: bool = False,
    ) -> Response:
        given = await self._consents()
        emergency = asked is not None and asked.purpose == EMERGENCY
        guardian = asked is not None and asked.family
        readers = _readers(asked, offered)
        self.visit.note(reason="preview")
        # An officer reads no file: what a rule hides would tell him what is in it.
        found = (
            []
            if self.officer
            else await effects(self.visit, self.patient, readers, changed, emergency=emergency)
        )
        others = revived_by(given, changed) if withdraws else replaced_by(given, changed)
        return self._page(
            "preview",
            status=422 if unsure else 200,
            unsure=unsure,
            sure=_loses(asked, offered) if withdraws is None and asked is not None and asked.closes else None,
            said=said(asked, offered) if asked else None,
            withdraws=str(withdraws["id"]) if withdraws else None,
            sights=sights(found, offered),
            concerned=_concerned(readers, offered) if self.officer else [],
            others=[line(each, offered) for each in given if each["id"] in others],
            ends=asked is not None and asked.end is not None,
            opens=withdraws is None and asked is not None and asked.opens,
            forbids=withdraws is None and asked is not None and asked.effect == "deny" and not guardian,
            guardian=guardian,
            binding=None if withdraws or asked is None else _binding(asked, offered),
            emergency=emergency,
            opened=[] if self.officer or emergency or guardian else await self._opened(),
            hidden=hidden,
        )

    async def _opened(self) -> list[Emergency]:
        """The accesses in an emergency that run now: only a rule for emergencies says anything of them."""
        persons = await self.visit.platform.relations.persons([self.patient])
        since = moment.now() - LONGEST
        emergencies = self.visit.platform.grounds.emergencies
        found = await emergencies.told(persons[self.patient], since, _RUNNING)
        return [each for each in found if not each.ended]

    def _page(self, name: str, *, status: int = 200, **model: Any) -> Response:
        self.visit.context.trail.query = None
        known: Mapping[str, Any] = {
            "home": self.home,
            "query": self.query,
            "navigation": self.navigation,
            "officer": self.officer,
            "name": self.name,
        }
        return page(
            self.request,
            f"consents/templates/{name}.html",
            status=status,
            reader=self.visit.reader,
            back=f"{self.home}{self.query}",
            **known,
            **model,
        )


def _readers(asked: Rule | None, offered: Offer) -> list[Asking]:
    """Whose sight a rule may change: the houses that see something now, those whom it names, and the doctors
    to whom others permit something; in an emergency anybody's; of a guardian his alone."""
    actor = (asked.actor if asked else None) or ""
    if asked is not None and asked.family:
        guardian = offered.guardians.get(actor)
        looks = guardian.looks if guardian else ()
        return [Asking(ANYWHERE, guardian=looks or (actor,), idle=not looks)]
    if asked is not None and asked.purpose == EMERGENCY and not actor:
        return [Asking(ANYWHERE)]
    named = [actor] if actor.startswith("Organization/") else []
    houses = [*named, *(each for each in offered.present if each != actor)]
    doctors = [each for each in offered.trusted if each != actor]
    if actor.startswith("Practitioner/"):
        his = [Asking(each, actor) for each in (*houses, ANYWHERE)]
        return [*his, *map(Asking, houses), *(Asking(ANYWHERE, each) for each in doctors)]
    return [*map(Asking, houses), *(Asking(ANYWHERE, each) for each in doctors)]


def _concerned(readers: list[Asking], offered: Offer) -> list[str]:
    """Whom a rule may concern, by name."""
    named = (
        next(iter(each.guardian), each.practitioner or each.organization)
        for each in readers
        if each != Asking(ANYWHERE)
    )
    return list(dict.fromkeys(map(offered.named, named)))


def _binding(asked: Rule, offered: Offer) -> str | None:
    """What a denial means where a file is opened in an emergency, as a msgid."""
    if asked.effect != "deny" or asked.family or asked.purpose == EMERGENCY:
        return None
    if EMERGENCY not in offered.purposes:
        return _NEVER
    total = not (asked.labels or asked.kinds or asked.document)
    return _OUTRIGHT if total and not asked.purpose else _OTHERWISE


def _loses(asked: Rule, offered: Offer) -> str:
    """What he says that he knows who closes his file to everybody, as a msgid."""
    if asked.purpose == EMERGENCY:
        return _LOST_IN_EMERGENCIES
    binds = EMERGENCY in offered.purposes and not asked.purpose
    return _LOST_EVERYWHERE if binds else _LOST


def _note(typed: FormData) -> str:
    return str(typed.get("note", "")).strip()[:200]
