"""Fetch the front-end files Consult ships, from the npm packages named below, and write who they belong to.

    python tools/vendor.py           fetch, check, write consult/static/vendor, fonts, icons.svg and THIRD_PARTY.md
    python tools/vendor.py --check   say whether the files in the tree are still those that were fetched
    python tools/vendor.py --notices write THIRD_PARTY.md alone (no network), after a change of Python dependencies

Packages come through the ordinary npm client, by exact version, and are refused when their integrity differs from the one pinned here.
Installing or running Consult needs neither npm nor this script.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

from notices import third_party

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "consult" / "static"
MANIFEST = STATIC / "vendor" / "manifest.json"
SOURCE_MAP = re.compile(rb"\n?//# sourceMappingURL=\S+\s*$|\n?/\*# sourceMappingURL=\S+ \*/\s*$")


@dataclass(frozen=True)
class Package:
    """One npm package: exact version, integrity of its archive, and which of its files go where under consult/static."""

    name: str
    version: str
    licence: str
    integrity: str
    files: dict[str, str]
    why: str

    @property
    def notice(self) -> str:
        return f"vendor/licences/{self.name.strip('@').replace('/', '-')}.txt"


PACKAGES = (
    Package(
        "htmx.org",
        "4.0.1",
        "0BSD",
        "sha512-oF7JgXhDW9UXCy/k1ZYFUQgzu/rm19ORWPSPNL91vPluB2PB9+MV55tyQdH/w7o2EAbTYUG5SDW1R60mdkdqGg==",
        {"dist/htmx.min.js": "vendor/htmx.min.js"},
        "partial page updates",
    ),
    Package(
        "tom-select",
        "2.6.2",
        "Apache-2.0",
        "sha512-eiXIkk82XzzUTOVQDFpy+ZGejuqdTvMukyUyeZBQaKnqW42UoTiTZnrod/eX0rkqJEc4rZY9DZ3zdjV07i29wQ==",
        {
            "dist/js/tom-select.base.min.js": "vendor/tom-select.base.min.js",
            "dist/js/plugins/remove_button.js": "vendor/tom-select.remove-button.js",
            "dist/css/tom-select.min.css": "vendor/tom-select.min.css",
        },
        "combo boxes",
    ),
    Package(
        "tinykeys",
        "4.0.0",
        "MIT",
        "sha512-z5bQRQHL1PSx3lGOZEAMM2oKp0EBtn5T5f7HJnaKPOzk6vEH0wUPvdHLeQ7F4tmkek8AgoTQISUFmn/5SNF2xA==",
        {"dist/tinykeys.mjs": "vendor/tinykeys.js"},
        "keyboard shortcuts",
    ),
    Package(
        "@github/markdown-toolbar-element",
        "2.2.3",
        "MIT",
        "sha512-AlquKGee+IWiAMYVB0xyHFZRMnu4n3X4HTvJHu79GiVJ1ojTukCWyxMlF5NMsecoLcBKsuBhx3QPv2vkE/zQ0A==",
        {"dist/index.js": "vendor/markdown-toolbar-element.js"},
        "formatting buttons above notes",
    ),
    Package(
        "@fontsource-variable/source-sans-3",
        "5.3.0",
        "OFL-1.1",
        "sha512-dpi0GZk7EQe2tYpg6Q0Fx0OmUgnuGu+0rHPgtXqtKhglYmJuP7jZ12Mu1uN+NfRaJRY1Emn8AQJEWzmoZ4wa9g==",
        {"files/source-sans-3-latin-wght-normal.woff2": "fonts/source-sans-3.woff2"},
        "text face",
    ),
    Package(
        "@fontsource-variable/source-serif-4",
        "5.3.1",
        "OFL-1.1",
        "sha512-4Rtay22SC4lMvw11r/+9kxANB6P3M0X8s1NudBC2v0J1KU2y3DcMoNcT3lBoZ/CqLirzf+StlO6UlJilyrvaUg==",
        {"files/source-serif-4-latin-wght-normal.woff2": "fonts/source-serif-4.woff2"},
        "title face",
    ),
)

ICON_PACKAGE = Package(
    "@tabler/icons",
    "3.51.0",
    "MIT",
    "sha512-0pinvPZz7YeX+OSfxuEAbnEPWbocVXW5iU8h5lh41pYG8sZuQfpWECC980lxOT0clGIcNGn8xsBr+zKaRGdA/g==",
    {},
    "icons (one sprite, consult/static/icons.svg)",
)

ICONS = """
address-book adjustments-horizontal alert-circle alert-triangle archive arrow-back-up arrow-guide arrow-left arrow-right arrow-up-right
arrows-diff arrows-sort ban baseline-density-medium bell bold bookmark bookmark-plus briefcase building building-community bulb calendar
calendar-event calendar-plus category chart-bar chart-pie check checklist checks chevron-down chevron-left chevron-right chevrons-left
chevrons-right circle-check circle-dashed circle-dot circle-plus circle-x clipboard-check clipboard-list clipboard-text clock cloud-check
cloud-off cloud-upload code coin columns-3 command copy corner-down-left database-import database-off device-desktop device-floppy dots
dots-vertical download equal external-link eye eye-off file-alert file-download file-spreadsheet file-text file-upload file-x filter flag
forms gauge git-merge grid-4x4 grip-vertical hand-stop heading help help-circle history home hourglass hourglass-empty inbox info-circle
italic key keyboard language layout-dashboard layout-kanban link list list-check list-details list-numbers list-search lock lock-open
login logout mail map map-pin menu-2 message-2 message-plus microphone minus mood-empty moon note notes paperclip pencil phone
plug-connected-x plus printer progress quote refresh replace report report-analytics restore route school search selector server-off
settings shield-check sort-ascending sort-descending star sun sun-moon table table-import tag target timeline trash upload user
user-circle user-plus users users-group world x zoom-question
""".split()


def integrity_of(data: bytes, algorithm: str = "sha512") -> str:
    digest = hashlib.new(algorithm, data).digest()
    return f"{algorithm}-{base64.b64encode(digest).decode()}"


def fetch(package: Package, folder: Path) -> tarfile.TarFile:
    """Let npm download the exact version into `folder`; refuse an archive whose integrity is not the pinned one."""
    command = ["npm", "pack", "--silent", "--json", "--pack-destination", str(folder), f"{package.name}@{package.version}"]
    answer = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    entry = answer[0] if isinstance(answer, list) else next(iter(answer.values()))
    archive = folder / Path(entry["filename"]).name
    found = integrity_of(archive.read_bytes())
    if found != package.integrity:
        raise SystemExit(f"{package.name}@{package.version}: integrity is {found}, not the pinned {package.integrity}")
    return tarfile.open(archive)


def content(archive: tarfile.TarFile, path: str) -> bytes:
    member = archive.extractfile(f"package/{path}")
    if member is None:
        raise SystemExit(f"{path} is not in the package")
    return SOURCE_MAP.sub(b"\n", member.read())


def place(path: str, data: bytes) -> dict[str, str]:
    target = STATIC / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
    return {path: integrity_of(data, "sha384")}


def symbol(archive: tarfile.TarFile, name: str) -> str:
    source = content(archive, f"icons/outline/{name}.svg").decode()
    paths = " ".join(re.findall(r"<path d=[^>]+/>", source))
    return f'<symbol id="{name}" viewBox="0 0 24 24">{paths}</symbol>'


def sprite(archive: tarfile.TarFile) -> bytes:
    """One file of symbols; stroke and fill come from the class `.i` (css/base.css), so that a place may draw them bolder."""
    symbols = "\n".join(symbol(archive, name) for name in sorted(ICONS))
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'.encode()


def vendor(package: Package, folder: Path) -> dict[str, str]:
    with fetch(package, folder) as archive:
        written = place(package.notice, content(archive, "LICENSE"))
        for source, target in package.files.items():
            written |= place(target, content(archive, source))
        if package is ICON_PACKAGE:
            written |= place("icons.svg", sprite(archive))
    return written


def fetch_all() -> None:
    files: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        for package in (*PACKAGES, ICON_PACKAGE):
            files |= vendor(package, Path(folder))
            print(f"{package.name} {package.version}")
    MANIFEST.write_text(json.dumps(dict(sorted(files.items())), indent=1) + "\n", encoding="utf-8")


def differing() -> list[str]:
    """Vendored files that are missing or are no longer what was fetched."""
    expected: dict[str, str] = json.loads(MANIFEST.read_text(encoding="utf-8"))
    return [
        path
        for path, integrity in expected.items()
        if not (STATIC / path).is_file() or integrity_of((STATIC / path).read_bytes(), "sha384") != integrity
    ]


def write_notices() -> None:
    (ROOT / "THIRD_PARTY.md").write_text(third_party(ROOT, (*PACKAGES, ICON_PACKAGE), STATIC), encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--notices", action="store_true")
    options = parser.parse_args()
    if options.check:
        changed = differing()
        print("\n".join(f"changed or missing: {path}" for path in changed) or "vendored files are as fetched")
        return 1 if changed else 0
    if not options.notices:
        fetch_all()
    write_notices()
    return 0


if __name__ == "__main__":
    sys.exit(main())
