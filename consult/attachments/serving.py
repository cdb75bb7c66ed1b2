"""How a file is handed out: as the kind that its content is, shown in place only where it can do nothing."""

from __future__ import annotations

from flask import Response, request, send_file

from consult.attachments import kinds, service, store
from consult.attachments.models import Attachment

AROUND = 64 * 1024
"""What a form adds to the bytes of the file that it carries, at most."""


def send(attachment: Attachment) -> Response:
    """Answer with a file that the reader may read, as was found. A part of it can be asked for, as who listens to sound does."""
    kind = kinds.of_mime(attachment.mime)
    shown = kind is not None and kind.shown and "download" not in request.args
    answer = send_file(
        service.open_(attachment),
        mimetype=attachment.mime,
        as_attachment=not shown,
        download_name=attachment.name,
        conditional=True,
        etag=attachment.sha256,
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def let_in() -> None:
    """Let the present request carry a file: it may be larger than other posts, and a little beyond its limit it is refused in words."""
    request.max_content_length = (store.settings().attachment_mib + 1) * store.MIB
