"""Figures of the desk: what happened on a day, counted once, kept without anybody in it, read by period.

`facts_*` turn what happened into counts (pure), `sources` fetches it, `counting` decides which day is counted when,
`book` keeps the counts of days, `definitions` says what each figure means, `summary` reads a period.
"""
