"""State that outlives a request or is shared by processes: records by key, leases and token buckets, each with a time
to live.

Begin with `store`, the interface; `opening` picks the implementation for an address, and `leases` runs work under a
lease.
"""
