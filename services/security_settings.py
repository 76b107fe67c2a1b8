"""Settings of security: sessions, passwords, where the console is reached from, how often anybody may ask.

GB/T 22239-2019, 8.1.4.1 and 8.1.4.2.
"""

from pydantic import Field

from services.alarms.settings import AlarmSettings
from services.networks import listed


class SecuritySettings(AlarmSettings):
    """What a site decides about people and systems that come in."""

    console_networks: str = Field(
        "",
        description="Networks from which `/console` is reached, and from which stewards, privacy officers, "
        "operators, security officers and auditors log in (10.1.0.0/16), with commas between; every one by "
        "default. From elsewhere there is nothing (404). Behind a proxy set FURONG_TRUSTED_PROXIES too.",
    )
    sessions_at_once: int = Field(
        5,
        ge=1,
        le=100,
        description="How many sessions of one account are open at once; with one more the oldest ends, and "
        "is told so.",
    )
    shared_minutes: int = Field(
        5,
        ge=1,
        le=30,
        description="After how many idle minutes a session ends on a device that its users share (a box at "
        "the log-in says so); elsewhere 15 for staff and 30 for residents.",
    )
    password_days: int = Field(
        0,
        ge=0,
        le=3650,
        description="After how many days a password has to be replaced at the next log-in; 0 for never, as "
        "NIST SP 800-63B advises (people who must change passwords choose weaker ones). GB/T 22239 asks for "
        "regular changes: an institution that is assessed by it sets 90.",
    )
    client_requests_per_minute: int = Field(
        240_000,
        ge=0,
        description="How many requests a client (a system, or an app of all its users together) may make in "
        "a minute over all processes; 0 for no limit. What comes above it is answered 429.",
    )
    user_requests_per_minute: int = Field(
        6_000,
        ge=0,
        description="How many requests a person may make in a minute, by pages and apps together; 0 for no "
        "limit.",
    )
    lookups_per_hour: int = Field(
        200,
        ge=0,
        le=10_000,
        description="How many different numbers (citizen number, card, any identifier) a person may look up "
        "or register an arrival with in an hour; 0 for no limit.",
    )
    client_lookups_per_hour: int = Field(
        0,
        ge=0,
        description="How many searches by identifier a system may make in an hour; 0 for no limit, because a "
        "hospital's own system looks up everybody who comes.",
    )
    number_lookups_per_hour: int = Field(
        300,
        ge=0,
        description="How often one and the same number may be looked up by persons in an hour, all of them "
        "together; 0 for no limit.",
    )
    authorizations_per_minute: int = Field(
        300,
        ge=0,
        description="How many requests `/oauth/authorize` takes from one address in a minute; 0 for no "
        "limit.",
    )

    @property
    def listed_console_networks(self) -> list[str]:
        """The networks of `console_networks`."""
        return listed(self.console_networks)

    token_requests_per_minute: int = Field(
        1_200,
        ge=0,
        description="How many requests `/oauth/token`, `/oauth/revoke`, `/oauth/introspect` and "
        "`/oauth/register` take from one address in a minute, all together; 0 for no limit. A gateway that "
        "introspects every request needs more.",
    )
