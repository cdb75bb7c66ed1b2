"""Needs and capabilities stand on the study of the interviews' tests."""

from tests.interviews.conftest import work

__all__ = ["work"]
