"""What the tests of answers read together stand on: the study and the guide that the tests of interviews know."""

from __future__ import annotations

from tests.interviews.conftest import guided, work

__all__ = ["guided", "work"]
