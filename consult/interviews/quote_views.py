"""Quotes one at a time: taken down beside the questions, read, changed, deleted and brought back; the consent to quote of an interview."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from consult.interviews import captured, quotes, service
from consult.interviews.blueprint import bp
from consult.interviews.capture_forms import ConsentForm, quote_form
from consult.interviews.captured_shown import of
from consult.interviews.capturing import Panel
from consult.interviews.models import Interview, QuoteRight
from consult.interviews.showing import address, title
from consult.studies.gate import reader_may, requires
from consult.web.i18n import _, _l
from consult.web.pages import page, see

TINTS = {QuoteRight.QUOTABLE: "ok", QuoteRight.ANONYMOUS: "info", QuoteRight.INTERNAL: ""}
"""How the mark of each right is coloured."""


def _content(interview: Interview) -> dict[str, Any]:
    may_log = reader_may("log_interviews")
    consent = ConsentForm(formdata=None, obj=interview, prefix="consent-") if may_log and not interview.state.is_sealed else None
    return {"quotes": of(interview)[captured.QUOTE], "tints": TINTS, "consent": consent}


PANEL = Panel("interviews/_quotes.html", _l("Take down a quote"), "quotes", quote_form, _content)


@bp.route("/<int:interview_id>/quotes/new", methods=["GET", "POST"])
@requires("log_interviews")
def add_quote(study_id: int, interview_id: int) -> ResponseReturnValue:
    """Take down what somebody said."""
    interview = service.get(interview_id)
    return PANEL.answer(interview, quote_form(interview), lambda values: quotes.take_down(interview, values), _("Quote taken down."))


@bp.post("/<int:interview_id>/quotes/consent")
@requires("log_interviews")
def set_quote_consent(study_id: int, interview_id: int) -> ResponseReturnValue:
    """Keep what was agreed aloud about quoting, for the whole interview."""
    interview = service.get(interview_id)
    form = ConsentForm(obj=interview, prefix="consent-")
    back = address(interview, _anchor="quotes")
    if form.validate_on_submit() and form.saved_by(lambda values, seen: quotes.set_consent(interview, values["quote_consent"], seen)):
        return PANEL.kept(interview, _("Consent kept. Quotes whose right rested on it have followed."))
    return page(
        "interviews/capture.html", form=form, title=_("Consent to quote"), trail=[(title(interview), address(interview))], back=back
    )


@bp.get("/quotes/<int:quote_id>")
@requires("read_interviews")
def show_quote(study_id: int, quote_id: int) -> ResponseReturnValue:
    """Show a quote with where it comes from and how it may be used."""
    quote = quotes.get(quote_id)
    named = title(service.get(quote.interview_id)) if quotes.is_attributable(quote) else ""
    return page(
        "interviews/quote.html", quote=quote, interview=quote.interview, named=named, tints=TINTS,
        right=quotes.usable_right(quote), to_check=quotes.is_to_check(quote), asked=quotes.asked(quote),
    )  # fmt: skip


@bp.route("/quotes/<int:quote_id>/edit", methods=["GET", "POST"])
@requires("log_interviews")
def edit_quote(study_id: int, quote_id: int) -> ResponseReturnValue:
    """Change a quote."""
    quote = quotes.get(quote_id)
    interview = service.get(quote.interview_id)
    form, back = quote_form(interview, quote), url_for(".show_quote", quote_id=quote_id)
    if form.validate_on_submit() and form.saved_by(lambda values, seen: quotes.update(quote, values, seen)):
        return see(back, _("Saved."))
    return page("interviews/capture.html", form=form, title=_("Quote"), trail=[(title(interview), address(interview))], back=back)


@bp.post("/quotes/<int:quote_id>/delete")
@requires("log_interviews")
def delete_quote(study_id: int, quote_id: int) -> ResponseReturnValue:
    """Put a quote away, with a way back."""
    quote = quotes.get(quote_id)
    quotes.delete(quote)
    undo = url_for(".bring_quote_back", quote_id=quote_id)
    return see(address(quote.interview, _anchor="quotes"), _("Quote deleted."), undo_url=undo)


@bp.post("/quotes/<int:quote_id>/bring-back")
@requires("log_interviews")
def bring_quote_back(study_id: int, quote_id: int) -> ResponseReturnValue:
    """Bring a deleted quote back."""
    quote = quotes.get(quote_id, deleted=True)
    quotes.bring_back(quote)
    return see(address(quote.interview, _anchor="quotes"), _("The quote is back."))
