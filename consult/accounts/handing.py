"""Handing a one-time link over: sent, and shown once to whoever made it, since not every installation sends mail."""

from __future__ import annotations

from flask import session, url_for
from flask_login import current_user

from consult.accounts import letters
from consult.accounts.blueprint import settings

TO_COPY = "link_to_copy"


def hand_over_invitation(email: str, token: str, back: str, study: str | None = None) -> str:
    """Send an invitation and return the address of the page that shows its link, from where one goes `back`."""
    letters.send_invitation(
        email, letters.address_of("accounts.invitation", token=token), current_user.name, settings().invitation_days, study
    )
    return _shown(email, letters.shown_address_of("accounts.invitation", token=token), back, "invitation")


def hand_over_reset(email: str, token: str, back: str) -> str:
    """Return the address of the page that shows a link to a new password; nothing is sent."""
    return _shown(email, letters.shown_address_of("accounts.new_password", token=token), back, "reset")


def _shown(email: str, link: str, back: str, purpose: str) -> str:
    session[TO_COPY] = {"email": email, "link": link, "back": back, "purpose": purpose}
    return url_for("accounts.link_made")
