"""Notes are kept as Markdown and shown as HTML: rendered without raw HTML, then cleaned, always in this order."""

from __future__ import annotations

import nh3
from flask import Flask
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markupsafe import Markup

TAGS = set("p br hr strong em s code pre blockquote ul ol li a h3 h4 h5 h6 table thead tbody tr th td".split())
TOP = 3
"""The heading level that the first heading of a note gets: it stands under a page's h1 and a card's h2."""


def register(app: Flask) -> None:
    """Give templates the filter `markdown`."""
    app.jinja_env.filters["markdown"] = render


def render(text: str | None) -> Markup:
    """Return Markdown as safe HTML: no raw HTML, no images, links to http, https and mailto alone, headings without jumps from h3 down."""
    if not text:
        return Markup("")
    cleaned = nh3.clean(
        _parser.render(text),
        tags=TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
    return Markup(cleaned)  # noqa: S704 - it has just been cleaned


def _level_headings(state: StateCore) -> None:
    above: list[int] = []
    for token in state.tokens:
        if token.type == "heading_open":
            level = int(token.tag[1])
            while above and above[-1] >= level:
                above.pop()
            above.append(level)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(TOP - 1 + len(above), 6)}"


_parser = (
    MarkdownIt("commonmark", {"html": False, "breaks": True})
    .enable(["table", "strikethrough"])
    .disable(["image", "html_block", "html_inline"])
)
_parser.core.ruler.push("level_headings", _level_headings)
