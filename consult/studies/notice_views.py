"""The privacy notice of a study: read, and written anew as another version."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue

from consult.studies import notices
from consult.studies.blueprint import bp
from consult.studies.forms import NoticeForm
from consult.studies.gate import requires
from consult.web.i18n import _
from consult.web.pages import page, see


@bp.get("/studies/<int:study_id>/privacy-notice")
@requires("read_people")
def privacy_notice(study_id: int) -> ResponseReturnValue:
    """Show the notice in force, or the version asked for."""
    number = request.args.get("version", 0, int)
    notice = notices.version(number) if 0 < number < 2**31 else notices.present()
    return page("studies/notice.html", notice=notice, versions=notices.versions(), present=notices.present().number)


@bp.route("/studies/<int:study_id>/privacy-notice/edit", methods=["GET", "POST"])
@requires("steer")
def edit_privacy_notice(study_id: int) -> ResponseReturnValue:
    """Write the notice anew; what people were told before stays readable."""
    now = notices.present()
    form = NoticeForm(data={"text_fr": now.texts["fr"], "text_en": now.texts["en"], "version": now.number})
    if form.validate_on_submit() and form.saved_by(
        lambda values, seen: notices.rewrite({"fr": values["text_fr"], "en": values["text_en"]}, seen)
    ):
        return see(url_for(".privacy_notice"), _("Kept. Whoever is informed from now on is told this version."))
    return page("studies/notice_form.html", form=form, present=now.number)
