"""Admission control: when the answer is "not now".

Begin with `admission`: it refuses, delays refusals (load shedding), hands out slots, and adapts each caller's share of
them to the event loop's lag. `fair_queue` is the bounded queue for slots here and before Partner Center, and
`rate_limit` counts each caller's calls to Partner Center.
"""
