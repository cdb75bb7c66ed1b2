"""Places where a lower slice shows what an upper one knows, filled by `create_app` so that imports only go down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import current_app, render_template
from markupsafe import Markup

from consult.kernel.search import Source, register


@dataclass(frozen=True)
class Filling:
    """What an upper slice puts into a place: rows for what is shown there, in one query, and the template part that draws them."""

    rows: Callable[..., Any]
    template: str | None = None


@dataclass(frozen=True)
class MenuEntry:
    """An entry of the rail, the *New* menu or the palette. `capability` hides it from roles that may not use it, `allowed` from people."""

    chapter: str
    label: Any
    endpoint: str
    icon: str
    capability: str | None = None
    count: Callable[[], Any] | None = None
    mobile: bool = False
    needs_study: bool = True
    key: str = ""
    allowed: Callable[[], bool] | None = None


@dataclass(frozen=True)
class Searched:
    """How the search page shows what is found of a kind (`kernel.search.Source`): its name in the plural, icon, who may, and where a hit is
    read."""

    label: Any
    icon: str
    capability: str
    url: Callable[[Any], str]


class Slots:
    """The application's fillings, menu entries and kinds that are searched, by place."""

    def __init__(self) -> None:
        self.fillings: dict[str, list[Filling]] = {}
        self.menu: list[MenuEntry] = []
        self.searched: dict[str, Searched] = {}

    def fill(self, place: str, rows: Callable[..., Any], template: str | None = None) -> None:
        """Put a filling into a place; several show one below the other in the order of registration."""
        self.fillings.setdefault(place, []).append(Filling(rows, template))

    def entry(self, chapter: str, label: Any, endpoint: str, icon: str, **more: Any) -> None:
        """Add a menu entry. Chapters: "overview", "listen", "understand", "report" in the rail; "new" in the *New* menu;
        "command" in the palette only; "installation" in the rail of pages outside every study, and in the palette."""
        self.menu.append(MenuEntry(chapter, label, endpoint, icon, **more))

    def search(self, source: Source, label: Any, icon: str, capability: str, url: Callable[[Any], str]) -> None:
        """Have a slice's records be found and shown on the search page, in the order of registration; `url` gets a hit."""
        register(source)
        self.searched[source.kind] = Searched(label, icon, capability, url)


def slots() -> Slots:
    """Return the running application's slots."""
    found: Slots = current_app.extensions["slots"]
    return found


def filled(place: str, *about: Any) -> list[Any]:
    """Return what each filling of a place answers about something."""
    return [filling.rows(*about) for filling in slots().fillings.get(place, ())]


def slot(place: str, *about: Any) -> Markup:
    """Draw a place in a template: every filling's part with its `rows`, and what it is `about`."""
    parts = (
        render_template(filling.template, rows=filling.rows(*about), about=about)
        for filling in slots().fillings.get(place, ())
        if filling.template
    )
    return Markup("").join(Markup(part) for part in parts)  # noqa: S704 (rendered by our own templates, which escape)
