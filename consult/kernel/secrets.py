"""The installation's secret key: made once, readable by its owner alone."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import tempfile
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
        raise BadSetting("%(path)s can be read by others: run 'chmod 600 %(path)s' and start again", path=path)
    return path.read_text(encoding="ascii").split()


def _create(path: Path) -> None:
    """Make the key under its name whole, since another process may read it at once; the first to make it wins."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".secret_key-")  # for its owner alone
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32) + "\n")
    with contextlib.suppress(FileExistsError):
        os.link(name, path)
    Path(name).unlink()
