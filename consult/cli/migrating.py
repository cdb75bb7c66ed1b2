"""Migrations on the application. For commands only: no page needs Alembic, and it is slow to load."""

from __future__ import annotations

from flask import Flask
from flask_migrate import Migrate

from consult import create_app
from consult.kernel.db import db
from consult.kernel.paths import resource_dir
from consult.kernel.settings import Settings


def with_migrations(settings: Settings | None = None) -> Flask:
    """Return the application with Alembic's configuration; `flask --app consult.cli.migrating:with_migrations db …` uses it."""
    app = create_app(settings)
    Migrate(app, db, directory=str(resource_dir("migrations")), render_as_batch=True, compare_type=True)
    return app
