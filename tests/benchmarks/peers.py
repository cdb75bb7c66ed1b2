"""The same rows shown by Django's admin and by Flask-Admin, each as its documentation says to set it up."""

from __future__ import annotations

import importlib
import sys
import time
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

COLUMNS = ("ref", "name", "kind", "workforce_band", "phone", "email", "status", "naf_code", "siren", "website")


def _configure_django(database: Path) -> None:
    """Set Django up on a database; a process has one."""
    django, settings = importlib.import_module("django"), importlib.import_module("django.conf").settings
    settings.configure(
        DEBUG=False, SECRET_KEY="benchmark", ALLOWED_HOSTS=["*"], ROOT_URLCONF="benchmark_urls", USE_TZ=True, STATIC_URL="/static/",
        INSTALLED_APPS=[f"django.contrib.{name}" for name in ("admin", "auth", "contenttypes", "sessions", "messages")] + ["import_export"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(database)}},
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        TEMPLATES=[{
            "BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
            "OPTIONS": {"context_processors": [
                "django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]},
        }],
    )  # fmt: skip
    django.setup()


def django_admin(database: Path) -> Callable[[], None]:
    """Return a reader of the first page of Django's admin over the table `organisation`, signed in."""
    urls: Any = types.ModuleType("benchmark_urls")
    urls.urlpatterns = []
    sys.modules["benchmark_urls"] = urls
    _configure_django(database)
    importlib.import_module("django.core.management").call_command("migrate", verbosity=0)
    return _signed_in_django(urls)


def _signed_in_django(urls: Any) -> Callable[[], None]:
    models, admin = importlib.import_module("django.db.models"), importlib.import_module("django.contrib.admin")
    fields = {name: models.CharField(max_length=500, null=True) for name in COLUMNS}
    meta = type("Meta", (), {"managed": False, "db_table": "organisation", "app_label": "auth", "ordering": ["name"]})
    model = type("Organisation", (models.Model,), {**fields, "Meta": meta, "__module__": __name__})
    options = {"list_display": COLUMNS, "list_per_page": 50, "search_fields": ("name",), "list_filter": ("kind", "workforce_band")}
    admin.site.register(model, type("OrganisationAdmin", (admin.ModelAdmin,), options))
    urls.urlpatterns.append(importlib.import_module("django.urls").path("admin/", admin.site.urls))
    user = importlib.import_module("django.contrib.auth").get_user_model().objects.create_superuser("bench", "b@example.org", "benchmark")
    browser = importlib.import_module("django.test").Client()
    browser.force_login(user)

    def read() -> None:
        assert browser.get("/admin/auth/organisation/").status_code == 200

    return read


def flask_admin(database: Path) -> Callable[[], None]:
    """Return a reader of the first page of Flask-Admin over the table `organisation`."""
    flask, package = importlib.import_module("flask"), importlib.import_module("flask_admin")
    views, alchemy = importlib.import_module("flask_admin.contrib.sqla"), importlib.import_module("flask_sqlalchemy")
    app = flask.Flask("flask_admin_side")
    app.config.update(SECRET_KEY="benchmark", SQLALCHEMY_DATABASE_URI=f"sqlite:///{database}")
    importlib.import_module("flask_babel").Babel(app)
    database_side = alchemy.SQLAlchemy(app)
    column, text, whole = database_side.Column, database_side.String, database_side.Integer
    model = type(
        "Organisation",
        (database_side.Model,),
        {"__tablename__": "organisation", "id": column(whole, primary_key=True), **{n: column(text) for n in COLUMNS}},
    )
    options = {"column_list": COLUMNS, "page_size": 50, "column_searchable_list": ("name",), "column_filters": ("kind", "workforce_band")}
    package.Admin(app).add_view(type("OrganisationView", (views.ModelView,), options)(model, database_side.session))
    browser = app.test_client()

    def read() -> None:
        assert browser.get("/admin/organisation/").status_code == 200

    return read


def django_import(folder: Path, path: Path, columns: dict[str, int]) -> Callable[[], float]:
    """Return a run of django-import-export, set up for bulk as its documentation says, that reads a workbook and upserts it; seconds."""
    _configure_django(folder / "django.sqlite")
    models, resources = importlib.import_module("django.db.models"), importlib.import_module("import_export.resources")
    connection, tablib = importlib.import_module("django.db").connection, importlib.import_module("tablib")
    fields = {f"c{place}": models.CharField(max_length=500, null=True, unique=place == 1) for place in columns.values()}
    meta = type("Meta", (), {"app_label": "auth", "db_table": "imported"})
    model = type("Imported", (models.Model,), {**fields, "Meta": meta, "__module__": __name__})
    with connection.schema_editor() as editor:
        editor.create_model(model)
    options = {
        "model": model, "import_id_fields": ("c1",), "fields": tuple(fields), "use_bulk": True, "batch_size": 1000, "skip_unchanged": True
    }  # fmt: skip
    resource = type("ImportedResource", (resources.ModelResource,), {"Meta": type("Meta", (), options)})

    def run() -> float:
        began = time.perf_counter()
        data = tablib.Dataset().load(path.read_bytes(), format="xlsx")
        data.headers = [f"c{columns[header]}" for header in data.headers]
        outcome = resource().import_data(data, dry_run=False, raise_errors=True)
        assert outcome.totals["new"] == len(data)
        return time.perf_counter() - began

    return run
