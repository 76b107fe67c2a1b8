"""Second factor: time-based one-time passwords, each usable once.

RFC 6238; section 5.2 demands that a code works only once, which pyotp leaves to its user.
"""

import hmac
import re
import unicodedata

import pyotp

from auth import moment
from auth.roles import Factor, demanded
from auth.store import accounts
from auth.store.accounts import AccountRecord
from auth.store.database import Database
from auth.vault import Vault

OWNER = "accounts"
PERIOD = 30
_WINDOW = (0, -1, 1)
_CODE = re.compile(r"[0-9]{6}")


def new_secret() -> str:
    """A TOTP secret of 160 bits in Base32."""
    return pyotp.random_base32()


def provisioning_uri(secret: str, login: str) -> str:
    """The `otpauth:` URI that an authenticator app takes as a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name="Furong")


def matching_step(secret: str, code: str) -> int | None:
    """The time step of which `code` is the code, now or one step to either side; None when of none."""
    digits = re.sub(r"\s", "", unicodedata.normalize("NFKC", code))
    if not _CODE.fullmatch(digits):
        return None
    totp, step = pyotp.TOTP(secret), _step()
    for candidate in (step + away for away in _WINDOW):
        if hmac.compare_digest(totp.generate_otp(candidate), digits):
            return candidate
    return None


async def verify(database: Database, vault: Vault, account: AccountRecord, code: str) -> bool:
    """Is `code` right and unused? It is used up by asking."""
    if account.totp is None:
        return False
    step = matching_step((await vault.open(OWNER, account.totp)).decode(), code)
    return step is not None and await accounts.use_step(database, account.id, step)


async def enrol(database: Database, vault: Vault, account: AccountRecord, secret: str, code: str) -> bool:
    """Make `secret` the second factor once the person has shown a code of it; False for a wrong code."""
    step = matching_step(secret, code)
    if step is None:
        return False
    await accounts.set_totp(database, account.id, await vault.seal(OWNER, secret.encode()))
    return await accounts.use_step(database, account.id, step)


async def remove(database: Database, account: AccountRecord) -> bool:
    """Give the codes up; False where there are none, or the roles demand a factor and there is no other."""
    needed = demanded(account.roles) is not Factor.OPTIONAL
    if account.totp is None or (needed and not account.passkeys):
        return False
    await accounts.set_totp(database, account.id, None)
    return True


async def demonstration_code(database: Database, vault: Vault, login: str) -> str | None:
    """A code that a demonstration account can log in with now, or None (no such account, none unused)."""
    account = await accounts.by_login(database, login)
    if account is None or not account.demonstration or account.totp is None:
        return None
    secret = (await vault.open(OWNER, account.totp)).decode()
    unused = [_step() + away for away in sorted(_WINDOW) if _step() + away > account.totp_step]
    usual = [step for step in unused if step >= _step()] or unused
    return pyotp.TOTP(secret).generate_otp(usual[0]) if usual else None


def _step() -> int:
    return int(moment.now().timestamp()) // PERIOD
