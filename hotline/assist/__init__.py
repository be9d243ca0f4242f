"""Call assist: what an agent types during a call becomes suggestions, the next question to ask, and a draft order.

`notes`, `places`, `moments`, `dangers`, `matters`, `draft` and `suggesting` are functions of their arguments;
`calls` keeps the records, `room` puts all of it together.
"""
