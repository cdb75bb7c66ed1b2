"""What a draft asks, replaced as a whole."""

from __future__ import annotations

from collections.abc import Sequence

from consult.guides import plain, sections, service
from consult.guides.models import Guide, GuideVersion
from consult.guides.plain import PlainSection


def replace(guide: Guide, wanted: Sequence[PlainSection]) -> GuideVersion:
    """Have the draft of a guide, begun where there is none, ask what is wanted and nothing else; what it asked can be put back."""
    version = service.edit(guide)
    for section in sections.sections(version):
        sections.delete(section)
    plain.write(version, wanted)
    return version
