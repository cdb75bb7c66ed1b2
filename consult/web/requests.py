"""A request as the application reads it, whatever bytes came."""

from __future__ import annotations

import string
from typing import Any
from urllib.parse import quote_from_bytes

from flask import Request

_PLAIN = string.punctuation
"""Everything printable stays as it was sent; quoting concerns spaces, controls and bytes beyond ASCII alone."""


class ConsultRequest(Request):
    """Flask's request, whose query is always ASCII: an address that is not encoded as it should be is read, not an error."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.query_string.isascii():
            self.query_string = quote_from_bytes(self.query_string, safe=_PLAIN).encode()
