"""The embedded platform, replaced in production by the province's own."""
