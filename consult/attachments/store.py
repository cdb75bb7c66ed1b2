"""Where the content of attached files lies: in the instance directory, under its hash, so that the same content is kept once."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import IO

from flask import current_app

from consult.kernel.errors import Refused
from consult.kernel.settings import Settings

MIB = 2**20
FOLDER = "attachments"


def settings() -> Settings:
    """Return the settings of the running application."""
    found: Settings = current_app.config["SETTINGS"]
    return found


def folder() -> Path:
    """Return the directory of the contents; it is part of every backup."""
    return settings().instance / FOLDER


def path_of(sha256: str) -> Path:
    """Return where a content lies."""
    return folder() / sha256[:2] / sha256


def measured(stream: IO[bytes]) -> tuple[str, int]:
    """Return hash and size of a file. Raises Refused when it is empty or larger than the limit."""
    most = settings().attachment_mib
    stream.seek(0)
    digest, size = hashlib.sha256(), 0
    while block := stream.read(2**16):
        size += len(block)
        if size > most * MIB:
            raise Refused("file_too_large", field="file", most=most)
        digest.update(block)
    if not size:
        raise Refused("file_empty", field="file")
    return digest.hexdigest(), size


def keep(stream: IO[bytes], sha256: str) -> None:
    """Keep a content; one that is there already is not written again. It takes its place only once it is whole."""
    place = path_of(sha256)
    if place.is_file():
        return
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=place.parent, prefix="receiving-")
    try:
        stream.seek(0)
        with os.fdopen(handle, "wb") as target:
            while block := stream.read(2**16):
                target.write(block)
            target.flush()
            os.fsync(target.fileno())
        Path(temporary).replace(place)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
