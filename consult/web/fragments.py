"""Parts of a page that stay the same for a reader while nothing is written: drawn once and kept in the process."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from flask import current_app
from markupsafe import Markup

from consult.kernel import kept
from consult.web.i18n import lang


def fragment(template: str, *key: Hashable, **context: Any) -> Markup:
    """Return a template part drawn from `context`; `key` is what tells two drawings of one reader apart.

    The part holds nothing of the session: a CSRF token or a message said once would be kept with it. A callable in `context` is asked
    only when the part is drawn.
    """

    def draw() -> Markup:
        asked = {name: value() if callable(value) else value for name, value in context.items()}
        template_part = current_app.jinja_env.get_template(template)
        return Markup(template_part.render(lang=lang(), **asked))  # noqa: S704 -- what a template renders is escaped

    return kept.value((template, lang(), key), draw)
