"""Agreements that customers accept. Begin with `templates`."""
