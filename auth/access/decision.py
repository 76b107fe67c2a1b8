"""Access decision: the one place that says who may do what on which type, and on whose resources.

Design, section 4. Role and care relation ∩ SMART scope ∩ Patient compartment ∩ consent and labels; whatever
no rule names is refused. Read it aloud: each function below is one kind of principal.
"""

from auth.access.reach import reach
from auth.access.types import ACROSS_PERSONS, COMPARTMENT, CONTEXTUAL, DIRECTORY, KNOWN
from auth.access.whose import Whose
from auth.access.written import WRITTEN, changeable
from auth.principal import Kind, Principal, Proxied
from auth.roles import Role
from fhir.access import Action, Deny, Permit
from fhir.directory import TYPES as PROFESSIONALS

READING = frozenset({Action.READ, Action.SEARCH})
WRITING = frozenset({Action.CREATE, Action.UPDATE})
FILE = COMPARTMENT - ACROSS_PERSONS - {"AuditEvent"} | CONTEXTUAL
"""The types of a resident's health file."""

REGISTRIES = frozenset({"Endpoint", "HealthcareService", "Location", "Organization"}) | PROFESSIONALS
"""What an operator loads into the directory (IHE mCSD)."""

KEPT = frozenset({"Consent", "RelatedPerson"})
"""What a privacy officer writes down for residents."""

COUNTED = frozenset({"Encounter", "Observation"})
"""What a steward counts of a record that he compares."""


LEFT = frozenset({"Consent", "RelatedPerson", "EpisodeOfCare", "Coverage", "Account", "Flag", "List"})
"""What speaks of a resident as such, and is not moved to another."""


def decide(principal: Principal, type: str, action: Action, whose: Whose) -> Permit | Deny:
    """May `principal` do `action` on resources of `type`, and on which? `whose` makes his constraints."""
    if type not in KNOWN:
        return Deny(f"{type} is not a resource type of this server")
    if type == "AuditEvent" and action not in READING:
        return Deny("AuditEvents are written by the platform alone")
    scope = reach(principal, type, action)
    if scope is None:
        return Deny(f"the scope does not reach {type}.{action.value}")
    decision = _of_role(principal, type, action, whose)
    if isinstance(decision, Deny):
        return decision
    constraint = decision.constraint
    if scope.launched is not None and type not in DIRECTORY:
        constraint = whose.launched(constraint, scope.launched)
    if scope.filter is not None:
        constraint = whose.scoped(constraint, scope.filter)
    return Permit(constraint)


def _of_role(principal: Principal, type: str, action: Action, whose: Whose) -> Permit | Deny:
    if principal.kind is Kind.SYSTEM:
        return _system(principal, type, action, whose)
    if principal.role is Role.CLINICIAN:
        return _clinician(principal, type, action, whose)
    if principal.role is Role.RESIDENT:
        return _resident(principal, type, action, whose)
    if principal.role is Role.PRIVACY:
        return _privacy(principal, type, action, whose)
    if principal.role is Role.OPERATOR:
        return _operator(type, action, whose)
    if principal.role is Role.STEWARD:
        return _steward(principal, type, action, whose)
    if principal.role is Role.AUDITOR and type == "Organization":
        return _directory(type, action, whose)  # from which house somebody looked
    return Deny("this role has no access to health files")


def _system(principal: Principal, type: str, action: Action, whose: Whose) -> Permit | Deny:
    """A regional client works on the region, any other on the residents related to its organisation; and it
    reads what others have permitted to that."""
    if principal.regional:
        return Permit(whose.everyone())
    if principal.organization is None:
        return Deny("the client belongs to no organisation")
    if type in DIRECTORY:
        return _directory(type, action, whose)
    if type not in FILE:
        return Deny(f"{type} is open to regional clients only")
    if type == "Consent" and action not in READING:
        return Deny("a consent is given by the resident, not by a clinic's system")
    if type == "Task" and action not in READING:
        return Deny("what becomes of a referral is written on the platform's own pages")
    if type == "Patient" and action is Action.CREATE:
        return Permit(whose.everyone())
    if action in READING:
        return Permit(whose.readable(principal.organization, None))
    return Permit(whose.related(principal.organization, None))


def _clinician(principal: Principal, type: str, action: Action, whose: Whose) -> Permit | Deny:
    """A doctor reads the files of the residents in his organisation's care, and what others permit to him; he
    refers those in its care and writes notes on them (`auth.access.written` says what they may say)."""
    if principal.organization is None or principal.practitioner is None:
        return Deny("the account names no practitioner at an organisation")
    if type in DIRECTORY:
        return _directory(type, action, whose)
    if type not in FILE:
        return Deny(f"{type} is not open to clinicians")
    if action in READING:
        return Permit(whose.readable(principal.organization, principal.practitioner))
    if type not in WRITTEN or action not in WRITING or principal.client_id is not None:
        return Deny("clinicians write referrals and notes, and those on the platform's own pages")
    care = whose.related(principal.organization, principal.practitioner)
    return Permit(care if action is Action.CREATE else whose.scoped(care, changeable(principal, type)))


def _resident(principal: Principal, type: str, action: Action, whose: Whose) -> Permit | Deny:
    """A resident reads his own file and who has looked at it, and says who may; a proxy reads for him."""
    if principal.patient is None:
        return Deny("the account names no patient")
    if type in DIRECTORY:
        return _directory(type, action, whose)
    if type not in FILE and type != "AuditEvent":
        return Deny(f"{type} is not open to residents")
    if type == "AuditEvent" and principal.proxy == Proxied.HELP_DESK:
        return Deny("who has looked is told to the resident, not to who helps him for an hour")
    if action not in READING and not _may_give(principal, type, action):
        return Deny("a resident writes Consents, and those on the platform's own pages")
    return Permit(whose.own(principal.patient))


def _may_give(principal: Principal, type: str, action: Action) -> bool:
    """A Consent is given by the resident or his parent himself: never by an app, nor by another proxy."""
    himself = principal.client_id is None and principal.proxy in (None, Proxied.PARENT)
    return himself and type == "Consent" and action in WRITING


def _privacy(principal: Principal, type: str, action: Action, whose: Whose) -> Permit | Deny:
    """A privacy officer writes down what the resident before him says: Consents, and who acts for him."""
    if principal.attends is None:
        return Deny("this role has no access to health files")
    if type in DIRECTORY:
        return _directory(type, action, whose)
    if (action in READING and type in KEPT | {"Patient"}) or (action in WRITING and type in KEPT):
        return Permit(whose.own(principal.attends))
    return Deny("this role keeps Consents and proxies, and reads no health file")


def _operator(type: str, action: Action, whose: Whose) -> Permit | Deny:
    """An operator keeps the directory, which names no resident, and says where its content comes from."""
    if type in REGISTRIES and action in READING | WRITING:
        return Permit(whose.everyone())
    if (type, action) == ("Provenance", Action.CREATE):
        return Permit(whose.nobodys(type))
    return Deny("this role has no access to health files")


def _steward(principal: Principal, type: str, action: Action, whose: Whose) -> Permit | Deny:
    """A data steward reads no health file. On the pages where he compares records he reads who they are about
    and counts what hangs on them; where he moves what was filed under the wrong Patient he is shown its kind,
    title and date. An institution's one is shown what his house has recorded."""
    if not (principal.compares or principal.moves):
        return Deny("this role has no access to health files")
    if type in DIRECTORY:
        return _directory(type, action, whose)
    counts = principal.compares and type in COUNTED and action is Action.SEARCH
    moves = principal.moves and type in FILE - LEFT - {"Patient"} and action in READING | {Action.UPDATE}
    if counts or moves or (type == "Patient" and action in READING):
        return Permit(whose.recorded(principal.organization))
    return Deny("this role compares and moves records, and reads no health file")


def _directory(type: str, action: Action, whose: Whose) -> Permit | Deny:
    """Everybody reads the directory; of a professional it shows what is of his work."""
    if action not in READING:
        return Deny("the directory is kept by regional clients")
    return Permit(whose.listed() if type in PROFESSIONALS else whose.everyone())
