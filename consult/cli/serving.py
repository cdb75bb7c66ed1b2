"""Prepare an installation and serve it: `consult init`, `consult serve`, and the worker that `serve` starts."""

from __future__ import annotations

import errno
import importlib.util
import ipaddress
import os
import signal
import sys
from pathlib import Path

import click
from flask import current_app, url_for

from consult.accounts import service as accounts
from consult.cli.demo import prepare_demonstration, show_sign_ins
from consult.cli.frame import Command, Failure, Outside, acting_as, new_application, say
from consult.cli.preparing import prepare, turn
from consult.cli.processes import Child, Family, answers, why_not_open
from consult.cli.recovering import serving_lock, tell_interrupted, working
from consult.cli.words import N_
from consult.demo.seeder import SignIn
from consult.kernel.db import unit_of_work
from consult.kernel.settings import Settings
from consult.web.i18n import _

GRACE_SECONDS = 15


@click.command("init", cls=Outside, help=N_("Prepare this installation, or bring it to this version, without serving it."))
@click.pass_obj
def init(language: str) -> None:
    with new_application(language) as app:
        settings: Settings = app.config["SETTINGS"]
        prepare(settings.instance)
        make_given_administrator(settings)
        say(_("The installation in %(path)s is ready.", path=settings.instance))


@click.command("serve", cls=Outside, help=N_("Prepare what is missing and serve Consult until Ctrl+C."))
@click.option("--demo", is_flag=True, help=N_("Serve the demonstration, which has a database of its own."))
@click.option("--host", default="127.0.0.1", show_default=True, help=N_("Address to listen on."))
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help=N_("Port to listen on."))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help=N_("Number of server processes."))
@click.pass_obj
def serve(language: str, demo: bool, host: str, port: int, workers: int) -> None:
    if demo:
        os.environ["CONSULT_DEMO"] = "1"  # for the processes started from here too
    with new_application(language) as app:
        settings: Settings = app.config["SETTINGS"]
        refuse_open_http(settings, host)
        refuse_closed_port(host, port)
        prepare(settings.instance)
        sign_ins = prepare_demonstration(settings) if settings.demo else make_given_administrator(settings)
        tell_interrupted(settings)

    address = settings.public_url or f"http://{f'[{host}]' if ':' in host else host}:{port}"

    def announce() -> None:
        with app.app_context():
            say(_("Consult answers at %(address)s (Ctrl+C to stop)", address=address))
            show_sign_ins(sign_ins)
            if settings.demo and not sign_ins:
                say(_("The passwords were shown at the first start; 'consult demo --reset-passwords' makes new ones."))
            show_first_administrator_link(settings, address)

    family = Family([Child("server", server_command(host, port, workers), essential=True), worker_child()])
    with turn(serving_lock(settings), shared=True):
        sys.exit(family.run(lambda: answers(host, port), announce))


@click.command("worker", cls=Command, help=N_("Do the queued work of this installation; 'serve' starts it by itself."))
@click.pass_context
def worker(ctx: click.Context) -> None:
    with working(current_app.config["SETTINGS"]):
        current_app.extensions["jobs"].queue.work()
    ctx.exit(0)


def server_command(host: str, port: int, workers: int) -> list[str]:
    """The command that serves the application: gunicorn, or waitress where there is none."""
    bound = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    if importlib.util.find_spec("gunicorn") is None:
        return [sys.executable, "-m", "waitress", f"--listen={bound}", f"--threads={4 * workers}", "--call", "consult:create_app"]
    options = {"bind": bound, "workers": workers, "worker-class": "gthread", "threads": 4, "timeout": 90, "graceful-timeout": GRACE_SECONDS}
    shm = Path("/dev/shm")  # noqa: S108 (a heartbeat, not a file)
    memory = ["--worker-tmp-dir", str(shm)] if shm.is_dir() else []
    written = [f"--{name}={value}" for name, value in options.items()]
    return [sys.executable, "-m", "gunicorn", *written, *memory, "--log-level=warning", "--no-control-socket", "consult:create_app()"]


def worker_child() -> Child:
    """The process that does the queued work; it finishes what it is doing when it is asked to stop."""
    return Child("worker", [sys.executable, "-m", "consult", "worker"], essential=False, stop_signal=signal.SIGINT)


def refuse_open_http(settings: Settings, host: str) -> None:
    """Refuse to send passwords in the clear over a network, unless the settings say that HTTPS is in front or that it is meant."""
    secured = settings.behind_proxy or settings.allow_http
    if not (secured or _is_loopback(host)):
        raise Failure(
            _(
                "%(host)s can be reached from other machines, and plain HTTP would carry passwords in the clear. Put an HTTPS proxy in "
                "front and set CONSULT_BEHIND_PROXY=1 and CONSULT_PUBLIC_URL, or set CONSULT_ALLOW_HTTP=1 if you mean it.",
                host=host,
            )
        )


def refuse_closed_port(host: str, port: int) -> None:
    """Fail with what to do when no server can be opened there."""
    error = why_not_open(host, port)
    if error is None:
        return
    if error.errno == errno.EADDRINUSE:
        raise Failure(_("Port %(port)s is in use: choose another with --port.", port=port))
    if error.errno in (errno.EACCES, errno.EPERM):
        raise Failure(_("You may not open port %(port)s: choose one above 1023 with --port.", port=port))
    raise Failure(_("%(host)s is no address of this machine: --host takes one such as 127.0.0.1.", host=host))


def make_given_administrator(settings: Settings) -> list[SignIn]:
    """Make the first administrator that the settings name, while there is no user; their password is known already."""
    if settings.admin_email and not settings.admin_password and not accounts.any_user():
        raise Failure(_("CONSULT_ADMIN_EMAIL is set: set CONSULT_ADMIN_PASSWORD too."))
    made = accounts.ensure_admin(settings)
    if made:
        say(_("The administrator %(email)s was created.", email=made.email))
    return []


def show_first_administrator_link(settings: Settings, address: str) -> None:
    """While there is no user, print the one-time address where the first administrator chooses a password."""
    if settings.demo or accounts.any_user():
        return
    with unit_of_work(), acting_as(None):
        token = accounts.offer_first_administrator()
    with current_app.test_request_context(base_url=address):
        link = url_for("accounts.first_administrator", token=token, _external=True)
    say(_("No user yet. The first administrator chooses a password here, once:"))
    say(f"  {link}")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
