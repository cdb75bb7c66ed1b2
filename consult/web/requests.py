"""Requests as the application reads them, whatever bytes came, and the rules by which their addresses are built."""

from __future__ import annotations

import string
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_from_bytes

from flask import Request
from werkzeug.routing import Rule

_PLAIN = string.punctuation
"""Everything printable stays as it was sent; quoting concerns spaces, controls and bytes beyond ASCII alone."""


class ConsultRequest(Request):
    """Flask's request, whose query is always ASCII: an address that is not encoded as it should be is read, not an error."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.query_string.isascii():
            self.query_string = quote_from_bytes(self.query_string, safe=_PLAIN).encode()


class LateRule(Rule):
    """A rule whose way to build addresses is compiled when it is first needed: of some hundred, the first page needs a dozen."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled: list[Callable[..., tuple[str, str]]] = []
        compile_now = super()._compile_builder

        def build(rule: Rule, /, **values: Any) -> tuple[str, str]:
            if not compiled:
                compiled.append(compile_now(append_unknown))
            return compiled[0](rule, **values)

        return build
