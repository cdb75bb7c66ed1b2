"""Managed terms: open lists such as specialities and tags, which can be renamed and merged."""
