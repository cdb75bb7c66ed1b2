"""What surrounds every page: the rail with its chapters and counts, the study switcher, the *New* menu, messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

import sqlalchemy as sa
from flask import Flask, current_app, g, get_flashed_messages, request, url_for
from flask_login import current_user

from consult.kernel import kept
from consult.kernel.db import db
from consult.kernel.scope import current_or_none, unscoped
from consult.web.fragments import fragment
from consult.web.i18n import _, lang
from consult.web.slots import MenuEntry, slots


@dataclass
class Shell:
    """The surroundings of one page, in the reader's language and for the reader's role; `here` is the entry it stands under, by address."""

    study: Any = None
    studies: list[dict[str, Any]] = field(default_factory=list)
    chapters: list[dict[str, Any]] = field(default_factory=list)
    here: str | None = None
    new_entries: list[dict[str, Any]] = field(default_factory=list)
    commands: list[dict[str, Any]] = field(default_factory=list)
    palette_url: str | None = None
    demo: bool = False
    user: Any = None
    messages: list[dict[str, Any]] = field(default_factory=list)
    home_url: str = "/"
    studies_url: str | None = None
    account_url: str | None = None
    preferences_url: str | None = None
    sign_out_url: str | None = None
    languages: list[dict[str, Any]] = field(default_factory=list)


def register(app: Flask) -> None:
    """Give every template `shell`, made when first used."""
    app.context_processor(lambda: {"shell": _LazyShell()})
    app.jinja_env.globals["fragment"] = fragment


class _LazyShell:
    """The shell, built at its first attribute so that a fragment that shows none costs nothing; from then on it stands for it."""

    def __getattr__(self, name: str) -> Any:
        if "shell" not in g:
            g.shell = build()
        vars(self).update(vars(g.shell))
        return getattr(g.shell, name)


def build() -> Shell:
    """Build the surroundings for the present request."""
    shell = Shell(demo=current_app.config["SETTINGS"].demo, messages=messages())
    if not getattr(current_user, "is_authenticated", False):
        shell.languages = _languages()
        return shell
    shell.home_url = url_for("home.start")
    shell.studies_url = url_for("studies.index")
    shell.account_url = url_for("accounts.account")
    shell.preferences_url = url_for("accounts.preferences")
    shell.sign_out_url = url_for("accounts.sign_out")
    described = current_app.extensions["study_in_shell"]()
    shell.study, shell.studies = described.study, described.studies
    shell.user = _reader(described.study)
    menu = kept.value(("menu", lang()), lambda: _menu(described.may))
    shell.chapters, shell.new_entries, shell.commands = menu.chapters, menu.new_entries, menu.commands
    present = _present(menu.chapters)
    shell.here = present["url"] if present else None
    shell.palette_url = url_for("home.palette", study_id=shell.study["id"]) if shell.study else url_for("home.palette_everywhere")
    return shell


@dataclass(frozen=True)
class _Menu:
    """What the rail and the menus offer a reader, on whatever page."""

    chapters: list[dict[str, Any]]
    new_entries: list[dict[str, Any]]
    commands: list[dict[str, Any]]


def _menu(may: Any) -> _Menu:
    shown = [entry for entry in slots().menu if _is_for_reader(entry, may)]
    counts = _counts(shown)
    chapters = [_chapter(label, [e for e in shown if e.chapter == key], counts) for key, label in _chapters()]
    return _Menu(
        [chapter for chapter in chapters if chapter["entries"]],
        [_entry(e, counts) for e in shown if e.chapter == "new"],
        [_entry(e, counts) for e in shown if e.chapter in ("command", "new", "installation")],
    )


def _languages() -> list[dict[str, Any]]:
    """The switch of whoever is not signed in; from a page that answers a form one comes back to the form."""
    here = request.full_path.rstrip("?")
    return [
        {"label": label, "lang": code, "url": url_for("accounts.language", lang=code, next=here), "current": code == lang()}
        for code, label in (("fr", "Français"), ("en", "English"))
    ]


def _reader(study: Any) -> dict[str, Any]:
    role = study["role"].label(lang()) if study else ""
    names = ("name", "initials", "email", "theme", "lang", "single_keys", "is_admin")
    return {name: getattr(current_user, name) for name in names} | {"role_label": role}


def messages() -> list[dict[str, Any]]:
    """Return what is to be told once, each as text, kind and maybe the address that undoes it."""
    told = []
    for kind, message in cast(list[tuple[str, Any]], get_flashed_messages(with_categories=True)):
        told.append({"kind": kind, "undo_url": None, **(message if isinstance(message, dict) else {"text": message})})
    return told


def _chapters() -> list[tuple[str, str | None]]:
    if current_or_none() is None:
        return [("installation", None)]
    return [("overview", None), ("listen", _("Listen")), ("understand", _("Understand")), ("report", _("Report"))]


def _is_for_reader(entry: MenuEntry, may: Any) -> bool:
    if entry.needs_study and current_or_none() is None:
        return False
    return (entry.capability is None or may(entry.capability)) and (entry.allowed is None or entry.allowed())


def _counts(entries: list[MenuEntry]) -> dict[str, int]:
    """Count for every entry of the rail that counts something, in one query at most. Each count names the study itself."""
    counts = {entry.endpoint: entry.count for entry in entries if entry.count}

    def read(places: list[int]) -> list[int]:
        wanted = [count for place, count in enumerate(counts.values()) if place in places]
        with unscoped("the rail counts in one query; each count is bound to the study in scope"):
            return list(db.session.execute(sa.select(*(count().label(f"c{n}") for n, count in enumerate(wanted)))).one())

    return dict(zip(counts, kept.numbers([("rail", endpoint) for endpoint in counts], read), strict=True)) if counts else {}


def _chapter(label: str | None, entries: list[MenuEntry], counts: dict[str, int]) -> dict[str, Any]:
    return {"label": label, "entries": [_entry(entry, counts) for entry in entries]}


def _present(chapters: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the one entry under whose address the present page stands: the longest, since the dashboard's is the beginning of all."""
    under = [entry for chapter in chapters for entry in chapter["entries"] if request.path.startswith(entry["url"])]
    here = max(under, key=lambda entry: len(entry["url"]), default=None)
    return None if here is None or (here["is_root"] and here["url"] != request.path) else here


def _entry(entry: MenuEntry, counts: dict[str, int]) -> dict[str, Any]:
    scope = current_or_none()
    return {
        "label": str(entry.label),
        "url": url_for(entry.endpoint, **cast(Any, {"study_id": scope.study_id} if entry.needs_study and scope else {})),
        "icon": entry.icon,
        "count": counts.get(entry.endpoint),
        "is_root": entry.chapter == "overview",
        "mobile": entry.mobile,
        "key": entry.key,
    }
