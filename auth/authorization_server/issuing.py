"""Issuing: access, refresh and ID tokens on an authorization, and the launch context beside them.

RFC 6749 section 5.1; SMART App Launch 2.2, "Response (token)"; OpenID Connect Core 3.1.3.3. Every token is
looked at once more after it is stored: what has ended meanwhile takes it away again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from auth import moment, secret
from auth.login import hats
from auth.principal import Principal
from auth.smart.granting import LAUNCH, REFRESHING
from auth.store import accounts, authorizations, clients, refresh_tokens, tokens
from auth.store.accounts import AccountRecord
from auth.store.authorizations import Authorization
from auth.store.clients import ClientRecord
from auth.store.database import SyncDatabase, blocking
from auth.store.tokens import TokenRecord

LIFETIME = 3600
METHODS = ("none", "client_secret_basic", "client_secret_post", "private_key_jwt")
"""How an app proves itself at the token endpoint; a public one does not."""
_ID_TOKEN = timedelta(seconds=300)
Sign = Callable[[Mapping[str, Any]], str]


@dataclass(frozen=True, slots=True)
class Standing:
    """An authorization that stands: the account, who it is under its hat, and until when the hat is worn."""

    authorization: Authorization
    account: AccountRecord
    principal: Principal
    until: datetime | None


class ForPersons:
    """A grant whose tokens are a person's: what Authlib would generate and keep is issued here."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS
    request: Any
    server: Any

    def generate_token(self, user: Standing, scope: str, **_: Any) -> dict[str, Any]:
        """The tokens of a Standing."""
        body: dict[str, Any] = self.server.issuing.issue(user, self.request.client.record, scope)
        return body

    def save_token(self, token: dict[str, Any]) -> None:
        """They are kept before."""


class Issuing:
    """Issues the tokens of persons; `sign` makes a JWT of the platform."""

    def __init__(self, database: SyncDatabase, issuer: str, fhir_base: str, sign: Sign) -> None:
        self._database = database
        self._issuer = issuer
        self._fhir_base = fhir_base
        self._sign = sign

    def standing(self, authorization: Authorization) -> Standing | None:
        """The person behind an authorization, unless something has ended it."""
        row = blocking(self._database, "accounts").find_one({"_id": authorization.account})
        account = accounts.record(row)
        worn = hats.hat(account, authorization.hat) if account else None
        if account is None or worn is None or worn.proxy is not None:
            return None
        if authorization.session is not None and not self._session_open(authorization.session):
            return None
        who = hats.principal(account, worn, amr=authorization.amr)
        return Standing(authorization, account, who, worn.post.until if worn.post else None)

    def _session_open(self, name: str) -> bool:
        wanted = {"_id": {"$gte": name, "$lt": name + "g"}, "expires": {"$gt": moment.now()}}
        return blocking(self._database, "sessions").find_one(wanted, {"_id": 1}) is not None

    def issue(self, standing: Standing, client: ClientRecord, scope: str) -> dict[str, Any]:
        """The body of a token response; nothing in it works if something has ended meanwhile."""
        access, now = secret.new(), moment.now()
        expires = min(filter(None, (now + timedelta(seconds=LIFETIME), standing.until)))
        given = standing.authorization
        tokens.insert(self._database, access, _record(standing, client, scope, now, expires))
        body: dict[str, Any] = {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": int((expires - now).total_seconds()),
            "scope": scope,
        }
        if not set(REFRESHING).isdisjoint(given.scope.split()):
            body["refresh_token"] = secret.new()
            refresh_tokens.insert(self._database, body["refresh_token"], client.id, given.id)
        body |= self._context(given, scope)
        if "openid" in scope.split():
            body["id_token"] = self._sign(self._id_claims(standing, client.id, scope, now))
        self._look_again(given, client, access)
        return body

    def _look_again(self, given: Authorization, client: ClientRecord, access: str) -> None:
        now = clients.find(self._database, client.id)
        known = now is not None and now.usable
        if not known or not authorizations.stands(self._database, given.id) or self.standing(given) is None:
            authorizations.end_one(self._database, given.id)
        elif now is not None and now.linked != client.linked:
            tokens.relink(self._database, access, linked=now.linked)

    def _context(self, given: Authorization, scope: str) -> dict[str, Any]:
        """SMART launch context; a Patient is named to whoever was granted a patient or a launch."""
        body: dict[str, Any] = {}
        if given.launched:
            body |= {
                "patient": given.launched.removeprefix("Patient/"),
                "need_patient_banner": True,
                "smart_style_url": f"{self._issuer}/smart-style.json",
            }
        if given.encounter and not set(LAUNCH).isdisjoint(scope.split()):
            body["encounter"] = given.encounter.removeprefix("Encounter/")
        if given.context:
            body["fhirContext"] = [{"reference": reference} for reference in given.context]
        if given.intent:
            body["intent"] = given.intent
        return body

    def _id_claims(self, standing: Standing, client_id: str, scope: str, now: datetime) -> dict[str, Any]:
        given = standing.authorization
        claims = {
            "iss": self._issuer,
            "sub": standing.account.id,
            "aud": client_id,
            "iat": int(now.timestamp()),
            "exp": int((now + _ID_TOKEN).timestamp()),
            "auth_time": int(given.proved.timestamp()),
            "amr": list(given.amr),
            "nonce": given.nonce,
            **identity(standing.principal, scope, self._fhir_base),
        }
        return {name: value for name, value in claims.items() if value is not None}


def identity(principal: Principal, scope: str, fhir_base: str) -> dict[str, Any]:
    """What `fhirUser` and `profile` tell of a person, in the ID token and at the userinfo endpoint."""
    words, claims = scope.split(), dict[str, Any]()
    reference = principal.practitioner or principal.patient
    if "fhirUser" in words and reference:
        claims["fhirUser"] = f"{fhir_base}/{reference}"
    if "profile" in words:
        claims["name"] = principal.name
        claims["profile"] = f"{fhir_base}/{reference}" if reference else None
    return {name: value for name, value in claims.items() if value is not None}


def _record(
    standing: Standing, client: ClientRecord, scope: str, issued: datetime, expires: datetime
) -> TokenRecord:
    who, given = standing.principal, standing.authorization
    return TokenRecord(
        client=client.id,
        name=who.name,
        organization=who.organization,
        regional=False,
        scope=scope,
        issued=issued,
        expires=expires,
        linked=client.linked,
        account=who.id,
        hat=given.hat,
        role=who.role.value if who.role else None,
        practitioner=who.practitioner,
        patient=who.patient,
        launched=given.launched,
        encounter=given.encounter,
        amr=given.amr,
        authorization=given.id,
    )
