"""The token authority: client credentials and refresh tokens, in versions 1 and 2.0; and the check of bearer tokens.

Pages: "Partner Center authentication", "Enable the secure application model"; error form: Microsoft identity platform.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

from gateway.sandbox import errors, wire
from gateway.sandbox.routing import Answer, Call
from gateway.sandbox.tokens import Claims, sign, verify
from gateway.sandbox.world.world import World

RESOURCE = "https://api.partnercenter.microsoft.com"
"""The audience that calls require: Partner Center in the global cloud ("Partner Center REST URLs")."""

OTHER_RESOURCES = (
    "https://partner.partnercenterapi.microsoftonline.cn",
    "https://api.partner.microsoft.com",
    "https://graph.windows.net",
    "https://graph.chinacloudapi.cn",
    "https://graph.cloudapi.de",
    "https://graph.microsoft.com",
    "https://management.azure.com",
)
"""Resources for which tokens are issued, although every call refuses them: another cloud, price sheets, directories,
Azure. Real tenants have several authorities for these.
"""

LIFETIME = timedelta(seconds=3600)
REFRESH_LIFETIME = timedelta(days=90)
KIND = "demo token"
REVOCATIONS = "revocations"
_MIN_REMAINING = timedelta(minutes=5)
_FAILURES = {
    400: ("invalid_grant", 9002313, "The refresh token is malformed, invalid or has expired."),
    401: ("invalid_client", 7000215, "Invalid client secret provided."),
    403: ("access_denied", 65004, "The resource owner denied access."),
}
_OTHER_FAILURE = ("temporarily_unavailable", 90033, "A transient error has occurred. Please try again.")


class SignInError(Exception):
    """The authority refuses, in the form of OAuth errors (RFC 6749, 5.2) with an AADSTS number."""

    def __init__(self, error: str, number: int, description: str, *, status: int = 400) -> None:
        super().__init__(description)
        self.error = error
        self.number = number
        self.description = description
        self.status = status


def token_v1(world: World, call: Call) -> Answer:
    """POST {tenant}/oauth2/token, which takes a `resource`; numbers in the answer are strings.

    The tenant is an id or a domain; the samples of "Partner Center authentication" pass a domain.
    """
    return _issue_tokens(world, call, version=1)


def token_v2(world: World, call: Call) -> Answer:
    """POST {tenant}/oauth2/v2.0/token, which takes a `scope`."""
    return _issue_tokens(world, call, version=2)


def authenticate(world: World, headers: Mapping[str, str]) -> Claims:
    """The claims of the bearer token.

    Raises Refusal 401: 800001 without a token, 400 for an invalid or expired one, 900420 for another audience.
    """
    realm = world.seed.partner.tenant_id
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise errors.no_token(realm=realm)
    claims = verify(token.strip(), key=_access_key(world))
    if claims is None or claims.use != "access" or claims.is_expired(world.now()):
        raise errors.bad_token(realm=realm)
    if claims.aud != RESOURCE:
        raise errors.token_audience(realm=realm)
    return claims


def require_user(call: Call) -> str:
    """The user of the call's token. Raises Refusal 403/900329 for an app-only token."""
    if call.caller is None or call.caller.oid is None:
        raise errors.app_only_token()
    return call.caller.oid


def demo_token(world: World) -> str:
    """An access token of the demo partner's user; the same one until it expires in less than five minutes."""
    stored = world.store.read(KIND, "", str)
    claims = None if stored is None else verify(stored, key=_access_key(world))
    if stored is not None and claims is not None and _is_usable(claims, world.now()):
        return stored
    token = sign(_access_claims(world, audience=RESOURCE, has_user=True), key=_access_key(world))
    world.store.write(KIND, "", token)
    return token


def revoke_all(world: World) -> None:
    """Invalidates every access token issued so far; refresh tokens stay valid."""
    world.store.write(REVOCATIONS, "", _revocations(world) + 1)


def failure(world: World, status: int) -> Answer:
    """The authority's refusal with this status, for an injected fault."""
    error, number, why = _FAILURES.get(status, _OTHER_FAILURE)
    return _error_answer(world, SignInError(error, number, why, status=status))


def _is_usable(claims: Claims, now: datetime) -> bool:
    """Neither about to expire nor issued in the future, as after the clock was set back."""
    return claims.iat <= now.timestamp() and not claims.is_expired(now + _MIN_REMAINING)


def _issue_tokens(world: World, call: Call, *, version: int) -> Answer:
    try:
        form = _form(call)
        _check_client(world, form, call.path_ids["tenant"])
        audience = _audience(form, version)
        has_user = _check_grant(world, form)
    except SignInError as error:
        return _error_answer(world, error)
    access = _access_claims(world, audience=audience, has_user=has_user)
    return Answer(_token_body(world, access, form, version), headers={"Cache-Control": "no-store"})


def _form(call: Call) -> dict[str, str]:
    try:
        form = dict(parse_qsl(call.body.decode(), keep_blank_values=True))
    except ValueError as error:
        raise SignInError("invalid_request", 90014, "The request body is not a form.") from error
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
    """The requested resource; in a scope it stands before `/.default` or `/user_impersonation`."""
    if version == 1:
        requested = [form.get("resource", "")]
    else:
        requested = [scope.rpartition("/")[0] for scope in form.get("scope", "").split() if "://" in scope]
    known = [each.rstrip("/") for each in requested if each.rstrip("/") in (RESOURCE, *OTHER_RESOURCES)]
    if known:
        return known[0]
    what = "resource" if version == 1 else "scope"
    why = f"The {what} '{form.get(what, '')}' names no known resource. Ask for {RESOURCE}."
    raise SignInError("invalid_resource" if version == 1 else "invalid_scope", 500011 if version == 1 else 70011, why)


def _check_grant(world: World, form: Mapping[str, str]) -> bool:
    """Whether the token is for a user. Raises SignInError for an unknown grant type or an invalid grant."""
    match form["grant_type"]:
        case "client_credentials":
            return False
        case "refresh_token" if _is_valid_refresh_token(world, form.get("refresh_token", "")):
            return True
        case "refresh_token":
            raise SignInError("invalid_grant", 9002313, "The refresh token is malformed, invalid or has expired.")
        case other:
            raise SignInError("unsupported_grant_type", 70003, f"The grant type '{other}' is not supported.")


def _is_valid_refresh_token(world: World, refresh_token: str) -> bool:
    """The seed's refresh token never expires; those issued live 90 days, and may be used more than once."""
    if refresh_token == world.seed.partner.refresh_token:
        return True
    claims = verify(refresh_token, key=_key(world))
    return claims is not None and claims.use == "refresh" and not claims.is_expired(world.now())


def _token_body(world: World, access: Claims, form: Mapping[str, str], version: int) -> wire.Document:
    seconds = int(LIFETIME.total_seconds())
    token = sign(access, key=_access_key(world))
    lives: wire.Document = {"expires_in": seconds, "ext_expires_in": seconds}
    if version == 1:
        dates = {"expires_on": str(access.exp), "not_before": str(access.iat), "resource": access.aud}
        lives = {**{name: str(value) for name, value in lives.items()}, **dates}
    body: wire.Document = {"token_type": "Bearer", **lives, "access_token": token}
    if not access.has_user:
        return body
    scope = "user_impersonation" if version == 1 else f"{access.aud}/user_impersonation"
    body |= {"scope": scope, "refresh_token": sign(_related_claims(world, access, use="refresh"), key=_key(world))}
    if "openid" in form.get("scope", "").split():
        body["id_token"] = sign(_related_claims(world, access, use="id"), key=_key(world))
    return body


def _access_claims(world: World, *, audience: str, has_user: bool) -> Claims:
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


def _related_claims(world: World, access: Claims, *, use: str) -> Claims:
    """The claims of the refresh or id token issued with an access token; *use* is refresh or id."""
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


def _error_answer(world: World, refusal: SignInError) -> Answer:
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
    """The key of refresh and id tokens. A new client secret invalidates every earlier token."""
    return f"{world.seed.partner.tenant_id} {world.seed.partner.client_secret}"


def _access_key(world: World) -> str:
    """The key of access tokens, which changes with each revocation."""
    revocations = _revocations(world)
    return f"{_key(world)} {revocations}" if revocations else _key(world)


def _revocations(world: World) -> int:
    return world.store.read(REVOCATIONS, "", int) or 0
