"""Who is acting, and through what."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass

from consult.kernel.model import Choice


class Via(Choice):
    """The way by which a change came in."""

    WEB = "web", "site", "site"
    IMPORT = "import", "import", "import"
    UNDO = "undo", "annulation", "undo"
    COMMAND = "command", "ligne de commande", "command line"
    JOB = "job", "tâche de fond", "background job"
    LINK = "link", "lien personnel", "personal link"


@dataclass(frozen=True)
class Actor:
    """The person acting (None: the system itself), the way, why if it was asked, and the import batch it belongs to."""

    user_id: int | None = None
    via: Via = Via.COMMAND
    reason: str | None = None
    batch_id: int | None = None


_actor: ContextVar[Actor] = ContextVar("actor")
SYSTEM = Actor()


def current() -> Actor:
    """Return who is acting; the system when nobody has been named."""
    return _actor.get(SYSTEM)


def install(actor: Actor) -> None:
    """Name who acts from here on."""
    _actor.set(actor)


@contextlib.contextmanager
def acting(actor: Actor) -> Iterator[Actor]:
    """Name who acts for the length of a block."""
    token = _actor.set(actor)
    try:
        yield actor
    finally:
        _actor.reset(token)


@contextlib.contextmanager
def because(reason: str | None) -> Iterator[None]:
    """Give the reason of the changes flushed inside the block; it is kept with them in the audit."""
    now = current()
    with acting(Actor(now.user_id, now.via, reason, now.batch_id)):
        yield
