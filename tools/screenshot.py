"""Take the README's picture of the running demonstration: `python tools/screenshot.py [path]`. Needs Chromium."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "a long enough sentence for a picture"  # noqa: S105 (of a demonstration that lives for a minute)
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
SECONDS = 60


def main(target: Path) -> None:
    """Serve a new demonstration, sign in as its project lead, and write the picture of the dashboard."""
    with tempfile.TemporaryDirectory() as instance, (Path(instance) / "said").open("w+") as said:
        environment = {**os.environ, "CONSULT_INSTANCE": f"{instance}/data", "CONSULT_DEMO_PASSWORD": PASSWORD}
        command = [sys.executable, "-m", "consult", "serve", "--demo", "--workers", "1", "--lang", "en", "--port", str(free_port())]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=subprocess.STDOUT)
        try:
            address, lead = wait_for(process, Path(said.name))
            picture(address, lead, target)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(SECONDS)


def wait_for(process: subprocess.Popen[bytes], said: Path) -> tuple[str, str]:
    """The address served and the e-mail address of the project lead, as the command prints them."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        text = said.read_text("utf-8")
        address, lead = re.search(r"answers at (\S+)", text), re.search(r"(\S+@\S+) .*Project lead", text)
        if address and lead:
            return address[1], lead[1]
        time.sleep(0.2)
    raise SystemExit(said.read_text("utf-8"))


def picture(address: str, lead: str, target: Path) -> None:
    """Sign in and photograph the first page, in English, at the width of the README."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
        context.add_cookies([{"name": "lang", "value": "en", "url": address}])
        page = context.new_page()
        page.goto(f"{address}/sign-in")
        page.fill("[name=email]", lead)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(re.compile(r"/studies/\d+"))
        answer = page.goto(page.url, wait_until="networkidle")
        if answer is None or answer.status != 200:
            raise SystemExit(f"{page.url} does not answer as it should: {answer and answer.status}")
        target.parent.mkdir(exist_ok=True)
        page.screenshot(path=target)
        browser.close()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "docs/screenshot.png"))
