"""What is done about accounts in the background."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import current_app

from consult.accounts import letters, service
from consult.jobs import door as jobs
from consult.kernel.db import unit_of_work
from consult.kernel.settings import Settings

RESET = "accounts.reset"
PLACE_OF_TOKEN = "TOKEN"  # noqa: S105 (where the token goes, not one)


def ask_reset(email: str, address: str) -> None:
    """Have the link to a new password sent if the account exists: afterwards, so that the answer takes as long when it does not.

    `address` is the page of the link with PLACE_OF_TOKEN in it.
    """
    jobs.enqueue(current_app.extensions["jobs"], RESET, user_id=None, email=email, address=address)


@jobs.kind(RESET, again=True)
def send_reset(_job: Any, email: str, address: str) -> dict[str, Any]:
    """Make the link and write the message."""
    settings: Settings = current_app.config["SETTINGS"]
    with unit_of_work():
        user = service.by_email(email)
        if user is not None and user.is_active:
            token = service.offer_reset(user, dt.timedelta(minutes=settings.reset_link))
            letters.send_reset(user, address.replace(PLACE_OF_TOKEN, token), settings.reset_link)
    return {}
