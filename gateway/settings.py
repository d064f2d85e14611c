"""What the program is told from outside, read once at the edge into one frozen value. All mistakes are told together."""

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "GATEWAY_"
Switch = Literal["on", "off"]


def _address(text: str) -> str:
    """An https address, or http on this machine, without a path's last slash."""
    parts = urlsplit(text)
    on_this_machine = parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if not parts.hostname or (parts.scheme != "https" and not (parts.scheme == "http" and on_this_machine)):
        raise ValueError("must be an https address, or http on this machine")
    return text.rstrip("/")


def _matching(pattern: str, meaning: str) -> AfterValidator:
    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(f"must be {meaning}")
        return text

    return AfterValidator(check)


class Settings(BaseSettings):
    """Each field is the environment variable of its name behind `GATEWAY_`, and a flag of the command line."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", env_ignore_empty=True)

    host: str = Field(default="127.0.0.1", description="address to listen on", examples=["127.0.0.1"])
    port: int = Field(
        default=8000, ge=0, le=65535, description="port to listen on; 0 takes a free one", examples=[8000]
    )
    workers: int = Field(
        default=1,
        ge=1,
        le=1,
        description="processes; this version runs one, because carts take turns and repeats are known within a process",
        examples=[1],
    )
    cloud: Literal["global", "china", "us-government"] = Field(
        default="global", description="national cloud, which sets the address of Partner Center", examples=["global"]
    )
    upstream_url: Annotated[str, AfterValidator(_address)] | None = Field(
        default=None,
        description="address of Partner Center instead of the cloud's",
        examples=["https://api.example.com"],
    )
    auth: Literal["forward"] = Field(
        default="forward",
        description="how calls are signed in; this version forwards the caller's bearer token",
        examples=["forward"],
    )
    store_url: Annotated[str, _matching("memory:|sqlite:.+", "memory: or sqlite:PATH")] = Field(
        default="memory:",
        description="where answers to idempotency keys are kept: memory: or sqlite:PATH",
        examples=["sqlite:gateway.sqlite"],
    )
    default_country: Annotated[str, _matching("[A-Z]{2}", "a two-letter country code in capitals")] = Field(
        default="US", description="market when neither the query nor the customer names one", examples=["SE"]
    )
    locale: Annotated[str, _matching("[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", "a language tag")] = Field(
        default="en-US", description="language of texts from Partner Center", examples=["sv-SE"]
    )
    catalog_ttl_s: float = Field(
        default=300, ge=0, le=86_400, description="seconds a catalog answer may be reused; 0 = never", examples=[300]
    )
    mode: Literal["production", "development"] = Field(
        default="production", description="sets the next three", examples=["development"]
    )
    introspection: Switch = Field(default="off", description="schema for everyone; on in development", examples=["on"])
    suggestions: Switch = Field(
        default="off", description='"Did you mean" in errors; on in development', examples=["on"]
    )
    ide: Switch = Field(default="off", description="GraphiQL for browsers; on in development", examples=["on"])
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="origins whose pages may call, by comma; development adds those on this machine",
        examples=["https://shop.example.com,https://admin.example.com"],
    )
    deadline_s: float = Field(default=30, gt=0, le=300, description="seconds for one request", examples=[30])
    attempt_s: float = Field(
        default=10, gt=0, le=300, description="seconds for one call to Partner Center", examples=[10]
    )
    upstream_concurrency: int = Field(
        default=150, ge=1, le=10_000, description="calls to Partner Center in flight", examples=[150]
    )
    limit_body_bytes: int = Field(default=256 * 1024, ge=1024, description="size of a request", examples=[262144])
    limit_tokens: int = Field(default=4000, ge=10, description="GraphQL tokens in a document", examples=[4000])
    limit_depth: int = Field(default=15, ge=1, description="fields inside fields", examples=[15])
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="least level that is logged", examples=["info"]
    )
    log_format: Literal["text", "json"] | None = Field(
        default=None, description="form of log lines; text on a terminal, else json", examples=["json"]
    )

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _by_comma(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("cors_origins")
    @classmethod
    def _are_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if any(not re.fullmatch(r"https?://[^/*\s]+", origin) for origin in value):
            raise ValueError("must be origins such as https://shop.example.com, without a path and without *")
        return value

    @field_validator("attempt_s")
    @classmethod
    def _within_the_deadline(cls, value: float, info: ValidationInfo) -> float:
        if value > info.data.get("deadline_s", value):
            raise ValueError("must not be longer than GATEWAY_DEADLINE_S")
        return value

    @property
    def is_development(self) -> bool:
        return self.mode == "development"

    def is_on(self, switch: Literal["introspection", "suggestions", "ide"]) -> bool:
        """The switch as set, else as the mode sets it."""
        if switch in self.model_fields_set:
            return bool(getattr(self, switch) == "on")
        return self.is_development


class WrongSettings(Exception):
    """Everything that is wrong with the settings, a line each: the name, what is wrong, and an example."""

    def __init__(self, mistakes: Iterable[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(self.mistakes))


def read_settings(given: Mapping[str, object]) -> Settings:
    """Settings from what the command line gave and, for the rest, from the environment. Raises WrongSettings."""
    try:
        return Settings(**given)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  validated by pydantic
    except ValidationError as error:
        raise WrongSettings(_mistake(str(found["loc"][0]), found["msg"]) for found in error.errors()) from None


def unknown_settings(environment: Mapping[str, str], *, known: Iterable[str]) -> list[str]:
    """Variables that look like settings and are none, most likely misspelt."""
    names = set(known)
    return sorted(name for name in environment if name.startswith(PREFIX) and name not in names)


def variable(field: str) -> str:
    return PREFIX + field.upper()


def _mistake(field: str, problem: str) -> str:
    examples = Settings.model_fields[field].examples or []
    wrong = problem.removeprefix("Value error, ").replace("Input should be", "must be")
    return f"{variable(field)} {wrong}. For example: {variable(field)}={examples[0]}"
