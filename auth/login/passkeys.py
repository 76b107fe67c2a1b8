"""Passkeys: the two ceremonies with which a device proves that its holder is there.

W3C Web Authentication level 3, sections 7.1 and 7.2. The holder is always verified by the device (PIN,
finger, face); a challenge belongs to one first step, is minutes old and works once.
"""

from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, parse_authentication_credential_json
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from auth import moment
from auth.roles import Factor, demanded
from auth.store import passkeys
from auth.store.accounts import AccountRecord
from auth.store.database import Database
from auth.store.passkeys import Passkey

_PATIENCE = 300_000
_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Who asks: the host that passkeys belong to, and the one origin that pages may come from."""

    id: str
    origin: str

    @classmethod
    def of(cls, issuer: str) -> Self:
        """The relying party of a platform's address."""
        parts = urlsplit(issuer)
        return cls(parts.hostname or "", f"{parts.scheme}://{parts.netloc}".lower())


def registration(party: RelyingParty, account: AccountRecord, challenge: bytes) -> str:
    """PublicKeyCredentialCreationOptions as JSON."""
    options = webauthn.generate_registration_options(
        rp_id=party.id,
        rp_name="Furong",
        user_name=account.login,
        user_id=account.id.encode(),
        user_display_name=account.name,
        challenge=challenge,
        timeout=_PATIENCE,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_descriptors(account),
    )
    return webauthn.options_to_json(options)


def authentication(party: RelyingParty, account: AccountRecord, challenge: bytes) -> str:
    """PublicKeyCredentialRequestOptions as JSON."""
    options = webauthn.generate_authentication_options(
        rp_id=party.id,
        challenge=challenge,
        timeout=_PATIENCE,
        allow_credentials=_descriptors(account),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


async def enrol(
    database: Database,
    party: RelyingParty,
    account: AccountRecord,
    challenge: bytes,
    credential: str,
    name: str,
) -> bool:
    """Keep the passkey that a device has just made; False when the answer is not right."""
    try:
        made = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except Exception:  # whatever a hostile answer does to the parsers, it is a wrong answer
        return False
    passkey = Passkey(
        bytes_to_base64url(made.credential_id),
        _named(name),
        made.credential_public_key,
        made.sign_count,
        moment.now(),
    )
    return await passkeys.add(database, account.id, passkey)


async def verify(
    database: Database, party: RelyingParty, account: AccountRecord, challenge: bytes, credential: str
) -> bool:
    """Is this the answer of one of the account's passkeys to the challenge? Its use is counted."""
    try:
        parsed = parse_authentication_credential_json(credential)
        known = next(each for each in account.passkeys if each.id == bytes_to_base64url(parsed.raw_id))
        if parsed.response.user_handle not in (None, b"", account.id.encode()):
            return False
        proof = webauthn.verify_authentication_response(
            credential=parsed,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=known.key,
            credential_current_sign_count=known.sign_count,
            require_user_verification=True,
        )
    except Exception:  # as above; StopIteration is a passkey that is not of this account
        return False
    return await passkeys.use(database, account.id, known.id, proof.new_sign_count)


async def remove(database: Database, account: AccountRecord, id: str) -> bool:
    """Give a passkey up; False where there is none of this id, or it is the last that the roles demand."""
    factor = demanded(account.roles)
    dispensable = factor is Factor.OPTIONAL or (factor is Factor.CODE and account.totp is not None)
    return await passkeys.remove(database, account.id, id, last=dispensable)


def _descriptors(account: AccountRecord) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(each.id)) for each in account.passkeys]


def _named(name: str) -> str:
    text = "".join(sign for sign in name if sign.isprintable()).strip()[:_LONGEST_NAME]
    return text or f"{moment.now().astimezone(moment.LOCAL):%Y-%m-%d}"
