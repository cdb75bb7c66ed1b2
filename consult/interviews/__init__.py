"""Interviews: what was said, by whom, to whom; drafts, submission and review."""
