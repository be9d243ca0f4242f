"""Shifts and capacity: the plan, leave and exchanges, skills, and how many agents each hour needs.

`planning`, `erlang` and `staffing` are pure; `roster` and `wishes` keep, `demand` reads what came in.
"""
