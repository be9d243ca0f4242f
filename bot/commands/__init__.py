"""The tools behind ``python -m bot``, one a file."""
