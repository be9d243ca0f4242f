"""What the assistant does: one module a topic; words come from data/responses."""
