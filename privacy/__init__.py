"""Recognise, mask, keep and consent: used wherever text enters or leaves."""
