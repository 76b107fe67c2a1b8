"""Settings: every FURONG_ environment variable, in one class.

docs/settings.md is made from it (`python -m services.config`), and a test keeps the two together.
"""

import json
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from services.failure import Failure, WrongArgument
from services.networks import checked, listed
from services.security_settings import SecuritySettings

MEGABYTE = 1_000_000
UNREGISTERED_SOURCES = 1_000
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Settings(SecuritySettings):
    """How this Furong runs. Options of the command line go before the environment."""

    model_config = SettingsConfigDict(
        env_prefix="FURONG_", env_ignore_empty=True, extra="ignore", frozen=True
    )

    data: Path = Field(
        Path(".furong"),
        description="Folder of the embedded database, the logs and the state of a running platform.",
    )
    mongodb_uri: SecretStr | None = Field(
        None,
        description="Connection string of your replica set or sharded cluster, instead of the embedded one.",
    )
    database: str = Field("furong", min_length=1, description="Name of the MongoDB database.")
    mongod: Path | None = Field(
        None, description="The mongod program of the embedded database, before the packaged one and PATH."
    )
    cache_gigabytes: float | None = Field(
        None,
        ge=0.25,
        le=1024,
        description="WiredTiger cache of the embedded database, in gigabytes "
        "(default: an eighth of the memory, from 0.5 to 4).",
    )
    host: str = Field(
        "127.0.0.1", description="Address on which HTTP and MLLP listen; 0.0.0.0 for every one."
    )
    port: int = Field(8080, ge=1, le=65535, description="Port of HTTP: the FHIR API and the pages.")
    mllp_port: int = Field(2575, ge=1, le=65535, description="Port of MLLP: the hospitals' HL7 v2 feeds.")
    base_url: str | None = Field(
        None,
        pattern=r"^https?://[^/?#]+[^?#]*$",
        description="Address under which others reach this platform, and the issuer of its tokens "
        "(default: http://localhost:PORT, with https where a certificate is set).",
    )
    trusted_proxies: str = Field(
        "",
        description="Addresses of the proxies whose X-Forwarded-For and X-Forwarded-Proto are believed, "
        "with commas between; nobody's by default.",
    )
    tls_certificate: Path | None = Field(None, description="PEM file with the certificate chain of HTTPS.")
    tls_key: Path | None = Field(None, description="PEM file with the private key of the certificate.")
    tls_client_ca: Path | None = Field(
        None,
        description="PEM file with the authorities of the hospitals' certificates: HTTPS asks for one, and a "
        "source with `--certificate` sends to `/hl7v2` with its own alone. Others connect without.",
    )
    mllp_tls_certificate: Path | None = Field(
        None, description="PEM file with the certificate chain of the feed: MLLP over TLS only, 1.2 or newer."
    )
    mllp_tls_key: Path | None = Field(None, description="PEM file with the private key of that certificate.")
    mllp_client_ca: Path | None = Field(
        None,
        description="PEM file with the authorities of the hospitals' certificates: without such a "
        "certificate nobody connects (mutual TLS).",
    )
    mllp_reply_ca: Path | None = Field(
        None,
        description="PEM file with the authorities of the systems that take application acknowledgements "
        "over TLS (`source add --reply-tls`); those that this machine trusts by default.",
    )
    mllp_networks: str = Field(
        "",
        description="Networks from which the feed may be reached (10.1.0.0/16), with commas between; "
        "every one by default.",
    )
    mllp_connections: int = Field(
        2_000, ge=1, le=100_000, description="How many connections of hospitals are open at once."
    )
    mllp_plaintext: Literal["refuse", "accept"] = Field(
        "refuse",
        description="Whether the feed may listen without TLS on an address that others reach; on this "
        "machine itself (127.0.0.1) it always may.",
    )
    feed_memory_bytes: int = Field(
        128 * MEGABYTE,
        ge=1 * MEGABYTE,
        description="Bytes of HL7 v2 messages that one process holds in memory (read, they take "
        "up to four times as much); who needs more waits.",
    )
    queue_high_water: int = Field(
        100_000,
        ge=10,
        description="How many messages may wait to become FHIR. Above half of it senders are read more "
        "slowly, at it they are answered AR 207 (CE in enhanced mode) until a tenth is worked off.",
    )
    strangers_bytes: int = Field(
        256 * MEGABYTE,
        ge=2 * MEGABYTE,
        description="Bytes kept of what was refused because nobody registered has proved to have sent it: "
        "the oldest go first, and what comes faster than they go is refused without being kept.",
    )
    commit_seconds: float = Field(
        20.0,
        gt=0,
        le=300,
        description="How long the answer to a source with `--committed` waits for the commit, in seconds.",
    )
    reply_hours: float = Field(
        24.0,
        gt=0,
        le=720,
        description="How long an application acknowledgement of enhanced mode is sent again before it "
        "becomes a dead letter.",
    )
    watched_folder: Path | None = Field(
        None,
        description="Folder with one sub-folder for each source (named by its code): files with HL7 v2 "
        "messages or batches that are put there are taken in.",
    )
    audit_roots: Path | None = Field(
        None,
        description="Folder to which the worker writes the signed daily roots of the audit (default: "
        "audit-roots in the data folder). Copy it to where nobody of this machine can change it.",
    )
    master_key: SecretStr | None = Field(
        None,
        description="The key that encrypts what names a person: 32 bytes as 64 hexadecimal digits or base64. "
        "While it is rotated several, with commas between: the first seals, all open.",
    )
    master_key_file: Path | None = Field(
        None,
        description="File with the master key, outside the data folder; made at the first start "
        "(default: the data folder's name followed by .key). Back it up: without it no file can be read.",
    )
    cipher: Literal["aes", "sm4"] = Field(
        "aes",
        description="What seals from now on: `aes` (AES-256-GCM) or `sm4` (SM4-GCM); both open. The first "
        "start on a database decides for good whether its keyed hashes are HMAC-SHA-256 or HMAC-SM3.",
    )
    unregistered_sources: Literal["refuse", "accept"] = Field(
        "refuse", description="What happens to messages of a sender that was never registered."
    )
    unregistered_sources_limit: int = Field(
        UNREGISTERED_SOURCES,
        ge=1,
        le=100_000,
        description="At most so many senders are accepted without being registered; one more is answered AR.",
    )
    processing_ids: str = Field(
        "P",
        pattern=r"^[PTD](,[PTD])*$",
        description="Processing ids (MSH-11) that are taken, with commas between; production takes P alone.",
    )
    oidc_issuer: str | None = Field(
        None,
        description="Issuer of an outside OpenID provider (a city's real-name service) through which people "
        "may log in; its discovery document lies below it. It redirects to /login/federated/callback.",
    )
    oidc_client_id: str = Field("", description="This platform's client_id at that provider.")
    oidc_client_secret: SecretStr = Field(
        SecretStr(""), description="This platform's client_secret at that provider."
    )
    oidc_scope: str = Field("openid", description="Scope of the request to that provider.")
    oidc_number_claim: str = Field(
        "",
        description="Claim of its ID token that holds a proved citizen number: residents whom the provider "
        "knows by it get their account by themselves. Without it, whoever has an account connects it.",
    )
    workers: int = Field(1, ge=1, le=64, description="Number of API processes.")
    max_body_bytes: int = Field(
        50 * MEGABYTE, ge=1_000, description="Largest body of an HTTP request, in bytes."
    )
    referential_integrity: Literal["enforce", "ignore"] = Field(
        "enforce",
        description="Whether a write may leave a reference that leads nowhere: `enforce` refuses it (422), "
        "and a delete of what others refer to (409); `ignore` takes both.",
    )
    without_consent: Literal["permit", "deny"] = Field(
        "permit",
        description="What holds for whoever has a resident in care where no Consent of the resident speaks: "
        "`permit` (opt out) or `deny` (opt in).",
    )
    denial_in_emergency: Literal["binds", "yields"] = Field(
        "binds",
        description="Whether break-glass leaves closed (`binds`) or opens (`yields`) what the resident has "
        "denied the reader outright.",
    )
    deceased_file_days: int = Field(
        30,
        ge=0,
        le=3650,
        description="How many days after a resident's death care relations and Consents still open the file; "
        "then a house sees what it has recorded itself, and an explicit grant opens the rest.",
    )
    file_years_kept: int = Field(
        30,
        ge=1,
        le=200,
        description="How many years after its end a health file is kept; `./furong file list` names those "
        "that are over. Nothing is deleted by it.",
    )
    emergency_hours: int = Field(
        24,
        ge=1,
        le=24,
        description="How long a clinician may open a file in an emergency (break-glass) at most, in hours.",
    )
    require_if_match: bool = Field(
        False, description="Refuse (400) to change or delete a resource without If-Match."
    )
    conditional_delete_limit: int = Field(
        1,
        ge=1,
        le=1000,
        description="How many resources a conditional delete may delete at once; more matches are 412.",
    )
    cors_origins: str = Field(
        "*",
        description="Origins of web applications that may call the FHIR API from a browser, with commas "
        "between; `*` for every one. Those that are named may call the OAuth endpoints too, as the origins "
        "of registered apps always may. Cookies are never accepted there.",
    )
    max_message_bytes: int = Field(50 * MEGABYTE, ge=1_000, description="Largest HL7 v2 message, in bytes.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="The least important lines that are logged."
    )
    drain_seconds: float = Field(
        20.0,
        ge=0,
        le=600,
        description="How long a process may finish its work when it is asked to stop, in seconds.",
    )
    debug: bool = Field(False, description="Show tracebacks of unexpected errors on the terminal.")

    @field_validator(
        "data", "mongod", "tls_certificate", "tls_key", "master_key_file",
        "mllp_tls_certificate", "mllp_tls_key", "mllp_client_ca", "mllp_reply_ca", "watched_folder",
        "tls_client_ca", "audit_roots",
    )  # fmt: skip
    @classmethod
    def _absolute(cls, path: Path | None) -> Path | None:
        return path.expanduser().absolute() if path else None

    @field_validator("base_url")
    @classmethod
    def _without_slash(cls, url: str | None) -> str | None:
        return url.rstrip("/") if url else None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.port == self.mllp_port:
            raise ValueError("port and mllp_port are the same")
        if not (self.address.startswith("https:") or urlsplit(self.address).hostname in _LOOPBACK):
            raise ValueError("base_url is https, except on this machine itself")
        if bool(self.tls_certificate) != bool(self.tls_key):
            raise ValueError("tls_certificate and tls_key go together")
        if self.tls_client_ca and not self.tls_certificate:
            raise ValueError("tls_client_ca needs tls_certificate")
        outside = self.oidc_issuer or "https:"
        if not (outside.startswith("https:") or urlsplit(outside).hostname in _LOOPBACK):
            raise ValueError("oidc_issuer is https, except on this machine itself")
        if self.oidc_issuer and not self.oidc_client_id:
            raise ValueError("oidc_issuer needs oidc_client_id")
        if bool(self.mllp_tls_certificate) != bool(self.mllp_tls_key):
            raise ValueError("mllp_tls_certificate and mllp_tls_key go together")
        if self.mllp_client_ca and not self.mllp_tls_certificate:
            raise ValueError("mllp_client_ca needs mllp_tls_certificate")
        if self.data in (self.key_file.parent, *self.key_file.parents):
            raise ValueError("master_key_file lies in the data folder, and must not be copied with it")
        return self

    @field_validator("mllp_networks", "console_networks")
    @classmethod
    def _networks(cls, text: str) -> str:
        return checked(text)

    @property
    def listed_networks(self) -> list[str]:
        """The networks of `mllp_networks`."""
        return listed(self.mllp_networks)

    def demand_secure_feed(self) -> None:
        """A Failure where the feed would listen without TLS where others reach it, and nobody said it may."""
        secure = self.mllp_tls_certificate is not None or self.mllp_plaintext == "accept"
        if not secure and self.host not in _LOOPBACK:
            raise Failure(
                "The feed would take patients' messages without encryption: set FURONG_MLLP_TLS_CERTIFICATE "
                "and FURONG_MLLP_TLS_KEY, or FURONG_MLLP_PLAINTEXT=accept where the network itself is secure."
            )

    @classmethod
    def read(cls, **options: Any) -> Self:
        """The settings of the environment, `options` that are not None before it; or a WrongArgument."""
        return cls._checked({name: value for name, value in options.items() if value is not None})

    def changed(self, **options: Any) -> Self:
        """The same settings with some others (None: unset)."""
        return self._checked({name: getattr(self, name) for name in self.model_fields_set} | options)

    @classmethod
    def _checked(cls, values: dict[str, Any]) -> Self:
        try:
            return cls(**values)
        except ValidationError as error:
            first = error.errors()[0]
            name = f"FURONG_{str(first['loc'][0]).upper()}: " if first["loc"] else ""
            raise WrongArgument(f"{name}{first['msg'].removeprefix('Value error, ')}") from None

    @cached_property
    def address(self) -> str:
        """The base URL and issuer, without a slash at the end."""
        scheme = "https" if self.tls_certificate else "http"
        return self.base_url or f"{scheme}://localhost:{self.port}"

    @cached_property
    def fhir_base(self) -> str:
        """The FHIR service base URL."""
        return f"{self.address}/fhir"

    @cached_property
    def key_file(self) -> Path:
        """Where the master key lies when it is not in the environment."""
        return self.master_key_file or self.data.with_name(f"{self.data.name}.key")

    @property
    def database_folder(self) -> Path:
        """The embedded database."""
        return self.data / "mongodb"

    @property
    def metrics_folder(self) -> Path:
        """The counters of the running processes."""
        return self.data / "metrics"

    @property
    def audit_folder(self) -> Path:
        """The exported daily roots."""
        return self.audit_roots or self.data / "audit-roots"

    @property
    def log_folder(self) -> Path:
        """The processes' logs."""
        return self.data / "log"

    def environment(self) -> dict[str, str]:
        """The environment variables that give another process these settings."""
        values = {name: getattr(self, name) for name in self.model_fields_set | {"data"}}
        return {f"FURONG_{name.upper()}": _text(value) for name, value in values.items() if value is not None}


def _text(value: Any) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return json.dumps(value) if isinstance(value, bool) else str(value)


def table() -> str:
    """docs/settings.md: one row for each setting."""
    rows = [
        f"| `FURONG_{name.upper()}` | {_default(field.default)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    head = (
        "# Settings\n\nEnvironment variables; options of the command line go before them. "
        "Made by `python -m services.config`.\n\n| variable | default | meaning |\n| --- | --- | --- |\n"
    )
    return head + "\n".join(rows) + "\n"


def _default(value: Any) -> str:
    return "" if value is None else f"`{_text(value)}`"


if __name__ == "__main__":
    print(table(), end="")
