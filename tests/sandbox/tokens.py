"""Tokens of the small seed's application."""

import httpx

APPLICATION = {
    "client_id": "0b0e6d3c-5b4b-4b0f-9a70-8f4d2f5f7a11",
    "client_secret": "sandbox-secret",
    "grant_type": "client_credentials",
    "resource": "https://api.partnercenter.microsoft.com",
}


async def app_only(api: httpx.AsyncClient) -> dict[str, str]:
    """The header of calls without a user."""
    answer = await api.post("/f8de8ffc-e4ca-45c1-b0c6-a7c21eddf911/oauth2/token", data=APPLICATION)
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}
