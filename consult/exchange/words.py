"""What the wizard and the command line say of rows and cells: a sentence for every reason, warning and way of matching."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from consult.excel import ImportRejected, Reason, words
from consult.excel.flaws import Flaw
from consult.exchange.fields import label_of
from consult.kernel.changes import Note
from consult.web.i18n import _, _l, lang, ngettext

SENTENCES: dict[str, Any] = {
    "line_disagrees": _l("%(label)s: line %(row)s of the file says otherwise; this value is kept under its header in the extra"),
    "kept_theirs": _l("%(label)s: another study has a value that you may not see; this one is kept under its header in the extra"),
    "not_in_list": _l("%(label)s: “%(text)s” is not in the list; kept under its header in the extra"),
    "unknown_segment": _l("%(label)s: the study has no segment “%(text)s”; kept under its header in the extra"),
    "unknown_member": _l("%(label)s: “%(text)s” is nobody who works in the study; kept under its header in the extra"),
    "out_of_bounds": _l("%(label)s: “%(text)s” is not between %(low)s and %(high)s; kept under its header in the extra"),
    "outside_frame": _l("%(label)s: only what is in the target list has one; kept under its header in the extra"),
    "nobodys": _l("%(label)s: several people are named, and nobody can tell whose “%(text)s” is; kept under its header in the extra"),
    "too_long": _l("%(label)s: longer than %(limit)s characters; kept under its header in the extra"),
    "set_aside": _l("%(label)s: “%(text)s” – %(flaw)s; kept under its header in the extra"),
    "doubtful": _l("%(label)s: “%(text)s” – %(flaw)s"),
    "cell_error": _l("%(label)s: the cell shows an Excel error (%(text)s)"),
    "taken_elsewhere": _l("%(label)s: %(text)s belongs to another record; kept under its header in the extra"),
    "doubtful_beside": _l("%(label)s: “%(text)s” fails its check and another number is known; kept under its header in the extra"),
    "former_number": _l("%(label)s: %(text)s is of a record merged into this one, which has another; kept under its header in the extra"),
    "shared_address": _l("The e-mail address %(text)s belongs to %(other)s too; it is kept as a shared mailbox"),
    "shared_address_elsewhere": _l("The e-mail address %(text)s belongs to somebody else too; it is kept as a shared mailbox"),
    "no_date": _l("there is no date: an interview has its day"),
    "no_organisation_met": _l("no organisation is named: an interview is held with one"),
    "interview_is_validated": _l("the interview is validated, and therefore read-only: reopen it first, or leave the row out"),
    "hides_from_oneself": _l("this level would hide the interview from you, and it is not yours"),
    "may_not_validate": _l("only a lead validates: the interview is submitted instead"),
    "begins_as_draft": _l("an interview is returned in a review: this one begins as a draft"),
    "state_stays": _l("%(label)s: only a review takes this step; the state stays as it is"),
    "unknown_asker": _l("%(label)s: “%(text)s” does not hold interviews in this study; kept under its header in the extra"),
    "no_name": _l("there is no name, and no identifier by which to find the record"),
    "no_last_name": _l("there is no last name, and no e-mail address by which to find the person"),
    "no_organisation": _l("no organisation is named: a person is known through an organisation"),
    "nothing_mapped": _l("none of the columns that hold something in this row is mapped"),
    "identifiers_disagree": _l("SIREN and SIRET name two different organisations: %(one)s and %(other)s"),
    "set_aside_by_choice": _l("set aside by choice"),
    "by_before": _l("imported before from this row"),
    "by_siret": _l("same SIRET"),
    "by_siren": _l("same SIREN"),
    "by_name": _l("same name and town"),
    "by_only_name": _l("the only one of this name in the study"),
    "by_reference": _l("same reference"),
    "by_day": _l("same organisation on the same day"),
    "same_day": _l("same organisation on the same day"),
    "by_email": _l("same e-mail address"),
    "by_person": _l("same name in the same organisation"),
    "by_line": _l("same organisation as line %(row)s of the file"),
    "by_choice": _l("by choice"),
    "by_other": _l("same identifier"),
    "same_name_no_town": _l("same name, but a town is missing on one side"),
    "similar_name": _l("similar name in the same town"),
    "same_domain": _l("same web site or e-mail domain"),
    "same_person_elsewhere": _l("same name in another organisation"),
    "could_be": _l("could be: %(label)s"),
    "earlier_line": _l("line %(row)s of this file"),
}


def said(note: Note | tuple[str, Mapping[str, Any]]) -> str:
    """Return a note in the reader's language."""
    code, values = (note.code, note.values) if isinstance(note, Note) else note
    known = {**values}
    if "field" in known:
        known["label"] = label_of(known["field"])
    if "flaw" in known:
        known["flaw"] = words(Flaw(known["flaw"]), lang(), text=known.get("text", ""))
    text = str(SENTENCES[code])
    return text % _Known(known) if known else text


def counted(counts: Mapping[str, int]) -> str:
    """Return in one sentence how many rows there are, and how many of each verdict that occurs."""
    total = sum(counts[verdict] for verdict in ("new", "changed", "same", "refused", "ambiguous"))
    if not total:
        return _("No row is a record.")
    parts = {
        "new": ngettext("%(num)d new", "%(num)d new", counts["new"]),
        "changed": ngettext("%(num)d changed", "%(num)d changed", counts["changed"]),
        "same": ngettext("%(num)d unchanged", "%(num)d unchanged", counts["same"]),
        "refused": ngettext("%(num)d refused", "%(num)d refused", counts["refused"]),
        "ambiguous": _("%(num)s to decide", num=counts["ambiguous"]),
    }
    told = ", ".join(text for verdict, text in parts.items() if counts[verdict])
    return ngettext("%(num)d row: %(told)s.", "%(num)d rows: %(told)s.", total, told=told)


class _Known(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"


def rejection(code: str, values: Mapping[str, Any]) -> str:
    """Return why a file was refused, and what to do about it."""
    return ImportRejected(Reason(code), **values).sentence(lang())


def as_note(raw: Any) -> Note:
    """Return a note out of JSON."""
    return Note(raw[0], raw[1])
