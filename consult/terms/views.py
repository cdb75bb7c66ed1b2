"""The open lists: their terms with how often they are used; adding, renaming, merging."""

from __future__ import annotations

from flask import Blueprint, Flask, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from consult.kernel.errors import NotFound, Refused
from consult.studies.gate import requires
from consult.terms import merging, service
from consult.terms.forms import TermForm
from consult.terms.models import Term, TermList
from consult.web.i18n import _, _l, lang, ngettext
from consult.web.pages import page, see

bp = Blueprint("terms", __name__)

MOST_MERGED = 200


def register(app: Flask) -> None:
    """Put the slice into the application."""
    app.register_blueprint(bp)
    app.extensions["slots"].entry("command", _l("Lists of terms"), "terms.index", "tag", capability="edit_directory")


def _list(code: str) -> TermList:
    if code not in set(TermList):
        raise NotFound
    return TermList(code)


def _index(kind: TermList) -> str:
    return url_for("terms.index", list=kind.value)


@bp.get("/studies/<int:study_id>/terms/")
@requires("edit_directory")
def index(study_id: int) -> ResponseReturnValue:
    """List the terms of a list with their uses in the study."""
    kind = _list(request.args.get("list", TermList.SPECIALITY))
    return page("terms/list.html", kind=kind, kinds=list(TermList), terms=service.terms(kind), uses=merging.count_uses())


@bp.get("/studies/<int:study_id>/terms/pick/<list>")
@requires("read_directory")
def pick(study_id: int, list: str) -> ResponseReturnValue:
    """Suggest terms to a combobox."""
    found = service.suggest(_list(list), request.args.get("q", "")[:200])
    return jsonify([{"value": term.id, "text": term.label(lang())} for term in found])


@bp.route("/studies/<int:study_id>/terms/new/<list>", methods=["GET", "POST"])
@requires("edit_directory")
def new(study_id: int, list: str) -> ResponseReturnValue:
    """Add a term."""
    kind, form = _list(list), TermForm()
    if not form.validate_on_submit() or not form.saved_by(
        lambda values, _seen: service.create(kind, values["label_fr"], values["label_en"])
    ):
        return page("terms/form.html", form=form, kind=kind, term=None)
    return see(_index(kind), _("The term was added."))


@bp.route("/studies/<int:study_id>/terms/<int:term_id>/edit", methods=["GET", "POST"])
@requires("steer")
def edit(study_id: int, term_id: int) -> ResponseReturnValue:
    """Rename a term, for every study."""
    term = service.get(term_id)
    form = TermForm(obj=term)
    if not form.validate_on_submit() or not form.saved_by(lambda values, seen: service.rename(term, values, seen)):
        return page("terms/form.html", form=form, kind=term.list, term=term)
    return see(_index(term.list), _("Saved."))


@bp.get("/studies/<int:study_id>/terms/merge")
@requires("steer")
def choose(study_id: int) -> ResponseReturnValue:
    """Ask which of the ticked terms is to stay."""
    chosen = _ticked("term")
    if len(chosen) < 2:
        return see(_index(chosen[0].list if chosen else TermList.SPECIALITY), _("Tick at least two terms to merge."), kind="warn")
    return page("terms/merge.html", terms=chosen, kind=chosen[0].list, uses=merging.count_uses())


@bp.post("/studies/<int:study_id>/terms/merge")
@requires("steer")
def merge(study_id: int) -> ResponseReturnValue:
    """Merge the terms into the one chosen."""
    chosen = _ticked("term")
    kept = next((term for term in chosen if str(term.id) == request.form.get("kept")), None)
    if kept is None:
        raise Refused("nothing_to_merge")
    record = merging.merge(kept, chosen)
    text = ngettext(
        "%(num)s term was merged into “%(label)s”.",
        "%(num)s terms were merged into “%(label)s”.",
        len(record.merged["terms"]),
        label=kept.label(lang()),
    )
    return see(_index(kept.list), text, undo_url=url_for(".undo_merge", term_id=kept.id))


@bp.post("/studies/<int:study_id>/terms/<int:term_id>/undo-merge")
@requires("steer")
def undo_merge(study_id: int, term_id: int) -> ResponseReturnValue:
    """Undo the last merge into a term."""
    term = service.get(term_id)
    merging.undo(term)
    return see(_index(term.list), _("The merge was undone."))


@bp.post("/studies/<int:study_id>/terms/<int:term_id>/delete")
@requires("steer")
def delete(study_id: int, term_id: int) -> ResponseReturnValue:
    """Put a term aside that nothing uses."""
    term = service.get(term_id)
    if merging.is_used(term):
        raise Refused("term_used", label=term.label(lang()))
    service.delete(term)
    return see(_index(term.list), _("The term was deleted."), undo_url=url_for(".restore", term_id=term_id))


@bp.post("/studies/<int:study_id>/terms/<int:term_id>/restore")
@requires("steer")
def restore(study_id: int, term_id: int) -> ResponseReturnValue:
    """Bring a term back."""
    return see(_index(service.restore(term_id).list), _("The term is back."))


def _ticked(name: str) -> list[Term]:
    """Return the terms named in the request, each once; numbers that name none are passed over."""
    asked = dict.fromkeys(request.values.getlist(name)[:MOST_MERGED])
    live = {str(term.id): term for kind in TermList for term in service.terms(kind)}
    return [live[each] for each in asked if each in live]
