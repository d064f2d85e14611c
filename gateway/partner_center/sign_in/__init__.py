"""The gateway's own sign-in. Begin with `own`; `access_token` caches the token, and `authority` gets a new one."""
