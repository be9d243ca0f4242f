"""The telephone exchange as the desk hears of it: calls that ring, are answered or lost, and are called back.

`events`, `folding` and `missed` are functions of their arguments; `book`, `pads`, `callbacks` and `seats` keep the
records, `room` puts all of it together.
"""
