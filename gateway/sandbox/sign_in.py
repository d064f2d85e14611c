"""The token authority: client credentials and refresh tokens, in its old (v1) and new (v2.0) form.

Pages: "Partner Center authentication", "Enable the secure application model"; error form: Microsoft identity platform.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

from gateway.sandbox import errors, wire
from gateway.sandbox.routing import Answer, Call
from gateway.sandbox.tokens import Claims, claims_of, signed
from gateway.sandbox.world.world import World

RESOURCE = "https://api.partnercenter.microsoft.com"
"""What a token must be for: Partner Center of the global cloud, which the sandbox stands for ("Partner Center REST URLs")."""

OTHER_RESOURCES = (
    "https://partner.partnercenterapi.microsoftonline.cn",
    "https://api.partner.microsoft.com",
    "https://graph.windows.net",
    "https://graph.chinacloudapi.cn",
    "https://graph.cloudapi.de",
    "https://graph.microsoft.com",
    "https://management.azure.com",
)
"""Tokens for these are issued, and refused by every call: the other cloud, price sheets, directories, Azure. That one
authority issues them all is a convenience for tests.
"""

LIFETIME = timedelta(seconds=3600)
REFRESH_LIFETIME = timedelta(days=90)
KIND = "demo token"
REVOCATIONS = "revocations"
_FRESH_ENOUGH = timedelta(minutes=5)
_FAILURES = {
    400: ("invalid_grant", 9002313, "The refresh token is malformed, invalid or has expired."),
    401: ("invalid_client", 7000215, "Invalid client secret provided."),
    403: ("access_denied", 65004, "The resource owner denied access."),
}
_OTHER_FAILURE = ("temporarily_unavailable", 90033, "A transient error has occurred. Please try again.")


class SignInError(Exception):
    """The authority says no, in the OAuth form (RFC 6749, 5.2), with its own AADSTS number."""

    def __init__(self, error: str, number: int, description: str, *, status: int = 400) -> None:
        super().__init__(description)
        self.error = error
        self.number = number
        self.description = description
        self.status = status


def token_v1(world: World, call: Call) -> Answer:
    """POST {tenant}/oauth2/token: asks by `resource`; every number in the answer is a text.

    *tenant* is the id of the tenant or its domain, which the samples of "Partner Center authentication" pass.
    """
    return _answered(world, call, version=1)


def token_v2(world: World, call: Call) -> Answer:
    """POST {tenant}/oauth2/v2.0/token: asks by `scope`."""
    return _answered(world, call, version=2)


def bearer(world: World, headers: Mapping[str, str]) -> Claims:
    """Who calls. Raises Refusal 401: 800001 without a token, 400 for a bad or old one, 900420 for another audience."""
    realm = world.seed.partner.tenant_id
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise errors.no_token(realm=realm)
    claims = claims_of(token.strip(), key=_access_key(world))
    if claims is None or claims.use != "access" or claims.is_over(world.now()):
        raise errors.bad_token(realm=realm)
    if claims.aud != RESOURCE:
        raise errors.token_audience(realm=realm)
    return claims


def demo_token(world: World) -> str:
    """A token of the demo partner's user, the same one until it has less than five minutes left."""
    kept = world.store.read(KIND, "", str)
    claims = None if kept is None else claims_of(kept, key=_access_key(world))
    if kept is not None and claims is not None and _is_usable(claims, world.now()):
        return kept
    token = signed(_access(world, audience=RESOURCE, has_user=True), key=_access_key(world))
    world.store.write(KIND, "", token)
    return token


def revoke_all(world: World) -> None:
    """No access token handed out so far is good any more; refresh tokens are."""
    world.store.write(REVOCATIONS, "", _revocations(world) + 1)


def failed(world: World, status: int) -> Answer:
    """The authority's refusal with that status, for a failure on order."""
    error, number, why = _FAILURES.get(status, _OTHER_FAILURE)
    return _refused(world, SignInError(error, number, why, status=status))


def _is_usable(claims: Claims, now: datetime) -> bool:
    """Neither nearly over nor from the future, as after the clock was set back."""
    return claims.iat <= now.timestamp() and not claims.is_over(now + _FRESH_ENOUGH)


def _answered(world: World, call: Call, *, version: int) -> Answer:
    try:
        form = _form(call)
        _check_client(world, form, call.path_ids["tenant"])
        audience = _audience(form, version)
        has_user = _grant(world, form)
    except SignInError as error:
        return _refused(world, error)
    access = _access(world, audience=audience, has_user=has_user)
    return Answer(_tokens(world, access, form, version), headers={"Cache-Control": "no-store"})


def _form(call: Call) -> dict[str, str]:
    try:
        form = dict(parse_qsl(call.body.decode(), keep_blank_values=True))
    except ValueError as error:
        raise SignInError("invalid_request", 90014, "The request body is no form.") from error
    if not form.get("grant_type"):
        raise SignInError("invalid_request", 900144, "The request body must contain the parameter: 'grant_type'.")
    return form


def _check_client(world: World, form: Mapping[str, str], tenant: str) -> None:
    partner = world.seed.partner
    if tenant.lower() not in {partner.tenant_id.lower(), (partner.domain or partner.tenant_id).lower()}:
        raise SignInError("invalid_request", 90002, f"Tenant '{tenant}' not found.")
    client = form.get("client_id", "")
    if client.lower() != partner.client_id.lower():
        why = f"Application with identifier '{client}' was not found in the directory."
        raise SignInError("unauthorized_client", 700016, why)
    if form.get("client_secret") != partner.client_secret:
        raise SignInError("invalid_client", 7000215, "Invalid client secret provided.", status=401)


def _audience(form: Mapping[str, str], version: int) -> str:
    """The resource asked for; a scope names it before `/.default` or `/user_impersonation`."""
    if version == 1:
        asked = [form.get("resource", "")]
    else:
        asked = [scope.rpartition("/")[0] for scope in form.get("scope", "").split() if "://" in scope]
    known = [each.rstrip("/") for each in asked if each.rstrip("/") in (RESOURCE, *OTHER_RESOURCES)]
    if known:
        return known[0]
    what = "resource" if version == 1 else "scope"
    why = f"The {what} '{form.get(what, '')}' names no known resource. Ask for {RESOURCE}."
    raise SignInError("invalid_resource" if version == 1 else "invalid_scope", 500011 if version == 1 else 70011, why)


def _grant(world: World, form: Mapping[str, str]) -> bool:
    """Whether the grant brings a user; raises SignInError for a grant that is unknown or not good."""
    match form["grant_type"]:
        case "client_credentials":
            return False
        case "refresh_token" if _is_good(world, form.get("refresh_token", "")):
            return True
        case "refresh_token":
            raise SignInError("invalid_grant", 9002313, "The refresh token is malformed, invalid or has expired.")
        case other:
            raise SignInError("unsupported_grant_type", 70003, f"The grant type '{other}' is not supported.")


def _is_good(world: World, refresh_token: str) -> bool:
    """The seed's refresh token is always good; those handed out live 90 days, and using one does not end it."""
    if refresh_token == world.seed.partner.refresh_token:
        return True
    claims = claims_of(refresh_token, key=_key(world))
    return claims is not None and claims.use == "refresh" and not claims.is_over(world.now())


def _tokens(world: World, access: Claims, form: Mapping[str, str], version: int) -> wire.Document:
    seconds = int(LIFETIME.total_seconds())
    token = signed(access, key=_access_key(world))
    lives: wire.Document = {"expires_in": seconds, "ext_expires_in": seconds}
    if version == 1:
        dates = {"expires_on": str(access.exp), "not_before": str(access.iat), "resource": access.aud}
        lives = {**{name: str(value) for name, value in lives.items()}, **dates}
    body: wire.Document = {"token_type": "Bearer", **lives, "access_token": token}
    if not access.has_user:
        return body
    scope = "user_impersonation" if version == 1 else f"{access.aud}/user_impersonation"
    body |= {"scope": scope, "refresh_token": signed(_claims(world, access, use="refresh"), key=_key(world))}
    if "openid" in form.get("scope", "").split():
        body["id_token"] = signed(_claims(world, access, use="id"), key=_key(world))
    return body


def _access(world: World, *, audience: str, has_user: bool) -> Claims:
    partner, now = world.seed.partner, world.now()
    return Claims(
        use="access",
        aud=audience,
        tid=partner.tenant_id,
        appid=partner.client_id,
        iat=int(now.timestamp()),
        exp=int((now + LIFETIME).timestamp()),
        oid=partner.user_id if has_user else None,
        scp="user_impersonation" if has_user else None,
        jti=world.ids.guid("token"),
    )


def _claims(world: World, access: Claims, *, use: str) -> Claims:
    """The refresh or id token that goes with an access token."""
    return Claims(
        use=use,
        aud=access.appid if use == "id" else access.aud,
        tid=access.tid,
        appid=access.appid,
        iat=access.iat,
        exp=access.iat + int((REFRESH_LIFETIME if use == "refresh" else LIFETIME).total_seconds()),
        oid=access.oid,
        jti=world.ids.guid("token"),
    )


def _refused(world: World, refusal: SignInError) -> Answer:
    trace, correlation = world.ids.guid("trace"), world.ids.guid("trace")
    when = world.now().strftime("%Y-%m-%d %H:%M:%SZ")
    description = f"AADSTS{refusal.number}: {refusal.description} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {when}"
    body: wire.Document = {
        "error": refusal.error,
        "error_description": description,
        "error_codes": [refusal.number],
        "timestamp": when,
        "trace_id": trace,
        "correlation_id": correlation,
    }
    return Answer(body, status=refusal.status)


def _key(world: World) -> str:
    """What tokens are signed with; another client secret makes every older token worthless."""
    return f"{world.seed.partner.tenant_id} {world.seed.partner.client_secret}"


def _access_key(world: World) -> str:
    """What access tokens are signed with; another one after each revocation."""
    revocations = _revocations(world)
    return f"{_key(world)} {revocations}" if revocations else _key(world)


def _revocations(world: World) -> int:
    return world.store.read(REVOCATIONS, "", int) or 0
