"""Rasa's REST contract, for this machine alone."""

from bot.channels.rest.channel import RestChannel, RestOutput

__all__ = ["RestChannel", "RestOutput"]
