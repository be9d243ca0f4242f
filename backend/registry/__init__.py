"""What the platform keeps and how it is read and changed: SQL around the rules, one module a subject."""
