"""The versions of a guide: begun, published, retired, discarded, compared."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from consult.guides import comparing, conditions, service
from consult.guides.blueprint import bp
from consult.guides.forms import PublishForm
from consult.guides.history_views import field_label
from consult.guides.models import GuideVersion
from consult.studies.gate import requires
from consult.web.i18n import _, lang, written_label
from consult.web.pages import page, see


@bp.context_processor
def _words_for_fields() -> dict[str, Any]:
    return {"guide_field_label": field_label, "guide_field_value": _written}


def _written(value: Any) -> str | None:
    """Write the value of a field in a comparison: yes or no, a label of a closed list, a condition by its parts."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        return conditions.words(value, lang())
    return None if value is None else written_label(value)


def _shown(version: GuideVersion) -> str:
    return url_for(".show", guide_id=version.guide_id, version=version.id)


@bp.post("/<int:guide_id>/draft")
@requires("build_guides")
def draft(study_id: int, guide_id: int) -> ResponseReturnValue:
    """Begin the next version of a guide, or go on with the one begun."""
    version = service.edit(service.get(guide_id))
    return see(_shown(version), _("This is version %(number)s, a draft. What was published stays as it is.", number=version.number))


@bp.route("/versions/<int:version_id>/publish", methods=["GET", "POST"])
@requires("build_guides")
def publish(study_id: int, version_id: int) -> ResponseReturnValue:
    """Say what is new in a draft, and publish it."""
    version, form = service.version(version_id), PublishForm()
    whole = service.outline(version_id)
    if not form.validate_on_submit() or not form.saved_by(lambda values, _seen: service.publish(version, values["note"])):
        return page("guides/publish.html", form=form, whole=whole, changes=comparing.since_published(whole))
    return see(_shown(version), _("Version %(number)s is published: new interviews follow it.", number=version.number))


@bp.post("/versions/<int:version_id>/retire")
@requires("build_guides")
def retire(study_id: int, version_id: int) -> ResponseReturnValue:
    """Offer a version no longer."""
    version = service.version(version_id)
    service.retire(version)
    text = _("Version %(number)s is retired: interviews that follow it keep it.", number=version.number)
    return see(_shown(version), text, undo_url=url_for(".publish_again", version_id=version.id))


@bp.post("/versions/<int:version_id>/publish-again")
@requires("build_guides")
def publish_again(study_id: int, version_id: int) -> ResponseReturnValue:
    """Offer a retired version again."""
    version = service.version(version_id)
    service.publish_again(version)
    return see(_shown(version), _("Version %(number)s is offered again.", number=version.number))


@bp.post("/versions/<int:version_id>/discard")
@requires("build_guides")
def discard(study_id: int, version_id: int) -> ResponseReturnValue:
    """Put a draft aside."""
    version = service.version(version_id)
    service.discard(version)
    text = _("The draft was discarded. What was published stays.")
    return see(url_for(".show", guide_id=version.guide_id), text, undo_url=url_for(".restore_version", version_id=version.id))


@bp.post("/versions/<int:version_id>/restore")
@requires("build_guides")
def restore_version(study_id: int, version_id: int) -> ResponseReturnValue:
    """Bring a discarded draft back."""
    return see(_shown(service.restore_version(version_id)), _("The draft is back."))


@bp.get("/<int:guide_id>/compare")
@requires("read_guides")
def compare(study_id: int, guide_id: int) -> ResponseReturnValue:
    """Show what changed from one version to another: the last two unless others are chosen."""
    guide = service.get(guide_id)
    asked = (request.args.get("old", type=int), request.args.get("new", type=int))
    return page("guides/compare.html", guide=guide, **comparing.two_versions(guide, *asked))
