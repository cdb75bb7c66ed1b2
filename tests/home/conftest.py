"""What the tests of the search stand on: the study that the tests of interviews know."""

from __future__ import annotations

from tests.interviews.conftest import guided, work

__all__ = ["guided", "work"]
