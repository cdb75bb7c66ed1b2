"""The messages about accounts, in the language of whoever reads them, and the addresses that stand in them."""

from __future__ import annotations

from flask import current_app, request, url_for

from consult.accounts.models import User
from consult.kernel.settings import Settings
from consult.mail import tasks as mail
from consult.web.i18n import _, force_locale


def address_of(endpoint: str, token: str) -> str:
    """Return the full address of the page that a token opens, for a message.

    It is built from the public address of the settings; without one from the present request, but only where the host it names has been
    checked, since whoever sends a request may write any host into it. Else it is the path alone.
    """
    settings: Settings = current_app.config["SETTINGS"]
    path = url_for(endpoint, token=token)
    if settings.public_url:
        return settings.public_url.rstrip("/") + path
    return request.host_url.rstrip("/") + path if current_app.config["TRUSTED_HOSTS"] else path


def shown_address_of(endpoint: str, token: str) -> str:
    """Return the full address of such a page for whoever asked for it to copy: what they see themselves in the address bar will do."""
    settings: Settings = current_app.config["SETTINGS"]
    return (settings.public_url or request.host_url).rstrip("/") + url_for(endpoint, token=token)


def send_reset(user: User, link: str, minutes: int) -> None:
    """Write the message with the link to a new password."""
    with force_locale(user.lang.value):
        subject = _("Your new password for Consult")
        body = _(
            "Hello %(name)s,\n\nsomebody, probably you, asked for a new password. Choose it here:\n\n%(link)s\n\n"
            "The link works once, for %(minutes)s minutes. If you did not ask for it, do nothing: your password stays as it is.\n",
            name=user.name,
            link=link,
            minutes=minutes,
        )
    mail.send(user.email, subject, body)


def send_password_changed(user: User) -> None:
    """Tell a person that their password was changed, in case it was not them."""
    with force_locale(user.lang.value):
        subject = _("Your password for Consult was changed")
        body = _(
            "Hello %(name)s,\n\nyour password was changed and your other sessions were ended.\n\n"
            "If it was not you, ask for a new password on the sign-in page and tell your administrator.\n",
            name=user.name,
        )
    mail.send(user.email, subject, body)


def send_invitation(email: str, link: str, inviter: str, days: int, study: str | None = None) -> None:
    """Write the message with the link of an invitation; it names the study where there is one."""
    subject = _("%(inviter)s invites you to Consult", inviter=inviter)
    if study:
        opening = _("%(inviter)s invites you to work on the study “%(study)s” in Consult.", inviter=inviter, study=study)
    else:
        opening = _("%(inviter)s invites you to Consult.", inviter=inviter)
    body = _(
        "Hello,\n\n%(opening)s Open your account here:\n\n%(link)s\n\nThe link works once, for %(days)s days.\n",
        opening=opening,
        link=link,
        days=days,
    )
    mail.send(email, subject, body)
