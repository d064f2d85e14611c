"""How a call reaches Partner Center, and how it fails.

Begin with `resilience`, the only layer that repeats a call. `transport` makes one attempt, over one of the clients
behind `exchange`, and `refusals` turns an unsuccessful answer into one of the errors of this project.
"""
