"""The national clouds: the address of each one's API and of its token authority. Tokens are valid in one cloud only."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Cloud:
    """Addresses of one cloud ("Partner Center REST URLs", "Partner Center authentication")."""

    api_base: str
    authority: str
    tracks_agreements: bool = False
    """Whether it tracks who accepted the customer agreement: the global cloud only ("Agreement resources")."""

    @property
    def resource(self) -> str:
        """The resource that tokens are requested for: the API's own address, even when calls are sent elsewhere."""
        return self.api_base


CLOUDS: Mapping[str, Cloud] = MappingProxyType(
    {
        "global": Cloud(
            api_base="https://api.partnercenter.microsoft.com",
            authority="https://login.microsoftonline.com",
            tracks_agreements=True,
        ),
        # Older clients name login.chinacloudapi.cn as the authority; this is the newer address.
        "china": Cloud(
            api_base="https://partner.partnercenterapi.microsoftonline.cn",
            authority="https://login.partner.microsoftonline.cn",
        ),
        "us-government": Cloud(
            api_base="https://api.partnercenter.microsoft.com",
            authority="https://login.microsoftonline.us",
        ),
    }
)
"""By the names used in settings."""
