"""What the page of a guide shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from consult.guides import questions, service
from consult.guides.conditions import WITHOUT_VALUE, Test, broken
from consult.guides.models import Guide, GuideVersion, VersionState
from consult.guides.outline import Outline
from consult.kernel.errors import NotFound
from consult.studies.gate import reader_may
from consult.web.i18n import _, lang


def version_page(guide: Guide, version_id: int | None) -> dict[str, Any]:
    """Return the values of the page that shows a version of a guide. Raises NotFound for a version of another guide."""
    versions = service.versions(guide)
    chosen = _chosen(list(versions), version_id)
    whole = service.outline(chosen.id)
    building = chosen.state == VersionState.DRAFT and reader_may("build_guides")
    return {
        "guide": guide, "whole": whole, "version": chosen, "versions": versions, "building": building,
        "draft": next((each for each in versions if each.state == VersionState.DRAFT), None),
        "said": conditions_said(whole), "wrong": dict(broken(whole)),
        "newer": questions.with_newer_words(whole) if building else frozenset(),
    }  # fmt: skip


def _chosen(versions: list[GuideVersion], version_id: int | None) -> GuideVersion:
    if version_id is not None:
        found = next((each for each in versions if each.id == version_id), None)
        if found is None:
            raise NotFound
        return found
    order = (VersionState.DRAFT, VersionState.PUBLISHED) if reader_may("build_guides") else (VersionState.PUBLISHED,)
    return next((each for state in order for each in versions if each.state == state), versions[0])


def conditions_said(whole: Outline) -> dict[tuple[str, int], str]:
    """Return every condition in words, by ("section" or "item", id)."""
    places = [(("section", part.section.id), part.section.condition) for part in whole.parts]
    places += [(("item", asked.item.id), asked.item.condition) for asked in whole.items]
    return {place: said(condition, whole) for place, condition in places if condition}


def said(condition: Mapping[str, Any], whole: Outline) -> str:
    """Return a condition in words: “2.3 is Yes”."""
    asked, test = whole.by_key.get(condition["question"]), Test(condition["is"])
    number = asked.number if asked else condition["question"]
    if test in WITHOUT_VALUE:
        return _("only if %(question)s %(test)s", question=number, test=test.label(lang()))
    option = asked.option(str(condition["value"])) if asked else None
    value = option.label(lang()) if option else condition["value"]
    return _("only if %(question)s %(test)s “%(value)s”", question=number, test=test.label(lang()), value=value)
