"""The settings: one frozen value. `reading.read_settings` reads it once, at the edge."""

import os
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator, SecretStr, field_validator

from gateway.settings.checks import (
    SECRETS,
    USED_WITH,
    check_attempt,
    check_caller_keys,
    check_documents,
    check_given_once,
    check_mcp,
    check_present,
    check_secret_or_file,
    check_shared_store,
    check_used,
    split_caller_keys,
    variable,
)
from gateway.settings.kinds import (
    DOMAIN,
    GUID,
    SecretFile,
    base_url,
    caller_keys,
    checked_keys,
    example_secret_files,
    header_names,
    listen_host,
    matching,
    normalized_origins,
    secret,
    secret_file,
    split_commas,
)
from gateway.settings.manifest import Manifest, manifest_file, manifests_named

Switch = Literal["on", "off"]
File = Annotated[SecretFile | None, PlainValidator(secret_file)]
Secret = Annotated[SecretStr, AfterValidator(secret)]


class Settings(BaseModel):
    """Each field is an environment variable with the prefix `GATEWAY_`, and, except for secrets, a flag.

    A check that spans several settings belongs to the last of them, so that all mistakes are found in one pass.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, hide_input_in_errors=True)

    host: Annotated[str, AfterValidator(listen_host)] = Field(
        default="127.0.0.1",
        description="address to listen on; `0.0.0.0` = all addresses of this machine",
        examples=["127.0.0.1", "0.0.0.0"],  # noqa: S104 - shown, not listened on
    )
    port: int = Field(
        default=8000, ge=0, le=65535, description="port to listen on; 0 takes a free one", examples=[8000]
    )
    workers: int = Field(
        default=1,
        ge=1,
        le=64,
        description="processes that serve the port, 64 at most; more than one requires a shared store (`sqlite:` or "
        "`redis:`)",
        examples=[2, 1],
    )
    metrics_port: int | None = Field(
        default=None,
        ge=0,
        le=65535,
        description="port for `/metrics`, `/health` and `/ready`, which should not be public; all workers in one "
        "answer",
        examples=[9100],
    )
    keep_alive_s: int = Field(
        default=75,
        ge=1,
        le=3600,
        description="seconds an idle connection stays open; more than the idle timeout of a load balancer in front",
        examples=[75],
    )
    cloud: Literal["global", "china", "us-government"] = Field(
        default="global",
        description="`global`, `china` or `us-government`: national cloud, which sets the address of Partner Center",
        examples=["global"],
    )
    upstream_url: Annotated[str, AfterValidator(base_url)] | None = Field(
        default=None,
        description="URL of Partner Center, in place of the cloud's; https, or http on this machine",
        examples=["https://api.example.com"],
    )
    authority_url: Annotated[str, AfterValidator(base_url)] | None = Field(
        default=None,
        description="URL that issues the gateway's own tokens, in place of the cloud's; https, or http on this machine",
        examples=["https://login.example.com"],
    )
    auth: Literal["forward", "app", "app-user"] = Field(
        default="forward",
        description="sign-in at Partner Center: `forward` the caller's bearer token, or the gateway's own as `app` "
        "(client credentials) or `app-user` (refresh token, secure application model)",
        examples=["forward", "app", "app-user"],
    )
    tenant_id: Annotated[str, matching(f"{GUID}|{DOMAIN}", "a GUID or a verified domain")] | None = Field(
        default=None,
        validate_default=True,
        description="the partner's tenant, a GUID or verified domain; for `app` and `app-user`",
        examples=["contoso.onmicrosoft.com"],
    )
    client_id: Annotated[str, matching(GUID, "a GUID")] | None = Field(
        default=None,
        validate_default=True,
        description="the application's id; for `app` and `app-user`",
        examples=["00000000-0000-0000-0000-000000000000"],
    )
    client_secret: Secret | None = Field(
        default=None,
        description="the application's secret, for `app` and `app-user`; not a flag",
        examples=["the-value-not-the-id"],
    )
    client_secret_file: File = Field(
        default=None,
        validate_default=True,
        description="file of the application's secret",
        examples=example_secret_files("/run/secrets/client-secret", "/etc/gateway/client-secret"),
    )
    refresh_token: Secret | None = Field(
        default=None,
        description="the refresh token of the consenting user, for `app-user`; not a flag",
        examples=["the-token-of-the-consent"],
    )
    refresh_token_file: File = Field(
        default=None,
        validate_default=True,
        description="file of the refresh token, read at each renewal; renewed tokens are written to it",
        examples=example_secret_files("/var/lib/gateway/refresh-token", "/etc/gateway/refresh-token"),
    )
    store_url: Annotated[
        str,
        matching(
            r"memory:|sqlite:(?!:memory:).+|rediss?(\+(sentinel|cluster))?://\S+",
            "memory:, sqlite:PATH, redis://HOST:PORT/NUMBER, redis+sentinel://HOST:PORT,HOST:PORT/SERVICE "
            "or redis+cluster://HOST:PORT,HOST:PORT",
        ),
    ] = Field(
        default="memory:",
        description="where purchases and idempotency records are stored: `memory:`, `sqlite:PATH`, `redis://…`, "
        "`redis+sentinel://…` or `redis+cluster://…`; `rediss…` for TLS",
        validate_default=True,
        examples=[
            "sqlite:gateway.sqlite",
            "redis://localhost:6379/0",
            "redis+sentinel://sentinel-1:26379,sentinel-2:26379/redis/0",
            "redis+cluster://redis-1:6379,redis-2:6379",
        ],
        repr=False,  # a password may be in it
    )
    default_country: Annotated[str, matching("[A-Z]{2}", "a two-letter country code in capitals")] = Field(
        default="US", description="market when neither the query nor the customer names one", examples=["SE"]
    )
    locale: Annotated[str, matching("[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", "a language tag")] = Field(
        default="en-US", description="language of texts from Partner Center", examples=["sv-SE"]
    )
    catalog_ttl_s: float = Field(
        default=300,
        ge=0,
        le=86_400,
        description="seconds until a catalog answer is looked up again, for the same caller only; older ones are "
        "given meanwhile, and while Partner Center does not answer; 0 = never reused",
        examples=[300],
    )
    mode: Literal["production", "development"] = Field(
        default="production",
        description="`production` or `development`; sets the defaults of the next three",
        examples=["production"],
    )
    introspection: Switch = Field(
        default="off",
        description="whether everyone may read the schema, by introspection and at `/schema.graphql`",
        examples=["on"],
    )
    suggestions: Switch = Field(
        default="off",
        description="whether errors in a document are explained, with suggestions",
        examples=["on"],
    )
    ide: Switch = Field(default="off", description="GraphiQL for browsers at `/graphql`", examples=["on"])
    caller_keys: tuple[SecretStr, ...] = Field(
        default=(),
        description="comma-separated keys, of 16 characters or more, that callers send as bearer token; required "
        "with `app` and `app-user`, except in development for direct requests on this machine; not a "
        "flag",
        examples=["key-of-the-shop-1"],
    )
    caller_keys_file: File = Field(
        default=None,
        validate_default=True,
        description="file of caller keys, separated by commas or lines",
        examples=example_secret_files("/run/secrets/caller-keys", "/etc/gateway/caller-keys"),
    )
    cors_origins: tuple[str, ...] = Field(
        default=(),
        description="comma-separated origins whose pages and apps may call, such as `https://shop.example.com` or "
        "`capacitor://localhost`; development adds those on this machine",
        examples=["https://shop.example.com,capacitor://localhost"],
    )
    cors_headers: tuple[str, ...] = Field(
        default=(),
        description="comma-separated request headers that pages may send in addition to those of Apollo Client, "
        "Sentry and OpenTelemetry",
        examples=["x-tenant,x-datadog-trace-id"],
    )
    trusted_documents: Annotated[Manifest | None, PlainValidator(manifest_file)] = Field(
        default=None,
        description="JSON file of documents by their SHA-256, as Relay, Apollo and GraphQL Code Generator write it; "
        "a request names one as `documentId`, in `/graphql/{documentId}` or in "
        "`extensions.persistedQuery`; read again when it changes, unless it is then broken or empty",
        examples=manifests_named("/etc/gateway/documents.json", "/srv/gateway/documents.json"),
    )
    trusted_documents_mode: Literal["off", "log", "enforce"] = Field(
        default="off",
        description="whether other documents are run (`off`), run and logged by hash (`log`), or refused (`enforce`,"
        " which requires at least one document)",
        examples=["enforce", "log"],
    )
    mcp: Literal["off", "read", "all"] = Field(
        default="off",
        description="tools for agents at `/mcp`: none (`off`), queries only (`read`), or all operations (`all`); requires `partner-center-gateway[mcp]`, which the image has",
        examples=["read", "all"],
    )
    deadline_s: float = Field(default=30, gt=0, le=300, description="seconds for one request", examples=[30, 300])
    attempt_s: float = Field(
        default=10, gt=0, le=300, description="seconds for one call to Partner Center", examples=[10]
    )
    upstream_concurrency: int = Field(
        default=150, ge=1, le=10_000, description="concurrent calls to Partner Center", examples=[150]
    )
    limit_body_bytes: int = Field(default=256 * 1024, ge=1024, description="size of a request body", examples=[262144])
    limit_body_s: float = Field(
        default=10, gt=0, le=300, description="seconds for a request body to arrive", examples=[10]
    )
    limit_tokens: int = Field(default=4000, ge=10, description="GraphQL tokens in a document", examples=[4000])
    limit_depth: int = Field(default=15, ge=1, description="nesting depth of fields", examples=[15])
    limit_aliases: int = Field(default=50, ge=0, description="aliases in a document", examples=[50])
    limit_root_fields: int = Field(default=20, ge=1, description="root fields of an operation", examples=[20])
    limit_directives: int = Field(default=50, ge=0, description="directives in a document", examples=[50])
    limit_errors: int = Field(
        default=100,
        ge=1,
        le=10_000,
        description="errors listed in an answer; one more entry says that there are others",
        examples=[100],
    )
    limit_cost: int = Field(
        default=500,
        ge=1,
        description="calls to Partner Center that an operation may need, estimated before it runs",
        examples=[500],
    )
    limit_characters: int = Field(
        default=1_000_000,
        ge=1,
        description="characters that an answer may have, estimated before the operation runs",
        examples=[1_000_000],
    )
    limit_requests: int = Field(
        default=200, ge=1, le=100_000, description="concurrent requests of a process", examples=[200]
    )
    limit_waiting: int = Field(
        default=100,
        ge=0,
        le=100_000,
        description="requests that wait to start, each for at most 0.75 seconds",
        examples=[100],
    )
    limit_calls_a_minute: int = Field(
        default=0,
        ge=0,
        le=1_000_000,
        description="calls to Partner Center per minute and caller; 0 = unlimited",
        examples=[1200],
    )
    limit_calls_at_once: int = Field(
        default=300, ge=1, le=1_000_000, description="how many of these may come in one burst", examples=[300]
    )
    compile: Switch = Field(
        default="on",
        description="whether operations run compiled; `off` = on graphql-core, with the same answers",
        examples=["off"],
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info",
        description="lowest level that is logged: `debug`, `info`, `warning` or `error`",
        examples=["info"],
    )
    log_format: Literal["text", "json"] | None = Field(
        default=None, description="format of log lines", examples=["json"]
    )

    _split = field_validator("cors_origins", "cors_headers", mode="before")(split_commas)
    _origins = field_validator("cors_origins")(normalized_origins)
    _headers = field_validator("cors_headers")(header_names)
    _documents = field_validator("trusted_documents_mode")(check_documents)
    _mcp = field_validator("mcp")(check_mcp)
    _store = field_validator("store_url")(check_shared_store)
    _attempt = field_validator("attempt_s")(check_attempt)
    _used = field_validator(*USED_WITH, *(f"{name}_file" for name in USED_WITH if name in SECRETS))(check_used)
    _ids = field_validator("tenant_id", "client_id")(check_present)
    _split_keys = field_validator("caller_keys", mode="before")(split_caller_keys)
    _keys = field_validator("caller_keys")(checked_keys)
    _given_once = field_validator("client_secret_file", "refresh_token_file", "caller_keys_file")(check_given_once)
    _secrets = field_validator("client_secret_file", "refresh_token_file")(check_secret_or_file)
    _callers = field_validator("caller_keys_file")(check_caller_keys)

    def __init__(self, **given: Any) -> None:  # noqa: ANN401 - Pydantic's
        """What is not *given* comes from the environment, in which an empty variable counts as absent."""
        super().__init__(**{**_from_environment(), **given})

    @property
    def is_development(self) -> bool:
        return self.mode == "development"

    @property
    def own_client_secret(self) -> str:
        return _secret_text(self.client_secret, self.client_secret_file)

    @property
    def first_refresh_token(self) -> str:
        return _secret_text(self.refresh_token, self.refresh_token_file)

    @property
    def accepted_caller_keys(self) -> tuple[SecretStr, ...]:
        """Empty with `auth` `forward`, and in development where direct requests on this machine need no key."""
        return caller_keys(self.caller_keys_file.content) if self.caller_keys_file else self.caller_keys

    def is_on(self, switch: Literal["introspection", "suggestions", "ide"]) -> bool:
        """The value of the switch if it is set, else the default of the mode."""
        if switch in self.model_fields_set:
            return bool(getattr(self, switch) == "on")
        return self.is_development


def _from_environment() -> dict[str, str]:
    """Whatever the case of the variables' names."""
    variables = {name.upper(): value for name, value in os.environ.items() if value}
    return {field: variables[variable(field)] for field in Settings.model_fields if variable(field) in variables}


def _secret_text(value: SecretStr | None, file: SecretFile | None) -> str:
    """Whichever was given; empty for a secret that the value of `auth` does not use."""
    given = value or (file.content if file else SecretStr(""))
    return given.get_secret_value()
