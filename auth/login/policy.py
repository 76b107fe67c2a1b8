"""Policy of the log-in: what a site decides about passwords and sessions.

GB/T 22239-2019, 8.1.4.1; NIST SP 800-63B section 3.1.1.2 advises against changes by the calendar.
"""

from dataclasses import dataclass
from datetime import timedelta

from auth import moment
from auth.store.accounts import AccountRecord
from auth.store.sessions import AT_ONCE


@dataclass(frozen=True, slots=True)
class Policy:
    """How many sessions an account has at once, and after how many days a password is replaced (0: never)."""

    sessions_at_once: int = AT_ONCE
    password_days: int = 0

    def outlived(self, account: AccountRecord) -> bool:
        """Has the account's own password been used for too long?"""
        since = account.password_set or account.created
        return self.password_days > 0 and since + timedelta(days=self.password_days) <= moment.now()


USUAL = Policy()
