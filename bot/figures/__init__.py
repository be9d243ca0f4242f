"""What the assistant did, as counts by day: sittings, turns, what was not understood, who asked for a person.

`sittings` reads a turn's events and adds them to a sitting (pure); `ledger` keeps sittings under way and the counts of
days; `routes` tells the desk.
"""
