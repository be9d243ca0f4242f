"""Showing one whole value for a minute: with a reason, counted, watermarked, and looked over the next day.

The values themselves stay on the platform and are kept nowhere here.
"""
