"""`gateway check`: tries what `gateway serve` needs, and says what to do about whatever is missing.

Begin with `diagnosis`. A check returns an `Outcome` of `findings`; `causes` and `sign_in_refusals` have the remedies.
"""
