"""Travel rules: what applies to a journey on a day, as dated data with sources (docs/travel-rules.md)."""
