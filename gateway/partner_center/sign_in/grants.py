"""The two ways in which the gateway signs in itself: as an application, and as an application with a user.

Pages: "Partner Center authentication", "Enable the secure application model".
"""

from dataclasses import dataclass, field

from gateway.partner_center.sign_in.access_token import AccessToken
from gateway.partner_center.sign_in.authority import Authority
from gateway.partner_center.sign_in.refresh_tokens import RefreshTokens


@dataclass(frozen=True, slots=True)
class Application:
    """The application's registration. `tenant` is the partner's, `resource` the API that tokens are requested for."""

    tenant: str
    client_id: str
    client_secret: str = field(repr=False)
    resource: str

    @property
    def credentials(self) -> dict[str, str]:
        return {"client_id": self.client_id, "client_secret": self.client_secret}


class AsApplication:
    """Client credentials, at the new endpoint: the page's sample for the old endpoint names a resource that is gone."""

    def __init__(self, authority: Authority, application: Application) -> None:
        self._authority = authority
        self._application = application

    async def __call__(self) -> AccessToken:
        form = {
            "grant_type": "client_credentials",
            **self._application.credentials,
            "scope": f"{self._application.resource}/.default",
        }
        granted = await self._authority.request(f"/{self._application.tenant}/oauth2/v2.0/token", form)
        return granted.access


class AsUser:
    """A refresh token, at the old endpoint, which the secure application model documents and the consent is for."""

    def __init__(self, authority: Authority, application: Application, refresh_tokens: RefreshTokens) -> None:
        self._authority = authority
        self._application = application
        self._refresh_tokens = refresh_tokens

    async def __call__(self) -> AccessToken:
        used = await self._refresh_tokens.current()
        form = {
            "grant_type": "refresh_token",
            "refresh_token": used,
            **self._application.credentials,
            "resource": self._application.resource,
        }
        granted = await self._authority.request(f"/{self._application.tenant}/oauth2/token", form)
        if granted.refresh_token is not None and granted.refresh_token != used:
            await self._refresh_tokens.replace(granted.refresh_token)
        return granted.access
