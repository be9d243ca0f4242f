"""The people of the desk: who they are, what they may, how they prove it, and for how long that holds.

::

    roles.yml          what each role may; who may not be both
    permissions.py     reads it
    people.py          an account, and the agent a request comes from
    book.py            accounts in the store
    passwords.py       argon2 and the rule for a good password
    second_factor.py   one-time codes (TOTP), their QR, recovery codes
    pauses.py          waiting after wrong guesses, by account and by address
    sessions.py        who is logged in where, on the server's side
    entry.py           the log-in: number and password, then the code
    first_start.py     the first administrator, and the people of the demonstration
    commands.py        `python -m hotline accounts …`
"""
