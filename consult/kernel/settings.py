"""Every setting of an installation: its default, its bounds, and where it is read from.

A value comes from the environment (`CONSULT_` and the name in capitals), else from `instance/config.toml`, else from the default.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from consult.kernel.paths import instance_dir


class BadSetting(Exception):
    """A setting has a value that cannot be used; the text, filled with the values, names the setting and says what is accepted."""

    def __init__(self, text: str, **values: Any) -> None:
        super().__init__(text % values)
        self.text, self.values = text, values


SCHEMES = {
    "database_url": ("postgresql://", "postgres://", "postgresql+psycopg://", "sqlite:///"),
    "redis_url": ("redis://", "rediss://", "unix://"),
    "public_url": ("http://", "https://"),
}
"""How the settings that are addresses begin."""


def _bounded(default: int, low: int, high: int) -> Any:
    return field(default=default, metadata={"low": low, "high": high})


@dataclass(frozen=True)
class Settings:
    """What one installation runs with. Sizes are in MiB and durations in minutes unless the name says otherwise."""

    instance: Path
    database_url: str = ""
    redis_url: str = ""
    public_url: str = ""
    demo: bool = False
    allow_http: bool = False
    behind_proxy: bool = False
    testing: bool = False
    upload_mib: int = _bounded(10, 1, 50)
    imports_per_hour: int = _bounded(10, 1, 1000)
    abandoned_import_days: int = _bounded(30, 1, 365)
    post_mib: int = _bounded(2, 1, 10)
    attachment_mib: int = _bounded(20, 1, 100)
    study_attachments_mib: int = _bounded(1024, 10, 100 * 1024)
    session_idle: int = _bounded(120, 5, 24 * 60)
    session_absolute: int = _bounded(12 * 60, 30, 7 * 24 * 60)
    reset_link: int = _bounded(60, 5, 24 * 60)
    invitation_days: int = _bounded(14, 1, 90)
    argon2_memory_kib: int = _bounded(19456, 8, 1 << 20)
    argon2_passes: int = _bounded(2, 1, 20)
    mail_backend: str = ""
    smtp_host: str = ""
    smtp_port: int = _bounded(587, 1, 65535)
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_tls: bool = True
    mail_from: str = "consult@localhost"
    admin_email: str = ""
    admin_password: str = ""
    demo_password: str = ""

    @property
    def sqlalchemy_url(self) -> str:
        """The database's address for SQLAlchemy; a file in the instance directory unless `database_url` names another."""
        if self.database_url:
            return self.database_url.replace("postgresql://", "postgresql+psycopg://", 1).replace("postgres://", "postgresql+psycopg://", 1)
        return f"sqlite:///{self.instance / ('demo.sqlite' if self.demo else 'consult.sqlite')}"

    @property
    def jobs_url(self) -> str:
        """The database of jobs and their progress: a second file beside an SQLite database, the same database on PostgreSQL."""
        if not self.sqlalchemy_url.startswith("sqlite"):
            return self.sqlalchemy_url
        return f"sqlite:///{self.instance / ('demo-jobs.sqlite' if self.demo else 'jobs.sqlite')}"


def load(instance: Path | None = None, environ: Mapping[str, str] | None = None, **given: Any) -> Settings:
    """Read the settings; `given` wins over the environment. Raises BadSetting on a value out of its bounds or of another type."""
    env = os.environ if environ is None else environ
    where = instance or instance_dir()
    written = _from_file(where / "config.toml")
    values: dict[str, Any] = {"instance": where}
    for item in fields(Settings):
        if item.name == "instance":
            continue
        raw = given.get(item.name, env.get("CONSULT_" + item.name.upper(), written.get(item.name)))
        if raw not in (None, ""):
            values[item.name] = _checked(item, raw)
    return Settings(**values)


def _from_file(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise BadSetting("%(path)s cannot be read: %(reason)s", path=path, reason=error) from error


def _checked(item: Any, raw: Any) -> Any:
    if item.type == "bool":
        return raw if isinstance(raw, bool) else str(raw).strip().lower() in {"1", "true", "yes", "on"}
    if item.type != "int":
        return _checked_address(item.name, str(raw)) if item.name in SCHEMES else str(raw)
    low, high = item.metadata["low"], item.metadata["high"]
    try:
        number = int(raw)
    except ValueError:
        number = low - 1
    if not low <= number <= high:
        raise BadSetting(
            "%(name)s is “%(value)s”: a whole number from %(low)s to %(high)s is expected", name=item.name, value=raw, low=low, high=high
        )
    return number


def _checked_address(name: str, address: str) -> str:
    """The address is not told: it may hold a password."""
    try:
        well = address.startswith(SCHEMES[name]) and urlsplit(address).port != 0
    except ValueError:
        well = False
    if not well:
        raise BadSetting("%(name)s is no address that can be used: it begins with %(schemes)s", name=name, schemes=SCHEMES[name][0])
    return address
