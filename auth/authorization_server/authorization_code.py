"""Authorization code grant: an app gets a code by way of the person's browser, and tokens for the code.

RFC 6749 section 4.1. What Authlib leaves open is closed here: the code is claimed in one step, so that of
many simultaneous requests one gets tokens; a code that comes again ends the tokens that came of it; whatever
was wrong with a request, its code is spent.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from authlib.oauth2.rfc6749.errors import InvalidRequestError
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant as AuthlibGrant

from auth import moment, secret
from auth.authorization_server.issuing import ForPersons, Standing
from auth.authorization_server.redirect_uri import answer
from auth.smart.granting import OFFLINE
from auth.store import authorizations, codes
from auth.store.authorizations import Authorization
from auth.store.codes import Code


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person has let the app do: who, under which hat, how proved, which scopes, in which context."""

    account: str
    hat: str
    session: str
    amr: tuple[str, ...]
    proved: datetime
    scope: str
    patient: str | None = None
    encounter: str | None = None
    context: tuple[str, ...] = ()
    intent: str | None = None


class StoredCode:
    """A code in Authlib's shape, with the authorization behind it."""

    def __init__(self, record: Code, authorization: Authorization) -> None:
        self.record = record
        self.authorization = authorization

    def get_redirect_uri(self) -> str:
        """The redirect URI of the request; the token request must name the same."""
        return self.record.redirect_uri

    def get_scope(self) -> str:
        """What was granted."""
        return self.authorization.scope


class AuthorizationCodeGrant(ForPersons, AuthlibGrant):  # type: ignore[misc]
    """The code grant of this platform."""

    @staticmethod
    def validate_authorization_redirect_uri(request: Any, client: Any) -> str:
        """One of those that the client registered; it must be said, also where there is only one."""
        uri: str = request.parameters.get("redirect_uri", "")
        if not uri or not client.check_redirect_uri(uri):
            raise InvalidRequestError("redirect_uri is not one that this client registered")
        return uri

    @staticmethod
    def validate_no_multiple_request_parameter(request: Any) -> None:
        """RFC 6749 section 3.1: no parameter stands twice, whichever it is."""
        if any(len(values) > 1 for values in request.payload.datalist.values()):
            raise InvalidRequestError("a parameter stands twice")

    def create_authorization_response(self, redirect_uri: str, grant_user: Any) -> tuple[int, str, Any]:
        """The redirect with the code; `grant_user` is an Answer."""
        code = secret.new()
        self.request.user = grant_user
        self.save_authorization_code(code, self.request)
        state = self.request.parameters.get("state")
        parameters = {"code": code, "state": state, "iss": self.server.issuer}
        return 303, "", [("Location", answer(redirect_uri, parameters))]

    def save_authorization_code(self, code: str, request: Any) -> None:
        """The authorization, and the code that stands for it for a minute."""
        given: Answer = request.user
        now, parameters = moment.now(), request.parameters
        record = Authorization(
            id=secret.new(),
            client=request.client.record.id,
            account=given.account,
            hat=given.hat,
            scope=given.scope,
            launched=given.patient,
            encounter=given.encounter,
            context=given.context,
            intent=given.intent,
            session=None if OFFLINE in given.scope.split() else given.session,
            nonce=parameters.get("nonce"),
            amr=given.amr,
            proved=given.proved,
            created=now,
        )
        authorizations.insert(self.server.database, record)
        bound = Code(
            client=record.client,
            authorization=record.id,
            redirect_uri=parameters["redirect_uri"],
            challenge=parameters["code_challenge"],
            expires=now + codes.LIFE,
        )
        codes.insert(self.server.database, code, bound)

    def query_authorization_code(self, code: str, client: Any) -> StoredCode | None:
        """Claim the code. One that was used before ends everything that came of it."""
        database, id = self.server.database, client.record.id
        record = codes.claim(database, code, id)
        if record is None:
            family = codes.replayed(database, code, id)
            if family is not None:
                authorizations.end_one(database, family)
                self.request.alarm = "an authorization code came twice"
            return None
        authorization = authorizations.find(database, record.authorization)
        return StoredCode(record, authorization) if authorization else None

    def authenticate_user(self, authorization_code: StoredCode) -> Standing | None:
        """The person, while the account may still wear the hat."""
        standing: Standing | None = self.server.issuing.standing(authorization_code.authorization)
        return standing

    def delete_authorization_code(self, authorization_code: StoredCode) -> None:
        """It was claimed before."""
