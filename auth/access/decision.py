"""Access decision: the one place that says who may do what on which type, and on whose resources.

Design, section 4. Role and care relation ∩ SMART scope ∩ Patient compartment; whatever no rule names is
refused. Read it aloud: each function below is one kind of principal.
"""

from auth.access.constraint import EVERYONE, Owners, Related
from auth.access.types import ACROSS_PERSONS, COMPARTMENT, CONTEXTUAL, DIRECTORY, KNOWN
from auth.principal import Kind, Principal
from auth.roles import Role
from auth.store.relations import Relations
from fhir.access import Action, Deny, Permit

READING = frozenset({Action.READ, Action.SEARCH})
FILE = COMPARTMENT - ACROSS_PERSONS - {"AuditEvent"} | CONTEXTUAL
"""The types of a resident's health file."""


def decide(principal: Principal, type: str, action: Action, relations: Relations) -> Permit | Deny:
    """May `principal` do `action` on resources of `type`, and on whose?"""
    if type not in KNOWN:
        return Deny(f"{type} is not a resource type of this server")
    if type == "AuditEvent" and action not in READING:
        return Deny("AuditEvents are written by the platform alone")
    if not _in_scope(principal, type, action):
        return Deny(f"the scope does not reach {type}.{action.value}")
    if principal.kind is Kind.SYSTEM:
        return _system(principal, type, action, relations)
    if principal.role is Role.CLINICIAN:
        return _clinician(principal, type, action, relations)
    if principal.role is Role.RESIDENT:
        return _resident(principal, type, action, relations)
    return Deny("this role has no access to health files")


def _in_scope(principal: Principal, type: str, action: Action) -> bool:
    """A system or an app needs a scope; a person on the platform's own pages acts under his role alone."""
    if principal.kind is Kind.PERSON and principal.client_id is None:
        return True
    levels = {"system"} if principal.kind is Kind.SYSTEM else {"user"}
    if principal.role is Role.RESIDENT:
        levels = {"user", "patient"}
    return any(scope.level in levels and scope.allows(type, action) for scope in principal.scopes)


def _system(principal: Principal, type: str, action: Action, relations: Relations) -> Permit | Deny:
    """A regional client works on the region, any other on the residents related to its organisation."""
    if principal.regional:
        return Permit(EVERYONE)
    if principal.organization is None:
        return Deny("the client belongs to no organisation")
    if type in DIRECTORY:
        return _directory(action)
    if type not in FILE:
        return Deny(f"{type} is open to regional clients only")
    if type == "Consent" and action not in READING:
        return Deny("a consent is given by the resident, not by a clinic's system")
    if type == "Patient" and action is Action.CREATE:
        return Permit(EVERYONE)
    return Permit(Related(principal.organization, None, relations))


def _clinician(principal: Principal, type: str, action: Action, relations: Relations) -> Permit | Deny:
    """A doctor reads the files of the residents in his organisation's care."""
    if principal.organization is None or principal.practitioner is None:
        return Deny("the account names no practitioner at an organisation")
    if type in DIRECTORY:
        return _directory(action)
    if type not in FILE:
        return Deny(f"{type} is not open to clinicians")
    if action not in READING:
        return Deny("clinicians write nothing here yet")
    return Permit(Related(principal.organization, principal.practitioner, relations))


def _resident(principal: Principal, type: str, action: Action, relations: Relations) -> Permit | Deny:
    """A resident reads his own file, and who has looked at it."""
    if principal.patient is None:
        return Deny("the account names no patient")
    if type in DIRECTORY:
        return _directory(action)
    if type not in FILE and type != "AuditEvent":
        return Deny(f"{type} is not open to residents")
    if action not in READING:
        return Deny("residents write nothing here yet")
    return Permit(Owners(principal.patient, relations))


def _directory(action: Action) -> Permit | Deny:
    return Permit(EVERYONE) if action in READING else Deny("the directory is kept by regional clients")
