"""Static files under an address that changes with their content, so that browsers may keep them for ever and no cookie travels."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path
from wsgiref.headers import Headers

from flask import Flask
from markupsafe import Markup
from whitenoise import WhiteNoise

from consult.kernel.paths import resource_dir
from consult.web.headers import HEADERS

A_YEAR = 31_536_000


def register(app: Flask) -> None:
    """Serve `/static/<fingerprint>/…` before the application is asked, and give templates `static_url`."""
    root = resource_dir("static")
    prefix = f"static/{_fingerprint(root)}/"
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(root),
        prefix=prefix,
        max_age=A_YEAR,
        add_headers_function=_add_headers,
        immutable_file_test=lambda path, url: True,
    )

    def static_url(name: str) -> str:
        """Return the address of a static file of the present build."""
        return f"{app.config.get('APPLICATION_ROOT', '/').rstrip('/')}/{prefix}{name}"

    @functools.cache
    def icon(name: str, label: str | None = None) -> Markup:
        """Return one symbol of `icons.svg`; decorative unless a label is given."""
        spoken = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
        return Markup('<svg class="i" {} focusable="false"><use href="{}#{}"/></svg>').format(spoken, static_url("icons.svg"), name)

    app.jinja_env.globals.update(static_url=static_url, symbol=icon)


def _add_headers(headers: Headers, _path: str, _url: str) -> None:
    for name, value in HEADERS.items():
        headers[name] = value


def _fingerprint(root: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(p for p in root.rglob("*") if p.is_file()):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
