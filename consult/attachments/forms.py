"""What may be sent as a file, and the sentences of what is refused."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField

from consult.web.forms import EntityForm
from consult.web.i18n import _, _l
from consult.web.refusals import sentences

sentences({
    "file_empty": _l("This file is empty. Choose it again: it may not have been written to the end."),
    "file_too_large": _l("This file is larger than %(most)s MiB. Send a smaller one, or a part of it."),
    "file_kind_unknown": _l(
        "“%(name)s” is none of the kinds that are kept: photographs (JPEG, PNG, WebP, HEIC), sound, PDF, text, and documents "
        "of Word, Excel, PowerPoint or OpenDocument."
    ),
    "file_runs_something": _l("This document carries macros or a program. Save it without them, then send it again."),
    "study_is_full": _l("The files of this study would exceed %(most)s MiB together. Delete some that are no longer needed."),
})  # fmt: skip


class FileForm(EntityForm):
    """One file, chosen; or a photograph, taken at that moment."""

    file = FileField(_l("File"))
    photo = FileField(_l("Photograph taken now"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Tell whether there is a file, and say it beside the field where there is none."""
        sound = super().validate(extra_validators)
        if sound and self.sent is None:
            self.file.errors = [_("Choose a file.")]
            return False
        return sound

    @property
    def sent(self) -> Any:
        """What was sent, by whichever field; None when nothing was."""
        return self.file.data or self.photo.data or None
