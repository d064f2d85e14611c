"""What must outlive a request: records by key, each for its time.

Begin with `records`, what every store can do; `opening` makes the one that an address names.
"""
