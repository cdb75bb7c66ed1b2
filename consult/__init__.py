"""Consult, a self-hosted stakeholder consultation manager. `create_app` reads as the table of contents of the product."""

from __future__ import annotations

from consult.accounts import views as accounts
from consult.exchange import views as exchange
from consult.fieldwork import views as fieldwork
from consult.guides import views as guides
from consult.home import views as home
from consult.interviews import views as interviews
from consult.kernel.settings import Settings, load
from consult.mail import tasks as mail
from consult.organisations import views as organisations
from consult.reports import views as reports
from consult.sourcing import views as sourcing
from consult.studies import views as studies
from consult.terms import views as terms
from consult.web.app import ConsultFlask, new_app

__version__ = "0.1.0"


def create_app(settings: Settings | None = None) -> ConsultFlask:
    """Return the application of one installation; its settings are read from the environment and `config.toml` unless given."""
    app = new_app(settings or load())
    mail.register(app)
    accounts.register(app)
    studies.register(app)
    terms.register(app)
    organisations.register(app)
    fieldwork.register(app)
    guides.register(app)
    interviews.register(app)
    sourcing.register(app)
    reports.register(app)
    exchange.register(app)
    home.register(app)
    return app
