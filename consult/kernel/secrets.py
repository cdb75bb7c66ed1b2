"""The installation's secret key: made once, readable by its owner alone."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from consult.kernel.settings import BadSetting


def secret_keys(instance: Path) -> list[str]:
    """Return the keys that sign this installation's cookies and forms, the present one first, former ones as fallbacks.

    The file is created on first use. Raises BadSetting when others than its owner can read it.
    """
    path = instance / "secret_key"
    if not path.exists():
        _create(path)
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise BadSetting(f"{path} can be read by others: run 'chmod 600 {path}' and start again")
    return path.read_text(encoding="ascii").split()


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32) + "\n")
