"""Subscriptions: the calls that read and change them."""
