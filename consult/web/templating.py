"""Templates as the application reads them, and where they are kept compiled."""

from __future__ import annotations

import contextlib
import os
import pickle
import stat
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

from flask.templating import Environment
from jinja2.bccache import Bucket, FileSystemBytecodeCache

COMPILED = "compiled"
"""The directory of the instance that holds compiled templates: made anew whenever it is missing."""


class ConsultEnvironment(Environment):
    """Flask's environment, whose templates see the environment's own globals rather than a chain of maps over them: a page imports macros
    a dozen times, and each time looks through all of them."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


class _Compiled(FileSystemBytecodeCache):
    """Compiled templates on the disk. Where they cannot be written (no room, a folder that is only read), they are compiled each time;
    what cannot be read is made anew."""

    def load_bytecode(self, bucket: Bucket) -> None:
        try:
            super().load_bytecode(bucket)
        except (OSError, pickle.UnpicklingError, EOFError, ValueError, TypeError):
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        with contextlib.suppress(OSError):
            super().dump_bytecode(bucket)


def compiled_in(instance: Path) -> FileSystemBytecodeCache | None:
    """Return where templates are kept compiled, so that a process need not compile those of its first page; None where that is not safe.

    What is read there is run: the directory must be a real one, our own and closed to everybody else.
    """
    directory = instance / COMPILED
    try:
        directory.mkdir(mode=0o700, exist_ok=True)
        found = directory.lstat()
    except OSError:
        return None
    is_ours = stat.S_ISDIR(found.st_mode) and (os.name != "posix" or (found.st_uid == os.geteuid() and not found.st_mode & 0o077))
    return _Compiled(str(directory), "%s.template") if is_ours else None
