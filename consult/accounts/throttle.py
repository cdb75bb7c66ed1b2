"""How often something may be tried: counted in the database, so that it holds over all workers and restarts. It delays, never locks out."""

from __future__ import annotations

import datetime as dt
import math

import sqlalchemy as sa
from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy.orm import Session

from consult.accounts.models import ThrottleCount
from consult.accounts.sessions import digest
from consult.kernel.db import aside, at_once, db, insert_or
from consult.kernel.errors import Refused
from consult.kernel.model import now

SIGN_IN = RateLimitItemPerMinute(10, 5, namespace="sign-in")
SIGN_IN_FROM_ADDRESS = RateLimitItemPerMinute(50, 5, namespace="sign-in-from")
RESET = RateLimitItemPerDay(5, 1, namespace="reset")
RESET_FROM_ADDRESS = RateLimitItemPerDay(50, 1, namespace="reset-from")


class CountsInDatabase(Storage):
    """The storage of `limits` over the table of counts."""

    STORAGE_SCHEME = ["consult"]

    @property
    def base_exceptions(self) -> type[Exception] | tuple[type[Exception], ...]:
        return sa.exc.DBAPIError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count an attempt at once, before anything is done about it; the window runs from its first attempt."""
        return at_once(lambda session: _counted(session, key, expiry, amount))

    def get(self, key: str) -> int:
        query = sa.select(ThrottleCount.count).where(ThrottleCount.key == key, ThrottleCount.expires_at > now())
        return db.session.scalar(query) or 0

    def get_expiry(self, key: str) -> float:
        ends = db.session.scalar(sa.select(ThrottleCount.expires_at).where(ThrottleCount.key == key))
        return (ends or now()).timestamp()

    def check(self) -> bool:
        return db.session.scalar(sa.select(1)) == 1

    def reset(self) -> int | None:
        return None

    def clear(self, key: str) -> None:
        """Forget a count once the present transaction has ended."""
        aside(lambda session: _forget(session, key))


def _counted(session: Session, key: str, expiry: int, amount: int) -> int:
    at = now()
    session.execute(sa.delete(ThrottleCount).where(ThrottleCount.expires_at <= at))
    insert = insert_or(session, ThrottleCount)
    row = insert.values(key=key, count=amount, expires_at=at + dt.timedelta(seconds=expiry))
    counted = row.on_conflict_do_update(index_elements=["key"], set_={"count": ThrottleCount.count + amount})
    return session.scalar(counted.returning(ThrottleCount.count)) or amount


def _forget(session: Session, key: str) -> None:
    session.execute(sa.delete(ThrottleCount).where(ThrottleCount.key == key))


def _give_back(session: Session, key: str) -> None:
    session.execute(sa.update(ThrottleCount).where(ThrottleCount.key == key, ThrottleCount.count > 0).values(count=ThrottleCount.count - 1))


_storage = CountsInDatabase()
_limiter = FixedWindowRateLimiter(_storage)


def count_sign_in(email: str, address: str) -> None:
    """Count an attempt to sign in. Raises Refused("throttled") when there were too many for the account from here, or from here at all."""
    _hit(SIGN_IN_FROM_ADDRESS, address)
    _hit(SIGN_IN, email, address)


def sign_in_went_well(email: str, address: str) -> None:
    """Forget the failures of an account from an address, and do not count this attempt against the address: an office shares one."""
    _limiter.clear(SIGN_IN, *_names(email, address))
    key = SIGN_IN_FROM_ADDRESS.key_for(*_names(address))
    aside(lambda session: _give_back(session, key))


def count_reset(email: str, address: str) -> None:
    """Count a request for a new password, whether or not the account exists. Raises Refused("throttled")."""
    _hit(RESET_FROM_ADDRESS, address)
    _hit(RESET, email)


def count_import(user_id: int, per_hour: int) -> None:
    """Count a spreadsheet that somebody sends. Raises Refused("throttled") beyond so many in an hour."""
    _hit(RateLimitItemPerHour(per_hour, 1, namespace="import"), str(user_id))


def _names(*parts: str) -> list[str]:
    """What the table keeps of an account and an address: no readable trace of either."""
    return [digest(part.strip().lower())[:32] for part in parts]


def _hit(limit: RateLimitItem, *parts: str) -> None:
    names = _names(*parts)
    if not _limiter.hit(limit, *names):
        seconds = max(1, math.ceil(_storage.get_expiry(limit.key_for(*names)) - now().timestamp()))
        raise Refused("throttled", seconds=seconds, minutes=math.ceil(seconds / 60))
