"""What a service answers when it cannot do what is asked; `web` and `cli` put it into the reader's words."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """A rule says no. `code` names the rule, `values` fill its sentence, `field` is the form field it stands beside, if any."""

    def __init__(self, code: str, field: str | None = None, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.values = values


class NotFound(Exception):
    """The record does not exist, is deleted, or is not for this person to know of: all three answer 404."""


class Forbidden(Exception):
    """The person may know of the record but their role may not do this."""


class Conflict(Exception):
    """The record was changed since it was shown. `record` is its present state, `seen` the version that was shown."""

    def __init__(self, record: Any, seen: int) -> None:
        super().__init__(f"{type(record).__name__} changed since version {seen}")
        self.record = record
        self.seen = seen


class Busy(Exception):
    """The write lock could not be had in time; nothing was changed and the same request may be sent again."""
