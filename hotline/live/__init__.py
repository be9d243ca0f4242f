"""What keeps the agents' page alive: the stream of events, who looks at which chat, and what the context column says.

Chats themselves are in `hotline/chats`; this folder only shows them.
"""
