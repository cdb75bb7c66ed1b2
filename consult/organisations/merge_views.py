"""Two records side by side, made one, and parted again; and where the address of one that went leads."""

from __future__ import annotations

from flask import Flask, request, url_for
from flask.typing import ResponseReturnValue

from consult.kernel.errors import Conflict, Forbidden, NotFound, Refused
from consult.organisations import leading, merge_showing, merging, unmerging
from consult.organisations.blueprint import bp
from consult.organisations.desks import DESKS, ORGANISATIONS, PEOPLE, Desk
from consult.organisations.history_views import label
from consult.organisations.merge_forms import FORMS
from consult.organisations.merging import Decisions
from consult.organisations.redirects import MergedAway
from consult.studies.gate import requires
from consult.web import once
from consult.web.app import error_page
from consult.web.i18n import _, _l
from consult.web.pages import page, see
from consult.web.refusals import sentence, sentences

sentences(
    {
        "nothing_to_merge_with": _l("Choose two different records, both of this study."),
        "merged_further": _l("%(ref)s was merged further since. Undo that merge first."),
        "survivor_deleted": _l("%(ref)s was deleted since. Bring it back first."),
        "undo_later_merge_first": _l("%(ref)s was merged into the same record later. Undo that merge first."),
        "cannot_unmerge": _l("The two cannot be told apart any more: an identifier or an address of one belongs to another record by now."),
    }
)


def register(app: Flask) -> None:
    """Have the address of a record that was merged lead to the one that stayed."""
    app.register_error_handler(MergedAway, _lead_on)


def _lead_on(gone: MergedAway) -> ResponseReturnValue:
    """Go on to the same page of the record that stayed; what was being sent to the one that went is given back instead."""
    desk = DESKS[gone.kind]
    told = _("%(ref)s was merged into %(kept)s.", ref=gone.ref, kept=gone.kept_ref)
    if request.method not in ("GET", "HEAD"):
        text = _("%(what)s Nothing of yours was saved: open the record that stayed and enter it there.", what=told)
        return error_page(409, text=text, url=desk.page(gone.kept_id))
    values = dict(request.view_args or {})
    same = set(values) == {"study_id", desk.argument} and request.endpoint
    where = url_for(str(request.endpoint), **{**values, desk.argument: gone.kept_id}) if same else desk.page(gone.kept_id)
    return see(where, told, kind="info")


# side by side


@bp.route("/organisations/<int:organisation_id>/merge", methods=["GET", "POST"])
@requires("edit_directory")
def choose_organisation(study_id: int, organisation_id: int) -> ResponseReturnValue:
    """Ask with which organisation one is to be compared."""
    return _choose(ORGANISATIONS, organisation_id)


@bp.route("/people/<int:person_id>/merge", methods=["GET", "POST"])
@requires("edit_directory")
def choose_person(study_id: int, person_id: int) -> ResponseReturnValue:
    """Ask with whom a person is to be compared."""
    return _choose(PEOPLE, person_id)


def _choose(desk: Desk, record_id: int) -> ResponseReturnValue:
    record, form = desk.get(record_id), FORMS[desk.kind]()
    if form.validate_on_submit():
        other = _visible(desk, form.other.data)
        if other not in (None, record.id):
            return see(desk.between("compare", *sorted((record.id, other))))
        form.refuse(Refused("nothing_to_merge_with", field="other"))
    return page("organisations/merge_with.html", desk=desk, record=record, form=form)


@bp.get("/organisations/<int:organisation_id>/merge/<int:other_id>")
@requires("read_steering")
def compare_organisation(study_id: int, organisation_id: int, other_id: int) -> ResponseReturnValue:
    """Show two organisations side by side, the first of which would stay."""
    return _compare(ORGANISATIONS, organisation_id, other_id)


@bp.get("/people/<int:person_id>/merge/<int:other_person_id>")
@requires("read_people")
def compare_person(study_id: int, person_id: int, other_person_id: int) -> ResponseReturnValue:
    """Show two people side by side, the first of whom would stay."""
    return _compare(PEOPLE, person_id, other_person_id)


def _compare(desk: Desk, kept_id: int, gone_id: int, decisions: Decisions | None = None, status: int = 200) -> ResponseReturnValue:
    kept, gone = desk.get(kept_id), desk.get(gone_id)
    decided = decisions or Decisions()
    rows = merging.read(desk.kind, kept_id, gone_id)
    concerned = leading.concerned(desk.kind, (kept_id, gone_id))
    may = leading.reader_may_merge(concerned)
    told = leading.led_by_reader(concerned) if may else set()
    moves = merging.follows(desk.kind, *rows, decided)
    hung = zip(merge_showing.beside(desk.kind, kept), merge_showing.beside(desk.kind, gone), strict=True)
    return page(
        "organisations/merge.html",
        status,
        desk=desk,
        kept=kept,
        gone=gone,
        fields=merge_showing.fields(desk.kind, *rows, decided),
        beside=[(text, here, there) for (text, here), (_same, there) in hung if here or there],
        may_merge=may,
        leads=[row.name for row in leading.leads(concerned)],
        studies=merge_showing.studies(moves, decided, told),
        moving=merge_showing.moving(moves, told),
        elsewhere=bool(concerned - told),
        changed=status == 409,
        token=once.token_field(),
    )


@bp.post("/organisations/<int:organisation_id>/merge/<int:other_id>")
@requires("edit_directory")
def merge_organisation(study_id: int, organisation_id: int, other_id: int) -> ResponseReturnValue:
    """Merge the second organisation into the first."""
    return _merge(ORGANISATIONS, organisation_id, other_id)


@bp.post("/people/<int:person_id>/merge/<int:other_person_id>")
@requires("edit_directory")
def merge_person(study_id: int, person_id: int, other_person_id: int) -> ResponseReturnValue:
    """Merge the second person into the first."""
    return _merge(PEOPLE, person_id, other_person_id)


def _merge(desk: Desk, kept_id: int, gone_id: int) -> ResponseReturnValue:
    kept, gone = desk.get(kept_id), desk.get(gone_id)
    refs = {"ref": gone.ref, "kept": kept.ref}
    _refuse_unless_leading(desk, kept_id, gone_id)
    decisions = merge_showing.choices(request.form)
    seen = {record_id: version for record_id, name in ((kept_id, "kept-version"), (gone_id, "gone-version")) if (version := _version(name))}
    try:
        merging.merge(desk.kind, kept, gone, decisions, merge_showing.words(desk.kind), seen)
    except Conflict:
        return _compare(desk, kept_id, gone_id, decisions, 409)
    text = _("%(ref)s was merged into %(kept)s.", **refs)
    return see(desk.page(kept_id), text, undo_url=desk.url("unmerge", gone_id))


def _version(name: str) -> int | None:
    text = request.form.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _refuse_unless_leading(desk: Desk, *ids: int) -> None:
    if not leading.reader_may_merge(leading.concerned(desk.kind, ids)):
        raise Forbidden


# parted again


@bp.post("/organisations/<int:organisation_id>/unmerge")
@requires("edit_directory")
def unmerge_organisation(study_id: int, organisation_id: int) -> ResponseReturnValue:
    """Undo the merge by which an organisation went."""
    return _unmerge(ORGANISATIONS, organisation_id)


@bp.post("/people/<int:person_id>/unmerge")
@requires("edit_directory")
def unmerge_person(study_id: int, person_id: int) -> ResponseReturnValue:
    """Undo the merge by which a person went."""
    return _unmerge(PEOPLE, person_id)


def _unmerge(desk: Desk, gone_id: int) -> ResponseReturnValue:
    merge = unmerging.of(desk.kind, gone_id)
    kept = desk.get(merge.kept_id)
    _refuse_unless_leading(desk, merge.kept_id, gone_id)
    try:
        left = unmerging.undo(merge)
    except Refused as refusal:
        return see(desk.page(kept.id), sentence(refusal), kind="bad")
    back = _visible(desk, gone_id)
    text = _("The merge was undone: both are as before.")
    if left:
        text = _("The merge was undone. Kept as somebody changed it since: %(what)s.", what=", ".join(_left(desk, left)))
    return see(desk.page(back or kept.id), text, kind="warn" if left else "ok")


def _visible(desk: Desk, record_id: int) -> int | None:
    """Return the id of a record if the reader may see it."""
    try:
        return int(desk.get(record_id).id)
    except NotFound:
        return None


def _left(desk: Desk, left: list[unmerging.Kept]) -> list[str]:
    said = [label(table, column) if column else merge_showing.one_of(table) for table, column in left]
    return list(dict.fromkeys(said))
