"""Dated, sourced policy entries: store, index, search."""
