"""What to do about a refusal of the token authority.

Source: "Microsoft Entra authentication and authorization error codes".
"""

from gateway.partner_center.sign_in.authority import REMEDIES, SignInRefused

_SECRET = "GATEWAY_CLIENT_SECRET_FILE (or GATEWAY_CLIENT_SECRET)"  # noqa: S105 - names of settings
_TOKEN = "GATEWAY_REFRESH_TOKEN_FILE (or GATEWAY_REFRESH_TOKEN)"  # noqa: S105 - names of settings
_CONSENT_AGAIN = f"Sign in again as the consenting user, with multi-factor authentication, and set the new refresh token in {_TOKEN}."

_BY_NUMBER = {
    7000215: f"Set the value of the client secret, not its id, in {_SECRET}.",
    7000222: f"The client secret has expired: make a new one in Microsoft Entra and set it in {_SECRET}.",
    700016: "Correct GATEWAY_CLIENT_ID, or GATEWAY_TENANT_ID: this tenant does not have the application.",
    7000112: "Enable the application in Microsoft Entra again.",
    90002: "Correct GATEWAY_TENANT_ID, or GATEWAY_CLOUD: this authority does not know the tenant.",
    900023: "Correct GATEWAY_TENANT_ID, which is neither a tenant's id nor a domain of one.",
    500011: "Correct GATEWAY_CLOUD, or onboard the tenant to Partner Center: it does not have that API.",
    65001: "Let an administrator consent to the application's permission for Partner Center.",
    70008: _CONSENT_AGAIN,
    700082: _CONSENT_AGAIN,
    700084: _CONSENT_AGAIN,
    70043: _CONSENT_AGAIN,
    9002313: _CONSENT_AGAIN,
    50173: _CONSENT_AGAIN,
    50076: _CONSENT_AGAIN,
    50079: _CONSENT_AGAIN,
    50078: _CONSENT_AGAIN,
    50057: "Enable the consenting user's account again, or consent as another user.",
    53003: "Exempt the application or the consenting user from the conditional access policy that blocks it.",
}


def reason(refusal: SignInRefused) -> str:
    numbers = "".join(f", AADSTS{number}" for number in refusal.numbers)
    return f"The authority refused to sign the gateway in ({refusal.error}{numbers})."


def remedy(refusal: SignInRefused) -> str:
    known = (_BY_NUMBER[number] for number in refusal.numbers if number in _BY_NUMBER)
    by_error = REMEDIES.get(refusal.error, "check the settings of the sign-in")
    return next(known, f"{by_error[0].upper()}{by_error[1:]}.")
