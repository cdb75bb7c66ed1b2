"""What people may type about accounts, and the sentences for what is refused."""

from __future__ import annotations

from wtforms import PasswordField
from wtforms.validators import EqualTo

from consult.accounts.models import Language, Theme
from consult.web.forms import CheckField, ChoiceField, EntityForm, InputRequired, TextField
from consult.web.i18n import _l
from consult.web.refusals import sentences

ADDRESS = 254

sentences(
    {
        "wrong_sign_in": _l("This address and this password do not go together. Check both, or ask for a new password."),
        "wrong_password": _l("This is not your present password."),
        "throttled": _l("Too many attempts. Wait %(minutes)s min, then try again."),
        "email_invalid": _l("This is not an e-mail address. It looks like this: camille.martin@example.org."),
        "email_taken": _l("Another account has the address %(email)s."),
        "password_too_short": _l("A password has at least %(least)s characters; this one has %(length)s. A short sentence does well."),
        "password_too_short_for_admin": _l(
            "An administrator’s password has at least %(least)s characters; this one has %(length)s. A short sentence does well."
        ),
        "password_too_long": _l("A password has at most %(most)s characters; this one has %(length)s."),
        "password_monotonous": _l("This password repeats too few different characters."),
        "password_common": _l("This password is on the list of those that are tried first. Take words that do not usually go together."),
        "password_context": _l("This password contains “%(word)s”, which is the first thing one would try about you or this site."),
        "link_unknown": _l("This link opens nothing: it is incomplete, or a newer one replaced it."),
        "link_used": _l("This link was used already: it works once."),
        "link_expired": _l("This link has expired. Ask for a new one."),
        "not_first": _l("This installation has a user already. Sign in, or ask an administrator to invite you."),
        "last_admin": _l("%(name)s is the only administrator. Make somebody else an administrator first."),
        "invited_has_account": _l("%(email)s has an account already. Sign in with it to accept the invitation."),
        "invited_is_another": _l("This invitation was sent to %(email)s. Sign in with that address to accept it."),
    }
)

_password_hint = _l("At least 12 characters, of any kind. Pasting from a password manager is welcome.")
_admin_password_hint = _l("At least 15 characters for an administrator, of any kind. Pasting from a password manager is welcome.")


class SignInForm(EntityForm):
    """Who somebody is. Sent again, it is answered anew."""

    counts_once = False
    email = TextField(_l("E-mail address"), [InputRequired()], longest=ADDRESS)
    password = PasswordField(_l("Password"), [InputRequired()])


class ForgottenForm(EntityForm):
    """Whose password is forgotten."""

    email = TextField(_l("E-mail address"), [InputRequired()], longest=ADDRESS)


class NewPasswordForm(EntityForm):
    """A new password, typed twice."""

    password = PasswordField(_l("New password"), [InputRequired()], description=_password_hint)
    again = PasswordField(_l("The same once more"), [InputRequired(), EqualTo("password", _l("The two passwords differ."))])


class JoiningForm(NewPasswordForm):
    """The account of an invited person."""

    name = TextField(_l("Your name"), [InputRequired()])


class FirstAdministratorForm(NewPasswordForm):
    """The first account of an installation."""

    name = TextField(_l("Your name"), [InputRequired()])
    email = TextField(_l("E-mail address"), [InputRequired()], longest=ADDRESS)
    password = PasswordField(_l("New password"), [InputRequired()], description=_admin_password_hint)


class ProfileForm(EntityForm):
    """What a person chooses about themselves."""

    name = TextField(_l("Name"), [InputRequired()])
    lang = ChoiceField(_l("Language"), Language, [InputRequired()])
    theme = ChoiceField(_l("Theme"), Theme, [InputRequired()])
    single_keys = CheckField(
        _l("Shortcuts of a single key"), description=_l("For example “n” for new. Switch them off if they get in your way.")
    )


class AddressForm(EntityForm):
    """Another address to sign in with."""

    email = TextField(_l("E-mail address"), [InputRequired()], longest=ADDRESS)
    current = PasswordField(_l("Present password"), [InputRequired()], description=_l("To make sure that it is you."))


class ChangePasswordForm(NewPasswordForm):
    """Another password, by whoever knows the present one."""

    current = PasswordField(_l("Present password"), [InputRequired()])


class InvitationForm(EntityForm):
    """Somebody invited to the installation."""

    email = TextField(_l("E-mail address"), [InputRequired()], longest=ADDRESS)
    name = TextField(_l("Name"), description=_l("The person can change it."))
    may_create_studies = CheckField(_l("May create studies"), description=_l("Whoever creates a study leads it."))
    is_admin = CheckField(_l("Administrator"), description=_l("Manages accounts. This alone opens no study."))
