"""What the tests of answers read together stand on: the study and the guide that the tests of interviews know."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from consult.kernel.db import db
from tests.interviews.conftest import guided, work

__all__ = ["guided", "statements", "work"]


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    """The statements that are executed."""
    told: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        told.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    yield told
    sa.event.remove(db.engine, "before_cursor_execute", note)
