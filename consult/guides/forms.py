"""What people may type about guides, and the sentences for what is refused."""

from __future__ import annotations

from consult.web.i18n import _l
from consult.web.refusals import sentences

sentences(
    {
        "guide_code_taken": _l("This study has a guide with the code “%(taken)s” already."),
        "guide_was_published": _l(
            "“%(title)s” was published, and interviews may follow it. Archive it: it is no longer offered, and its answers are kept."
        ),
        "draft_there_already": _l("This guide has a draft already. Go on with that one, or discard it."),
        "only_version": _l("This is the guide’s only version. Delete the guide instead."),
        "version_published": _l(
            "This version was published and never changes. Edit the guide: what you change goes into its next version."
        ),
        "version_not_published": _l("Only a published version can be retired."),
        "version_not_retired": _l("Only a retired version can be offered again."),
        "nothing_asked": _l("Nothing is asked in this version yet. Add a question before you publish it."),
        "question_key_taken": _l("This study has a question with the key “%(key)s” already. Add that one, or choose another key."),
        "condition_not_earlier": _l("A condition can only be about a question that this guide asks earlier."),
        "condition_test": _l("This cannot be asked of the answer to “%(label)s”. Choose another test."),
        "condition_option": _l("Choose the code of one of that question’s options: %(codes)s."),
        "condition_number": _l("This is not a number. Type it like this: 1 234,50."),
        "condition_broken": _l(
            "The condition of %(number)s no longer works: the question it is about is not asked earlier, or has no such answer."
        ),
        "question_asked_already": _l("This guide asks “%(label)s” already."),
    }
)
