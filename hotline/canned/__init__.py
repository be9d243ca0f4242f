"""Canned replies: words that agents use again and again, for the whole team or one's own."""
