"""Where Consult finds what it ships and keeps what it is given."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def resource_dir(name: str) -> Path:
    """Return the directory of shipped files called `name`: inside the installed package, else beside it in the source tree."""
    for candidate in (PACKAGE / name, PACKAGE.parent / name):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"no shipped directory {name!r} in {PACKAGE} nor beside it")


def instance_dir() -> Path:
    """Return the directory of the database, uploads, secret key and config.toml.

    `CONSULT_INSTANCE` names it; else it is `instance/` beside the package in a source tree, or `~/.consult` for an installed wheel.
    """
    named = os.environ.get("CONSULT_INSTANCE")
    if named:
        return Path(named).expanduser().resolve()
    in_tree = (PACKAGE.parent / "pyproject.toml").is_file()
    return PACKAGE.parent / "instance" if in_tree else Path.home() / ".consult"


def settle(instance: Path) -> None:
    """Make the directory of the installation's data, for its owner alone; one that stood open to others is closed, where it is ours."""
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.name == "posix" and instance.stat().st_mode & 0o077:
        with contextlib.suppress(PermissionError):
            instance.chmod(0o700)
