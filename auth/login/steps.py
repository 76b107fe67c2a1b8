"""Steps of a log-in: what is asked for next, what came of it, and why it does not go on.

NIST SP 800-63B. Between the steps stands a first-step token, which is no session and opens no page.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from auth.login.hats import Hat
from auth.store.accounts import AccountRecord


class Step(StrEnum):
    """What is still to be done before there is a session."""

    PASSWORD = "password"  # noqa: S105
    ENROL = "enrol"
    ENROL_PASSKEY = "enrol-passkey"
    CODE = "code"
    PASSKEY = "passkey"
    HAT = "hat"
    AGAIN = "again"
    """The password once more, of a person without a second factor who is logged in."""


class Reason(StrEnum):
    """Why a log-in does not go on."""

    WRONG = "wrong"
    WAIT = "wait"
    PASSKEY = "passkey"
    PASSWORD = "password"  # noqa: S105
    OVER = "over"
    FEDERATED = "federated"
    UNBOUND = "unbound"


TEXTS = {
    Reason.WRONG: "the name, the password or the code is wrong",
    Reason.WAIT: "too many failed attempts: try again later",
    Reason.PASSKEY: "the passkey was not accepted",
    Reason.OVER: "this log-in has taken too long: start again",
    Reason.FEDERATED: "the log-in at the outside provider came to nothing",
    Reason.UNBOUND: "no account here belongs to this outside identity",
}


class LogInRefused(Exception):
    """The log-in does not go on; the same for unknown, locked and mistaken, as far as a stranger sees."""

    def __init__(self, reason: Reason, text: str | None = None, until: datetime | None = None) -> None:
        super().__init__(text or TEXTS[reason])
        self.reason = reason
        self.until = until


@dataclass(frozen=True, slots=True)
class NextStep:
    """What to ask for next; `token` goes into a cookie of its own."""

    step: Step
    token: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Done: `token` goes into the session cookie; `hat` is what he acts as."""

    account: AccountRecord
    token: str
    hat: Hat


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The holder of a session has proved once more who he is."""

    account: AccountRecord
    amr: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """A second factor to enrol: the secret, and the URI for a QR code."""

    secret: str
    uri: str


Done = NextStep | SignedIn | Confirmed
