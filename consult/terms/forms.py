"""What people may type about a term."""

from __future__ import annotations

from consult.web.forms import EntityForm, InputRequired, TextField
from consult.web.i18n import _l
from consult.web.refusals import sentences

sentences(
    {
        "term_empty": _l("A term has at least one letter or figure."),
        "term_taken": _l("The list has the term “%(label)s” already. Two terms that mean the same can be merged."),
        "term_used": _l("“%(label)s” is in use. Merge it into another term rather than deleting it."),
        "nothing_to_merge": _l("Tick at least two terms of the same list, and choose the one to keep."),
        "nothing_to_undo": _l("There is no merge to undo any more."),
    }
)


class TermForm(EntityForm):
    """The labels of a term."""

    label_fr = TextField(_l("French label"), [InputRequired()])
    label_en = TextField(_l("English label"), description=_l("Left empty, the French label stands in both languages."))
