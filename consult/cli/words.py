"""The language of the command line: asked for with --lang, else the machine's if it is English, else French."""

from __future__ import annotations

import gettext
import os
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from consult.kernel.paths import instance_dir, resource_dir, settle
from consult.web.catalogues import DOMAIN, compile_catalogues
from consult.web.i18n import DEFAULT_LANGUAGE, LANGUAGES


def N_(text: str) -> str:  # noqa: N802 (the customary name of the mark)
    """Mark a text for translation where it stands; it is translated when it is shown."""
    return text


CLICKS_OWN = (
    N_("Usage:"),
    N_("Options"),
    N_("Commands"),
    N_("Show this message and exit."),
    N_("Show the version and exit."),
    N_("Missing command."),
    N_("Missing argument"),
    N_("Missing option"),
    N_("No such option {name!r}."),
    N_("No such command {name!r}."),
    N_("Did you mean {possibility}?"),
    N_("Got unexpected extra argument ({args})"),
    N_("Invalid value: {message}"),
    N_("Invalid value for {param_hint}: {message}"),
    N_("{value!r} is not a valid {number_type}."),
    N_("{value} is not in the range {range}."),
    N_("Option {name!r} requires an argument."),
    N_("Option {name!r} does not take a value."),
    N_("Do you want to continue?"),
    N_("default: {default}"),
)
"""What the command line library says by itself; it looks its texts up in the same catalogue."""


def clicks_counted(number: int) -> str:
    """What it says of a number of things."""
    return gettext.ngettext("{value!r} is not {choice}.", "{value!r} is not one of {choices}.", number)


SETTINGS_SAY = (
    N_("%(name)s is “%(value)s”: a whole number from %(low)s to %(high)s is expected"),
    N_("%(name)s is no address that can be used: it begins with %(schemes)s"),
    N_("%(path)s cannot be read: %(reason)s"),
    N_("%(path)s can be read by others: run 'chmod 600 %(path)s' and start again"),
    N_("mail_backend is “%(value)s”: smtp, console, file or nothing is expected"),
    N_("demo_password is longer than %(most)s characters"),
)
"""What is said of settings by those who know no language."""


def language_of(arguments: Sequence[str], environ: Mapping[str, str] = os.environ) -> str:
    """Find the language before the arguments are parsed, so that even a mistake in them is told in it."""
    for asked, value in pairwise([*arguments, ""]):
        if asked == "--lang" and value in LANGUAGES:
            return value
        if asked.startswith("--lang=") and asked[7:] in LANGUAGES:
            return asked[7:]
    machine = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    return "en" if machine.lower().startswith("en") else DEFAULT_LANGUAGE


def speak(language: str) -> None:
    """Have help and mistakes told in this language, here and in what is started from here."""
    os.environ["LANGUAGE"] = language
    if language != "en":
        gettext.bindtextdomain(DOMAIN, str(_compiled()))


def translated(text: str | None) -> str:
    """A marked text in the language spoken."""
    return gettext.gettext(text) if text else ""


def _compiled() -> Path:
    source, target = resource_dir("translations"), instance_dir() / "translations"
    if not any(source.glob("*/*.po")):
        return source
    try:
        settle(instance_dir())
        compile_catalogues(source, target)
    except OSError:  # nowhere to write: English then
        return source
    return target
