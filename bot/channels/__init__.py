"""Channels: wire format to message and back, nothing else."""
