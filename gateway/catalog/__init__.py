"""Catalog entries and customers by key, cached between requests.

Begin with `catalog`; `paging` cuts lists into pages.
"""
