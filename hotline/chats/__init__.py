"""Hand-over: chats between citizens and agents, from the queue to the rating.

`machine` says what follows from what, `routing` who is asked, `waiting` how long it takes: pure functions. `store`
keeps chats, their numbered events and what is owed to the assistant; `service` is the one door for everybody else.
"""
