"""The gateway's own tokens. Begin with `access_token`; `authority` asks for one, in one of two `grants`."""
