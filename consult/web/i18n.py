"""The reader's language: texts, dates, numbers."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import flask_babel
from babel.support import NullTranslations, Translations
from flask import Flask, current_app, g, has_request_context, request
from flask_babel import Babel, format_date, format_decimal, get_babel, get_locale
from flask_babel.speaklater import LazyString
from flask_login import current_user

from consult.kernel.model import Choice
from consult.kernel.paths import resource_dir
from consult.web.catalogues import compile_catalogues

LANGUAGES = ("fr", "en")
DEFAULT_LANGUAGE = "fr"


@dataclass(frozen=True)
class _Reading:
    """A language and its texts."""

    lang: str
    texts: NullTranslations


_reading: ContextVar[_Reading | None] = ContextVar("reading", default=None)
"""The language once found for the present request, or the one that a block writes in: a page asks for it four hundred times."""


@functools.cache
def _in(language: str, directory: str) -> _Reading:
    return _Reading(language, Translations.load(directory, [language]))


def _read_in() -> _Reading:
    known = _reading.get()
    if known is not None:
        return known
    locale = get_locale()
    language = locale.language if locale is not None and locale.language in LANGUAGES else DEFAULT_LANGUAGE
    found = _in(language, get_babel().default_directories[0])
    if has_request_context():
        _reading.set(found)
    return found


def gettext(text: str, **values: Any) -> str:
    """Return a text in the reader's language, its placeholders filled."""
    written = _read_in().texts.ugettext(text)
    return written % values if values else written


def pgettext(context: str, text: str, **values: Any) -> str:
    """Return a text that has another meaning elsewhere, in the reader's language."""
    written = _read_in().texts.upgettext(context, text)
    return written % values if values else written


def ngettext(one: str, many: str, num: int, **values: Any) -> str:
    """Return the text for a number of things, in the reader's language."""
    return _read_in().texts.ungettext(one, many, num) % {"num": num, **values}


lazy_gettext = functools.partial(LazyString, gettext)
lazy_pgettext = functools.partial(LazyString, pgettext)
lazy_ngettext = functools.partial(LazyString, ngettext)

_ = gettext
_l = lazy_gettext

__all__ = [
    "LANGUAGES", "_", "_l", "address", "force_locale", "lang", "lazy_ngettext", "lazy_pgettext", "ngettext", "pgettext", "register",
    "written_date", "written_datetime", "written_number",
]  # fmt: skip


def lang() -> str:
    """Return the language of the present answer: "fr" or "en"."""
    return _read_in().lang


@contextlib.contextmanager
def force_locale(language: str) -> Iterator[None]:
    """Write in a language for the length of a block, whoever reads the page: a letter, a report for somebody else."""
    before = _reading.set(_in(language, get_babel().default_directories[0]))
    try:
        with flask_babel.force_locale(language):
            yield
    finally:
        _reading.reset(before)


def address(language: str) -> None:
    """Answer the present request in the language of whom it is for, unless they have an account or chose a language: a letter's link."""
    g.addressee_lang = language
    forget_language(None)


def forget_language(_error: BaseException | None = None) -> None:
    """Have the language found anew: the next request is somebody else's."""
    _reading.set(None)


def register(app: Flask) -> None:
    """Give the application its catalogues, its choice of language and the template filters that write values in it."""
    catalogues = _catalogues(app)
    Babel(app, locale_selector=_choose, timezone_selector=lambda: app.config["TIMEZONE"], default_translation_directories=str(catalogues))
    app.jinja_env.filters.update(
        label=written_label, date=written_date, datetime=written_datetime, number=written_number, date_in_letters=date_in_letters,
        filesize=written_size,
    )  # fmt: skip
    app.jinja_env.globals.update(_=gettext, ngettext=ngettext, pgettext=pgettext)
    app.context_processor(lambda: {"lang": lang()})
    app.teardown_request(forget_language)


def _catalogues(app: Flask) -> Path:
    source = resource_dir("translations")
    if any((source / "fr").glob("*.po")):
        target = Path(app.config["SETTINGS"].instance) / "translations"
        compile_catalogues(source, target)
        return target
    return source


def _choose() -> str:
    if not has_request_context():
        return str(current_app.config.get("COMMAND_LANGUAGE", DEFAULT_LANGUAGE))
    asked = request.cookies.get("lang", "")
    if getattr(current_user, "is_authenticated", False):
        return str(current_user.lang)
    if asked in LANGUAGES:
        return asked
    return g.get("addressee_lang") or request.accept_languages.best_match(LANGUAGES, DEFAULT_LANGUAGE) or DEFAULT_LANGUAGE


def written_label(value: Any) -> str:
    """Write a member of a closed list, or a managed term, in the reader's language; nothing for None."""
    if value is None:
        return ""
    return str(value.label(lang())) if isinstance(value, Choice) or hasattr(value, "label") else str(value)


def written_date(value: dt.date | None) -> str:
    """Write a day as dd/mm/yyyy in both languages, nothing for None."""
    return value.strftime("%d/%m/%Y") if value else ""


def date_in_letters(value: dt.date | None) -> str:
    """Write a day in letters, as both languages say it here: "jeudi 1er janvier 2026", "Thursday 1 January 2026"."""
    if value is None:
        return ""
    written = str(format_date(value, "EEEE d MMMM y"))
    return written.replace(" 1 ", " 1er ", 1) if value.day == 1 and lang() == "fr" else written


def written_datetime(value: dt.datetime | None) -> str:
    """Write an instant in the installation's time zone, to the minute."""
    if value is None:
        return ""
    local = value.astimezone(g.get("timezone") or current_app.config["TIMEZONE"])
    return f"{local:%d/%m/%Y %H:%M}"


def written_size(value: int) -> str:
    """Write the size of a file as one says it: 340 Kio, 2,4 Mio."""
    units = ("o", "Kio", "Mio") if lang() == "fr" else ("B", "KiB", "MiB")
    power = 0 if value < 1024 else 1 if value < 1024**2 else 2
    number = value / 1024**power
    return f"{format_decimal(round(number, 1 if number < 10 and power else 0))} {units[power]}"


def written_number(value: float | Decimal | None) -> str:
    """Write a number with the separators of the reader's language, nothing for None."""
    return "" if value is None else format_decimal(value)
