"""The desk of the 12345 hotline."""
