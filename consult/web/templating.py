"""Templates as the application reads them."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from flask.templating import Environment


class ConsultEnvironment(Environment):
    """Flask's environment, whose templates see the environment's own globals rather than a chain of maps over them: a page imports macros
    a dozen times, and each time looks through all of them."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals
