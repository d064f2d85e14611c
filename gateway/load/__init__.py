"""Admission control: when the answer is "not now".

Begin with `admission`: it refuses, delays refusals (load shedding) and hands out slots. `fair_queue` is the bounded
queue for slots here and before Partner Center, `concurrency_limit` adapts each caller's share of it to the event loop's
lag, and `rate_limit` counts each caller's calls to Partner Center.
"""
