"""What GraphiQL shows to somebody who opens it for the first time, by the settings of the gateway."""

from collections.abc import Sequence
from pathlib import Path

from gateway.http.graphiql import BUILT, IDE, Scenario, SignIn, Tab
from gateway.operations.collection import read_collection
from gateway.settings.manifest import Manifest
from gateway.settings.model import Settings

_FOR_PARTNER_CENTER = (
    "Enter a Partner Center access token, for the resource https://api.partnercenter.microsoft.com, after Bearer in the "
    "Headers editor."
)
_FOR_GATEWAY = "Enter one of the gateway's caller keys after Bearer in the Headers editor."
_FOR_SANDBOX = (
    "You did not open this page directly on the gateway's machine. Enter the token that gateway dev --host 0.0.0.0 prints "
    "when it starts after Bearer in the Headers editor."
)
_TRUSTED_ONLY = (
    "This gateway refuses all but its trusted documents (GATEWAY_TRUSTED_DOCUMENTS_MODE=enforce). A query that you change "
    "is no longer one of them."
)

_MOST_TABS = 10

_CUSTOMERS = """\
# The customers of the partner.
query Customers {
  customers(first: 10) {
    edges {
      node {
        id
        tenantId
        companyName
      }
    }
  }
}
"""


def make_ide(
    settings: Settings,
    *,
    tabs: Sequence[Tab] = (),
    scenarios: Sequence[Scenario] = (),
    local_need_no_token: bool = False,
    folder: Path = BUILT,
) -> IDE:
    """Without *tabs* it opens with queries that need no more than a token."""
    trusted = settings.trusted_documents if settings.trusted_documents_mode == "enforce" else None
    tabs = tabs or _first_tabs(settings)
    return IDE(
        tabs=_trusted_tabs(tabs, trusted) if trusted else tabs,
        scenarios=scenarios,
        sign_in=_sign_in(settings, local_need_none=local_need_no_token),
        notice=_TRUSTED_ONLY if trusted else "",
        schema=settings.is_on("introspection"),
        folder=folder,
    )


def _first_tabs(settings: Settings) -> Sequence[Tab]:
    """Without ids, so that they work for every partner."""
    documents = {operation.name: operation.document for operation in read_collection()}
    return [
        Tab(_CUSTOMERS),
        Tab(documents["FindProducts"], {"query": "business premium"}),
        Tab(documents["Promotions"], {"country": settings.default_country}),
    ]


def _trusted_tabs(tabs: Sequence[Tab], trusted: Manifest) -> Sequence[Tab]:
    """Those of *tabs* that are trusted, and more of the manifest; all others would be refused."""
    ready = [tab for tab in tabs if tab.query in trusted.documents.values()]
    others = [Tab(text) for text in trusted.documents.values() if text not in {tab.query for tab in ready}]
    return [*ready, *others][:_MOST_TABS]


def _sign_in(settings: Settings, *, local_need_none: bool) -> SignIn | None:
    """None where all callers are on this machine, and need no token."""
    if local_need_none:
        return SignIn(_FOR_SANDBOX, local_need_none=True)
    if settings.auth == "forward":
        return SignIn(_FOR_PARTNER_CENTER)
    return SignIn(_FOR_GATEWAY) if settings.accepted_caller_keys else None
