"""How a call reaches Partner Center, and what becomes of its failures.

Begin with `resilience`, the only layer that repeats a call; `transport` makes one attempt, and `refusals` turns an answer
that is no success into one of the errors of this project.
"""
