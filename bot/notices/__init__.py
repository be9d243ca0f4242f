"""Notices: the platform says that something happened, the conversations that asked for it are told, once.

``receiver`` takes signed events, ``store`` keeps what is to be told, ``courier`` tells it, ``wording`` says how.
"""
