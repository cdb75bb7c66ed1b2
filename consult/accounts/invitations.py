"""Inviting somebody: to the installation, into a study, or both; what was granted is given when the link is used."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from consult.accounts import links, service
from consult.accounts.addresses import normal_address
from consult.accounts.models import Language, LinkPurpose, OneTimeLink, User
from consult.kernel.errors import Refused

Grant = Callable[[User, Mapping[str, Any]], None]

_granting: list[Grant] = []


def when_accepted(grant: Grant) -> Grant:
    """Have `grant(user, grants)` give what a slice promised in an invitation, when it is accepted."""
    if grant not in _granting:
        _granting.append(grant)
    return grant


def invite(email: str, lasting: dt.timedelta, **grants: Any) -> str:
    """Invite an address and return the token of the link. Raises Refused on a bad address.

    Grants: `name`, `is_admin`, `may_create_studies`, and those of upper slices. Whoever is invited twice gets all that was granted.
    """
    return links.offer(LinkPurpose.INVITATION, lasting, normal_address(email), grants={k: v for k, v in grants.items() if v})


def pending() -> Sequence[OneTimeLink]:
    """Return the invitations that can still be accepted, newest first."""
    return links.open_links(LinkPurpose.INVITATION)


def renew(link: OneTimeLink, lasting: dt.timedelta) -> str:
    """Replace an open invitation by a new one with the same grants and return its token: the former link no longer opens anything."""
    links.revoke(link)
    return links.offer(LinkPurpose.INVITATION, lasting, link.email, grants=link.grants)


def find(token: str) -> tuple[OneTimeLink, User | None]:
    """Return the invitation that a token opens, and the user who already has its address, if any. Raises Refused."""
    link = links.find(LinkPurpose.INVITATION, token)
    return link, service.by_email(link.email)


def accept_anew(token: str, name: str, password: str, lang: Language) -> User:
    """Make the account of an invited person and give them what they were promised."""
    link, user = find(token)
    if user is not None:
        raise Refused("invited_has_account", email=user.email)
    links.use(link)
    user = service.create(
        link.email or "",
        name,
        password,
        is_admin=bool(link.grants.get("is_admin")),
        may_create_studies=bool(link.grants.get("may_create_studies")),
        lang=lang,
    )
    _give_all(user, link)
    return user


def accept_as(user: User, token: str) -> None:
    """Give a user what an invitation to their own address promises. Raises Refused when it was sent to somebody else."""
    link, invited = find(token)
    if invited is None or invited.id != user.id:
        raise Refused("invited_is_another", email=link.email)
    links.use(link)
    if link.grants.get("is_admin"):
        service.make_admin(user, True)
    if link.grants.get("may_create_studies"):
        service.let_create_studies(user, True)
    _give_all(user, link)


def _give_all(user: User, link: OneTimeLink) -> None:
    """Give what this invitation promises, and what other open ones to the same address promise within studies."""
    others = [each for each in pending() if each.email == link.email and each.id != link.id]
    for each in (*others, link):
        for grant in _granting:
            grant(user, each.grants)
    for each in others:
        links.use(each)
