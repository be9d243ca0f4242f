"""The 12345 desk: work orders with time limits, who owns a conversation, audit; pages for agents.

A process of its own on port 8080. Start at `app.create_app`.
"""
