"""E-mail addresses as they are kept: one spelling a mailbox."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email

from consult.kernel.errors import Refused


def normal_address(text: str | None, field: str = "email") -> str:
    """Return the address in lower case. Raises Refused("email_invalid"). The network is not asked; intranet hosts will do."""
    try:
        found = validate_email((text or "").strip(), check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError as error:
        raise Refused("email_invalid", field) from error
    return found.normalized.lower()
