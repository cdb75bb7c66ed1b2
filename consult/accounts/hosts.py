"""Which hosts this installation answers to: a request that names another is refused before anything is built from its name."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import SecurityError

from consult.kernel.settings import Settings
from consult.web.i18n import _

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


def register(app: Flask) -> None:
    """Accept the host of the public address, and this machine; any host only where the settings open the site without naming one."""
    app.config["TRUSTED_HOSTS"] = trusted_hosts(app.config["SETTINGS"])
    app.register_error_handler(SecurityError, _refuse)


def trusted_hosts(settings: Settings) -> list[str] | None:
    """Return the hosts accepted; None accepts all of them, and then no address in a message is built from a request."""
    host = urlsplit(settings.public_url).hostname
    if host:
        return [host, *LOOPBACK]
    return None if settings.allow_http or settings.behind_proxy else list(LOOPBACK)


def _refuse(_error: SecurityError) -> ResponseReturnValue:
    """Answer without a page: nothing can be linked to from a host that is not ours."""
    return Response(_("This site does not answer to that host name. Check the address."), 400, mimetype="text/plain")
