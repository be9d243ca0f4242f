"""A day of invented traffic, so that a visitor of the demonstration sees the desk at work.

`day` plans it, a pure function of a date and `day.yml`; `filling` writes it through the desk's doors, each thing once.
"""
