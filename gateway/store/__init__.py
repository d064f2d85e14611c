"""What must outlive a request or be shared by processes: records by key, and leases, each for its time.

Begin with `store`, what every store can do; `opening` makes the one that an address names, and `leases` takes turns with it.
"""
