"""How a person who is known in one place becomes known in a conversation (``docs/identity-handover.md``)."""
