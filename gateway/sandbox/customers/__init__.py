"""The customers: their list and their profiles."""
