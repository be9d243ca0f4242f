"""Passes: codes that are shown and scanned, signed by the platform and checked without it.

A pass is a *live* code (minutes, on a screen) or an *offline* code (7 days, a picture or on paper). `payload.py` is
what its QR holds, `revocations.py` the list of those that no longer count, `scanning.py` reads QRs from pictures and
pages, and ``python -m passes`` checks a pass with a public key and a list alone. docs/passes.md tells it all.
"""
