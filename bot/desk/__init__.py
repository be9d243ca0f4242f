"""The way to a person: who owns a conversation, letters to and from the desk, what the citizen is told of it.

`owners` mirrors the desk's record, so that no turn of the assistant asks the desk; `letters` keeps what the desk must
still get; `line` carries it; `receiver` takes what the desk says; `router` decides.
"""
