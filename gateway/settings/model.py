"""What the program is told from outside: one frozen value. `reading_settings` reads it, once, at the edge."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, PlainValidator, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from gateway.settings.checks import (
    PREFIX,
    SECRETS,
    USED_WITH,
    authenticates_callers,
    has_documents,
    is_in_one_of_two,
    is_not_given_twice,
    is_shared_by_workers,
    is_there,
    is_used,
    is_within_the_deadline,
    keys_by_comma,
)
from gateway.settings.kinds import (
    DOMAIN,
    GUID,
    SecretFile,
    address,
    caller_keys,
    checked_keys,
    files_named,
    listen_host,
    matching,
    normalized_origin,
    secret,
    secret_file,
)
from gateway.settings.manifest import Manifest, manifest_file, manifests_named

Switch = Literal["on", "off"]
File = Annotated[SecretFile | None, NoDecode, PlainValidator(secret_file)]
Secret = Annotated[SecretStr, AfterValidator(secret)]


class Settings(BaseSettings):
    """Each field is the environment variable of its name behind `GATEWAY_`, and but for secrets a flag.

    What depends on other settings is checked with those that stand above it, so that every mistake is found at once.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="forbid", env_ignore_empty=True, hide_input_in_errors=True
    )

    host: Annotated[str, AfterValidator(listen_host)] = Field(
        default="127.0.0.1",
        description="address to listen on; 0.0.0.0 is all of this machine's",
        examples=["127.0.0.1", "0.0.0.0"],  # noqa: S104 - shown, not listened on
    )
    port: int = Field(
        default=8000, ge=0, le=65535, description="port to listen on; 0 takes a free one", examples=[8000]
    )
    workers: int = Field(
        default=1,
        ge=1,
        le=64,
        description="processes on the one port; more than one needs a store that they share",
        examples=[2, 1],
    )
    keep_alive_s: int = Field(
        default=75,
        ge=1,
        le=3600,
        description="seconds an idle connection stays open; more than a load balancer in front keeps its own",
        examples=[75],
    )
    cloud: Literal["global", "china", "us-government"] = Field(
        default="global", description="national cloud, which sets the address of Partner Center", examples=["global"]
    )
    upstream_url: Annotated[str, AfterValidator(address)] | None = Field(
        default=None,
        description="address of Partner Center instead of the cloud's",
        examples=["https://api.example.com"],
    )
    authority_url: Annotated[str, AfterValidator(address)] | None = Field(
        default=None,
        description="address that gives the gateway its tokens instead of the cloud's",
        examples=["https://login.example.com"],
    )
    auth: Literal["forward", "app", "app-user"] = Field(
        default="forward",
        description="how calls are signed in: forward the caller's token, or the gateway's own app or app-user",
        examples=["forward", "app", "app-user"],
    )
    tenant_id: Annotated[str, matching(f"{GUID}|{DOMAIN}", "a GUID or a verified domain")] | None = Field(
        default=None,
        validate_default=True,
        description="the partner's tenant, for app and app-user",
        examples=["contoso.onmicrosoft.com"],
    )
    client_id: Annotated[str, matching(GUID, "a GUID")] | None = Field(
        default=None,
        validate_default=True,
        description="the application's id, for app and app-user",
        examples=["00000000-0000-0000-0000-000000000000"],
    )
    client_secret: Secret | None = Field(
        default=None, description="the application's secret, for app and app-user", examples=["the-value-not-the-id"]
    )
    client_secret_file: File = Field(
        default=None,
        validate_default=True,
        description="file that holds the application's secret",
        examples=files_named("/run/secrets/client-secret", "/etc/gateway/client-secret"),
    )
    refresh_token: Secret | None = Field(
        default=None, description="what the user's consent gave, for app-user", examples=["the-token-of-the-consent"]
    )
    refresh_token_file: File = Field(
        default=None,
        validate_default=True,
        description="file that holds the refresh token; its successors are written to it",
        examples=files_named("/var/lib/gateway/refresh-token", "/etc/gateway/refresh-token"),
    )
    store_url: Annotated[
        str,
        matching(r"memory:|sqlite:(?!:memory:).+|rediss?://\S+", "memory:, sqlite:PATH or redis://HOST:PORT/NUMBER"),
    ] = Field(
        default="memory:",
        description="where purchases and answers to idempotency keys are kept: memory:, sqlite:PATH or redis://…",
        validate_default=True,
        examples=["sqlite:gateway.sqlite", "redis://localhost:6379/0"],
        repr=False,  # a password may be in it
    )
    default_country: Annotated[str, matching("[A-Z]{2}", "a two-letter country code in capitals")] = Field(
        default="US", description="market when neither the query nor the customer names one", examples=["SE"]
    )
    locale: Annotated[str, matching("[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", "a language tag")] = Field(
        default="en-US", description="language of texts from Partner Center", examples=["sv-SE"]
    )
    catalog_ttl_s: float = Field(
        default=300, ge=0, le=86_400, description="seconds a catalog answer may be reused; 0 = never", examples=[300]
    )
    mode: Literal["production", "development"] = Field(
        default="production", description="sets the defaults of the next three", examples=["production"]
    )
    introspection: Switch = Field(default="off", description="schema for everyone", examples=["on"])
    suggestions: Switch = Field(
        default="off",
        description="what is wrong with a document, and what was meant",
        examples=["on"],
    )
    ide: Switch = Field(default="off", description="GraphiQL for browsers", examples=["on"])
    caller_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        default=(),
        description="keys that callers present as bearer token, by comma, for app and app-user",
        examples=["key-of-the-shop-1"],
    )
    caller_keys_file: File = Field(
        default=None,
        validate_default=True,
        description="file that holds the callers' keys, by comma or line",
        examples=files_named("/run/secrets/caller-keys", "/etc/gateway/caller-keys"),
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="origins whose pages may call, by comma; development adds those on this machine",
        examples=["https://shop.example.com,capacitor://localhost"],
    )
    cors_headers: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="request headers that pages may send as well as the usual ones, by comma",
        examples=["x-tenant,x-datadog-trace-id"],
    )
    trusted_documents: Annotated[Manifest | None, NoDecode, PlainValidator(manifest_file)] = Field(
        default=None,
        description="file of documents by their SHA-256, as JSON, which callers may name by it; read anew when it changes",
        examples=manifests_named("/etc/gateway/documents.json", "/srv/gateway/documents.json"),
    )
    trusted_documents_mode: Literal["off", "log", "enforce"] = Field(
        default="off",
        description="whether documents that are not in that file are run, run and logged, or refused",
        examples=["enforce", "log"],
    )
    deadline_s: float = Field(default=30, gt=0, le=300, description="seconds for one request", examples=[30, 300])
    attempt_s: float = Field(
        default=10, gt=0, le=300, description="seconds for one call to Partner Center", examples=[10]
    )
    upstream_concurrency: int = Field(
        default=150, ge=1, le=10_000, description="calls to Partner Center in flight", examples=[150]
    )
    limit_body_bytes: int = Field(default=256 * 1024, ge=1024, description="size of a request", examples=[262144])
    limit_body_s: float = Field(default=10, gt=0, le=300, description="seconds for a request to arrive", examples=[10])
    limit_tokens: int = Field(default=4000, ge=10, description="GraphQL tokens in a document", examples=[4000])
    limit_depth: int = Field(default=15, ge=1, description="fields inside fields", examples=[15])
    limit_aliases: int = Field(default=50, ge=0, description="aliases in a document", examples=[50])
    limit_root_fields: int = Field(default=20, ge=1, description="root fields of an operation", examples=[20])
    limit_directives: int = Field(default=50, ge=0, description="directives in a document", examples=[50])
    limit_errors: int = Field(default=100, ge=1, le=10_000, description="errors that an answer tells", examples=[100])
    limit_cost: int = Field(
        default=500,
        ge=1,
        description="calls to Partner Center that an operation may take, as estimated before it runs",
        examples=[500],
    )
    limit_characters: int = Field(
        default=1_000_000,
        ge=1,
        description="characters that an answer may come to, as estimated before the operation runs",
        examples=[1_000_000],
    )
    limit_requests: int = Field(
        default=200, ge=1, le=100_000, description="requests that a process works on at once", examples=[200]
    )
    limit_waiting: int = Field(
        default=100,
        ge=0,
        le=100_000,
        description="requests that wait to be begun, for 0.75 seconds at most",
        examples=[100],
    )
    limit_calls_a_minute: int = Field(
        default=0,
        ge=0,
        le=1_000_000,
        description="calls to Partner Center that one caller may cause in a minute; 0 = not counted",
        examples=[1200],
    )
    limit_calls_at_once: int = Field(
        default=300, ge=1, le=1_000_000, description="how many of them may come together", examples=[300]
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="least level that is logged", examples=["info"]
    )
    log_format: Literal["text", "json"] | None = Field(default=None, description="form of log lines", examples=["json"])

    @field_validator("cors_origins", "cors_headers", mode="before")
    @classmethod
    def _by_comma(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("cors_origins")
    @classmethod
    def _are_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(normalized_origin, value))

    @field_validator("cors_headers")
    @classmethod
    def _are_header_names(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """Source: RFC 9110, 5.1 and 5.6.2, of which * is a part too."""
        if "*" in value:
            raise ValueError(
                "must name each header; * is not supported, and in browsers it would not cover Authorization"
            )
        if not all(re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name) for name in value):
            raise ValueError("must be names of headers, separated by commas")
        return value

    _documents = field_validator("trusted_documents_mode")(has_documents)
    _store = field_validator("store_url")(is_shared_by_workers)
    _attempt = field_validator("attempt_s")(is_within_the_deadline)
    _use = field_validator(*USED_WITH, *(f"{name}_file" for name in USED_WITH if name in SECRETS))(is_used)
    _ids = field_validator("tenant_id", "client_id")(is_there)
    _split_keys = field_validator("caller_keys", mode="before")(keys_by_comma)
    _keys = field_validator("caller_keys")(checked_keys)
    _one_way = field_validator("client_secret_file", "refresh_token_file", "caller_keys_file")(is_not_given_twice)
    _one_of_two = field_validator("client_secret_file", "refresh_token_file")(is_in_one_of_two)
    _callers = field_validator("caller_keys_file")(authenticates_callers)

    @property
    def is_development(self) -> bool:
        return self.mode == "development"

    @property
    def own_client_secret(self) -> str:
        return _held(self.client_secret, self.client_secret_file)

    @property
    def first_refresh_token(self) -> str:
        return _held(self.refresh_token, self.refresh_token_file)

    @property
    def keys_of_callers(self) -> tuple[SecretStr, ...]:
        """Empty in development where every direct request on this machine is let in, and with `auth` `forward`."""
        return caller_keys(self.caller_keys_file.content) if self.caller_keys_file else self.caller_keys

    def is_on(self, switch: Literal["introspection", "suggestions", "ide"]) -> bool:
        """The switch as set, else as the mode sets it."""
        if switch in self.model_fields_set:
            return bool(getattr(self, switch) == "on")
        return self.is_development


def _held(value: SecretStr | None, file: SecretFile | None) -> str:
    """Whichever was given; the validators saw to it that the mode's are."""
    found = value or (file.content if file else SecretStr(""))
    return found.get_secret_value()
