"""Admission control: when the answer is "not now".

Begin with `admission`. `fair_queue` is the bounded queue before it and before Partner Center, `rate_limit` the allowance of
each caller.
"""
